#include "schedule/tls12_secrets.h"

#include "crypto/cipher_suite12.h"
#include "wire/writer.h"

namespace stepshake::schedule {
namespace {

void add_vector16(Secret& to, BytesView bytes) {
  to.add(std::array{static_cast<std::uint8_t>(bytes.size() >> 8),
                    static_cast<std::uint8_t>(bytes.size())});
  to.add(bytes);
}

// RFC 2246 6.3: TLS 1.0 takes CBC's first IV from the key block; RFC 4346 6.3: later versions send one with each record.
std::size_t iv_size(const crypto::Suite12Facts& facts, wire::ProtocolVersion version) {
  const bool chained =
      facts.kind == crypto::CipherKind::cbc && version == wire::ProtocolVersion::tls_1_0;
  return chained ? facts.block_size : facts.fixed_iv_size;
}

}  // namespace

Secret psk_premaster(BytesView other_secret, BytesView psk) {
  // RFC 4279 2: with PSK alone, as many zeros as the PSK has bytes stand for the other secret.
  const Secret zeros(psk.size());
  Secret premaster;
  add_vector16(premaster, other_secret.empty() ? zeros.view() : other_secret);
  add_vector16(premaster, psk);
  return premaster;
}

MasterSecret12 master_secret(const Prf& prf, BytesView premaster, const HelloRandoms& randoms) {
  return {prf, prf(premaster, "master secret", {randoms.client, randoms.server}, kMasterSecretSize),
          false};
}

MasterSecret12 extended_master_secret(const Prf& prf, BytesView premaster, BytesView session_hash) {
  return {prf, prf(premaster, "extended master secret", {session_hash}, kMasterSecretSize), true};
}

Secret key_block(const MasterSecret12& master, wire::CipherSuite suite,
                 const HelloRandoms& randoms) {
  const crypto::Suite12Facts& facts = *crypto::facts12_of(suite);
  const std::size_t iv = iv_size(facts, master.prf.version);
  return master.prf(master.secret.view(), "key expansion", {randoms.server, randoms.client},
                    2 * (facts.mac_size + facts.key_size + iv));
}

crypto::RecordKeys record_keys(const Secret& key_block, Sender sender, wire::CipherSuite suite,
                               wire::ProtocolVersion version, bool encrypt_then_mac) {
  const crypto::Suite12Facts& facts = *crypto::facts12_of(suite);
  // RFC 5246 6.3: of each kind the client's, then the server's.
  BytesView left = key_block.view();
  const auto take = [&](std::size_t size) {
    const BytesView both = left.first(2 * size);
    left = left.subspan(2 * size);
    return Secret(sender == Sender::client ? both.first(size) : both.last(size));
  };
  crypto::RecordKeys keys;
  keys.suite = suite;
  keys.version = version;
  keys.mac_key = take(facts.mac_size);
  keys.key = take(facts.key_size);
  keys.iv = take(iv_size(facts, version));
  // RFC 7366 3: only block ciphers change.
  keys.encrypt_then_mac = encrypt_then_mac && facts.kind == crypto::CipherKind::cbc;
  return keys;
}

Secret verify_data(const MasterSecret12& master, Sender sender, BytesView transcript_hash) {
  return master.prf(master.secret.view(),
                    sender == Sender::client ? "client finished" : "server finished",
                    {transcript_hash}, kVerifyDataSize);
}

Secret exported_keying_material12(const MasterSecret12& master, const HelloRandoms& randoms,
                                  std::string_view label, std::optional<BytesView> context,
                                  std::size_t size) {
  wire::Writer context_value;
  if (context) context_value.vector16(*context);
  return master.prf(master.secret.view(), label,
                    {randoms.client, randoms.server, context_value.written()}, size);
}

}  // namespace stepshake::schedule
