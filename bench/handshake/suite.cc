#include "bench/handshake/suite.h"

namespace stepshake::bench {
namespace {

using crypto::KeyType;
using wire::CipherSuite;
using wire::NamedGroup;
using wire::ProtocolVersion;

struct Cipher {
  const char* name;
  CipherSuite tls13;
  CipherSuite ecdsa12;
  CipherSuite rsa12;
};
constexpr Cipher kAes128{"aes-128-gcm", CipherSuite::tls_aes_128_gcm_sha256,
                         CipherSuite::tls_ecdhe_ecdsa_with_aes_128_gcm_sha256,
                         CipherSuite::tls_ecdhe_rsa_with_aes_128_gcm_sha256};
constexpr Cipher kAes256{"aes-256-gcm", CipherSuite::tls_aes_256_gcm_sha384,
                         CipherSuite::tls_ecdhe_ecdsa_with_aes_256_gcm_sha384,
                         CipherSuite::tls_ecdhe_rsa_with_aes_256_gcm_sha384};
constexpr Cipher kChaCha20{"chacha20-poly1305", CipherSuite::tls_chacha20_poly1305_sha256,
                           CipherSuite::tls_ecdhe_ecdsa_with_chacha20_poly1305_sha256,
                           CipherSuite::tls_ecdhe_rsa_with_chacha20_poly1305_sha256};
constexpr const Cipher* kCiphers[] = {&kAes128, &kAes256, &kChaCha20};

std::string short_name(NamedGroup group) {
  return group == NamedGroup::x25519 ? "x25519" : "p-256";
}

std::string short_name(KeyType key) {
  switch (key) {
    case KeyType::rsa: return "rsa-2048";
    case KeyType::ed25519: return "ed25519";
    default: return "ecdsa-p256";
  }
}

CipherSuite suite_of(const Cipher& cipher, ProtocolVersion version, KeyType key) {
  if (version == ProtocolVersion::tls_1_3) return cipher.tls13;
  return key == KeyType::rsa ? cipher.rsa12 : cipher.ecdsa12;
}

struct Kind {
  ProtocolVersion version;
  NamedGroup group;
  KeyType key;
};

std::string start_of_id(const Kind& kind) {
  return std::string(kind.version == ProtocolVersion::tls_1_3 ? "1.3/" : "1.2/") +
         short_name(kind.group);
}

Suite full(const Kind& kind, std::size_t chain, bool mutual, const Cipher& cipher,
           bool tickets = false) {
  Suite made{start_of_id(kind), kind.version, kind.group, kind.key, chain, mutual};
  made.id += "/" + short_name(kind.key) + "/chain" + std::to_string(chain);
  made.id += std::string(mutual ? "/mutual" : "") + (tickets ? "/tickets/" : "/") + cipher.name;
  made.tickets = tickets;
  made.cipher_suite = suite_of(cipher, kind.version, kind.key);
  return made;
}

Suite resumed(const Kind& kind, Resumption resumption, const Cipher& cipher, bool tickets = false) {
  Suite made{start_of_id(kind), kind.version, kind.group, kind.key};
  const bool psk = kind.version == ProtocolVersion::tls_1_3;
  made.id += psk ? "/psk" : resumption == Resumption::ticket ? "/ticket" : "/session-id";
  made.id += std::string(tickets ? "/tickets/" : "/") + cipher.name;
  made.resumption = resumption;
  made.tickets = tickets;
  made.cipher_suite = suite_of(cipher, kind.version, kind.key);
  return made;
}

constexpr Kind kX25519Ecdsa{ProtocolVersion::tls_1_3, NamedGroup::x25519, KeyType::ec_p256};
constexpr Kind kX25519Rsa{ProtocolVersion::tls_1_3, NamedGroup::x25519, KeyType::rsa};
constexpr Kind kP256Ecdsa{ProtocolVersion::tls_1_3, NamedGroup::secp256r1, KeyType::ec_p256};
constexpr Kind kX25519Ed25519{ProtocolVersion::tls_1_3, NamedGroup::x25519, KeyType::ed25519};
constexpr Kind kEcdsa12{ProtocolVersion::tls_1_2, NamedGroup::secp256r1, KeyType::ec_p256};
constexpr Kind kRsa12{ProtocolVersion::tls_1_2, NamedGroup::secp256r1, KeyType::rsa};
constexpr Kind kX25519Ecdsa12{ProtocolVersion::tls_1_2, NamedGroup::x25519, KeyType::ec_p256};
constexpr Kind kX25519Rsa12{ProtocolVersion::tls_1_2, NamedGroup::x25519, KeyType::rsa};

void add_headlines(std::vector<Suite>& to) {
  for (const Kind& kind : {kX25519Ecdsa, kX25519Rsa, kP256Ecdsa, kX25519Ed25519}) {
    to.push_back(full(kind, 1, false, kAes128));
  }
  to.push_back(full(kX25519Ecdsa, 2, false, kAes128));
  to.push_back(full(kX25519Ecdsa, 1, true, kAes128));
  to.push_back(full(kX25519Ecdsa, 1, false, kAes128, true));
  to.push_back(resumed(kX25519Ecdsa, Resumption::ticket, kAes128));
  to.push_back(full(kEcdsa12, 1, false, kAes128));
  to.push_back(full(kRsa12, 1, false, kAes128));
  to.push_back(resumed(kEcdsa12, Resumption::ticket, kAes128));
  to.push_back(resumed(kEcdsa12, Resumption::session_id, kAes128));
}

void add_once(std::vector<Suite>& to, Suite suite) {
  for (const Suite& each : to) {
    if (each.id == suite.id) return;
  }
  to.push_back(std::move(suite));
}

// Every chain, one-sided and mutual, under every cipher.
void add_full(std::vector<Suite>& to, const Kind& kind) {
  for (const Cipher* cipher : kCiphers) {
    for (const bool mutual : {false, true}) {
      for (const std::size_t chain : {1, 2}) add_once(to, full(kind, chain, mutual, *cipher));
    }
  }
}

}  // namespace

const std::vector<Suite>& all_suites() {
  static const std::vector<Suite> suites = [] {
    std::vector<Suite> made;
    add_headlines(made);
    for (const Kind& kind : {kX25519Ecdsa, kX25519Rsa, kP256Ecdsa, kX25519Ed25519}) {
      add_full(made, kind);
    }
    for (const Cipher* cipher : kCiphers) {
      add_once(made, resumed(kX25519Ecdsa, Resumption::ticket, *cipher));
      add_once(made, resumed(kP256Ecdsa, Resumption::ticket, *cipher));
    }
    add_once(made, resumed(kX25519Ecdsa, Resumption::ticket, kAes128, true));
    for (const Kind& kind : {kEcdsa12, kRsa12, kX25519Ecdsa12, kX25519Rsa12}) {
      for (const Cipher* cipher : kCiphers) add_once(made, full(kind, 1, false, *cipher));
      add_once(made, full(kind, 2, false, kAes128));
      add_once(made, full(kind, 1, true, kAes128));
    }
    add_once(made, full(kEcdsa12, 1, false, kAes128, true));
    for (const Resumption by : {Resumption::ticket, Resumption::session_id}) {
      for (const Cipher* cipher : kCiphers) add_once(made, resumed(kEcdsa12, by, *cipher));
    }
    return made;
  }();
  return suites;
}

}  // namespace stepshake::bench
