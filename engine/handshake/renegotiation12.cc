#include "handshake/renegotiation12.h"

#include <algorithm>
#include <utility>

#include "handshake/client_hello.h"
#include "handshake/hello.h"

namespace stepshake::handshake {

void begin_renegotiation(Turn& turn) {
  Facts& facts = turn.facts;
  facts.group.reset();
  facts.server_signature_scheme.reset();
  facts.client_signature_scheme.reset();
  facts.peer_certificates.clear();
  facts.verdict.reset();
  facts.psk.reset();
  facts.ocsp_response.reset();
  facts.timestamps.clear();
  facts.max_fragment_length.reset();
  facts.record_size_limit.reset();
  facts.srtp_profile.reset();
}

Result<void> check_same_version(const wire::ClientHello& hello, const Turn& turn) {
  const auto version = *turn.facts.version;
  const auto& versions = hello.extensions.supported_versions;
  const bool offered =
      versions ? std::find(versions->begin(), versions->end(), version) != versions->end()
               : hello.legacy_version >= wire::number_of(version);
  if (offered) return {};
  return fail(Reason::no_shared_version, "a renegotiation without the connection's version");
}

Result<void> check_extended_master_secret_stays(const Agreed12& agreed) {
  const bool had = agreed.before && agreed.before->master.extended;
  if (!had || agreed.extended_master_secret) return {};
  return fail(Reason::extended_master_secret_changed, "the extended master secret is gone");
}

namespace client12 {

WaitRenegotiationHello renegotiate(Connected state, Turn& turn) {
  begin_renegotiation(turn);
  send_renegotiation_hello(state.established, turn);
  return WaitRenegotiationHello{std::move(state.established)};
}

Result<Next<Connected, WaitRenegotiationHello>> on(Connected state,
                                                   const wire::HelloRequest& /*message*/,
                                                   Turn& turn) {
  using Outcome = Next<Connected, WaitRenegotiationHello>;
  const bool allowed = turn.config.renegotiation == policy::Renegotiation::allowed &&
                       state.established.secure_renegotiation;
  if (allowed) return Outcome(renegotiate(std::move(state), turn));
  turn.warn(AlertDescription::no_renegotiation);
  return Outcome(std::move(state));
}

Result<AfterRenegotiationHello> on(WaitRenegotiationHello state, const wire::ServerHello& hello,
                                   Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  if (hello.legacy_version != wire::number_of(*turn.facts.version)) {
    return fail(Reason::version_not_offered, "the version changed with the renegotiation");
  }
  return receive_hello(std::nullopt, hello, offered, std::move(state.before), turn);
}

}  // namespace client12

}  // namespace stepshake::handshake
