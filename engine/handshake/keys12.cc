#include "handshake/keys12.h"

#include "crypto/cipher_suite12.h"
#include "handshake/turn.h"

namespace stepshake::handshake {

using Agreement = wire::KeyExchangeForm::Agreement;

wire::KeyExchangeForm form_of(wire::CipherSuite suite) {
  using crypto::KeyExchange;
  switch (crypto::facts12_of(suite)->key_exchange) {
    case KeyExchange::rsa: return {Agreement::rsa, false, false};
    case KeyExchange::dhe: return {Agreement::dhe, false, true};
    case KeyExchange::ecdhe: return {Agreement::ecdhe, false, true};
    case KeyExchange::psk: return {Agreement::none, true, false};
    case KeyExchange::dhe_psk: return {Agreement::dhe, true, false};
    case KeyExchange::ecdhe_psk: return {Agreement::ecdhe, true, false};
    case KeyExchange::rsa_psk: return {Agreement::rsa, true, false};
  }
  return {};
}

schedule::MasterSecret12 conclude_master_secret(const Agreed12& agreed, BytesView premaster,
                                                Turn& turn) {
  const schedule::Prf prf = schedule::prf_of(agreed.version, agreed.cipher_suite);
  auto master = agreed.extended_master_secret
                    // RFC 7627 3: ClientHello up to and including ClientKeyExchange.
                    ? schedule::extended_master_secret(
                          prf, premaster, prf.transcript_hash(turn.transcript.messages))
                    : schedule::master_secret(prf, premaster, agreed.randoms);
  turn.log_secret("CLIENT_RANDOM", master.secret);
  return master;
}

schedule::MasterSecret12 resume_master_secret(const Agreed12& agreed, const Secret& secret,
                                              Turn& turn) {
  turn.log_secret("CLIENT_RANDOM", secret);
  return {schedule::prf_of(agreed.version, agreed.cipher_suite), secret,
          agreed.extended_master_secret};
}

}  // namespace stepshake::handshake
