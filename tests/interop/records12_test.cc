// Records and secrets of TLS 1.2, 1.1 and 1.0 against libssl's: two libssl ends shake hands in memory, and we, who are told
// the master secret alone, follow: open every record, check both Finished, export the same keys, and speak for each end.
#include <gtest/gtest.h>

#include "crypto/cipher_suite12.h"
#include "record/protection.h"
#include "record/reassembler.h"
#include "schedule/tls12_secrets.h"
#include "schedule/transcript.h"
#include "support/libssl.h"
#include "wire/handshake_message.h"

namespace stepshake::testing {
namespace {

using crypto::KeyExchange;
using wire::CipherSuite;
using wire::ContentType;
using wire::HandshakeType;
using wire::ProtocolVersion;

struct RecordsCase {
  CipherSuite suite{};
  ProtocolVersion version{};
  bool encrypt_then_mac = false;

  [[nodiscard]] std::string name() const {
    return wire::shown(suite) + " in " + wire::shown(version) +
           (encrypt_then_mac ? ", encrypt-then-MAC" : "");
  }
};

// libssl's entry for a suite; null where it has none.
const SSL_CIPHER* libssl_cipher(CipherSuite suite) {
  static const SslContextPtr context(SSL_CTX_new(TLS_method()));
  static const SslPtr ssl(SSL_new(context.get()));
  const std::uint16_t number = wire::number_of(suite);
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(number >> 8),
                                static_cast<std::uint8_t>(number)};
  return SSL_CIPHER_find(ssl.get(), bytes);
}

std::vector<RecordsCase> records_cases() {
  std::vector<RecordsCase> all;
  for (auto suite : crypto::suites12()) {
    if (libssl_cipher(suite) == nullptr) continue;
    const auto& facts = *crypto::facts12_of(suite);
    for (auto version :
         {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_1, ProtocolVersion::tls_1_2}) {
      if (version < facts.minimum_version) continue;
      all.push_back({suite, version, false});
      if (facts.kind == crypto::CipherKind::cbc) all.push_back({suite, version, true});
    }
  }
  return all;
}

unsigned psk_for_client(SSL* /*ssl*/, const char* /*hint*/, char* identity, unsigned identity_size,
                        unsigned char* psk, unsigned /*psk_size*/) {
  std::snprintf(identity, identity_size, "somebody");
  std::fill_n(psk, 20, 0x6b);
  return 20;
}

unsigned psk_for_server(SSL* /*ssl*/, const char* /*identity*/, unsigned char* psk,
                        unsigned /*psk_size*/) {
  std::fill_n(psk, 20, 0x6b);
  return 20;
}

void use_identity(SSL_CTX* context, const policy::Identity& identity) {
  SSL_CTX_use_certificate(context, x509_of(identity.chain.front()).get());
  SSL_CTX_use_PrivateKey(context, identity.key.get());
}

SslContextPtr context_for(const RecordsCase& of, bool server) {
  SslContextPtr context(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), wire::number_of(of.version));
  SSL_CTX_set_max_proto_version(context.get(), wire::number_of(of.version));
  const std::string ciphers =
      std::string(SSL_CIPHER_get_name(libssl_cipher(of.suite))) + ":@SECLEVEL=0";
  EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), ciphers.c_str()), 1);
  if (!of.encrypt_then_mac) SSL_CTX_set_options(context.get(), SSL_OP_NO_ENCRYPT_THEN_MAC);
  SSL_CTX_set_psk_client_callback(context.get(), psk_for_client);
  if (!server) return context;
  SSL_CTX_set_psk_server_callback(context.get(), psk_for_server);
  SSL_CTX_set_dh_auto(context.get(), 1);
  use_identity(context.get(), identity(crypto::KeyType::rsa));
  use_identity(context.get(), identity(crypto::KeyType::ec_p256));
  return context;
}

// One end of the pair, its transport in memory.
struct End {
  SslContextPtr context;
  SslPtr ssl;
  BIO* in;
  BIO* out;

  End(const RecordsCase& of, bool server)
      : context(context_for(of, server)),
        ssl(SSL_new(context.get())),
        in(BIO_new(BIO_s_mem())),
        out(BIO_new(BIO_s_mem())) {
    SSL_set_bio(ssl.get(), in, out);
    server ? SSL_set_accept_state(ssl.get()) : SSL_set_connect_state(ssl.get());
  }
  Bytes taken() const {
    Bytes bytes(BIO_ctrl_pending(out));
    if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }
  void give(BytesView bytes) const { BIO_write(in, bytes.data(), static_cast<int>(bytes.size())); }
  std::string read() const {
    std::string text(20'000, '\0');
    std::size_t size = 0;
    std::size_t total = 0;
    while (SSL_read_ex(ssl.get(), text.data() + total, text.size() - total, &size) == 1) {
      total += size;
    }
    ERR_clear_error();
    text.resize(total);
    return text;
  }
};

// What an onlooker with the master secret makes of one direction.
struct Direction {
  schedule::Sender sender{};
  record::Protection keys;
  record::Reassembler messages;
  bool finished = false;
};

class Onlooker {
 public:
  Onlooker(const RecordsCase& of, const SSL* client)
      : of_(of), prf_(schedule::prf_of(of.version, of.suite)) {
    SSL_get_client_random(client, randoms_.client.data(), randoms_.client.size());
    SSL_get_server_random(client, randoms_.server.data(), randoms_.server.size());
    Secret master(schedule::kMasterSecretSize);
    SSL_SESSION_get_master_key(SSL_get_session(client), master.data(), master.size());
    master_ = {prf_, master, false};
    client_.sender = schedule::Sender::client;
    server_.sender = schedule::Sender::server;
  }

  Direction& direction(bool from_client) { return from_client ? client_ : server_; }

  // The contents of the application data that goes by.
  Bytes watch(bool from_client, BytesView flight) {
    Direction& way = direction(from_client);
    Bytes data;
    while (!flight.empty()) {
      record::Deframer deframer;
      Bytes bytes = to_bytes(flight.first(record::record_size(flight)));
      flight = flight.subspan(bytes.size());
      auto record = deframer.add(bytes, way.keys.protects(), way.keys.fragment_limit());
      if (!record.ok() || !*record) {
        ADD_FAILURE() << "no record";
        return data;
      }
      auto plain = way.keys.open(*std::move(*record));
      if (!plain) {
        ADD_FAILURE() << plain.failure().detail;
        return data;
      }
      take(way, *plain, data);
    }
    return data;
  }

  std::string exported(std::optional<BytesView> context) const {
    return to_hex(
        schedule::exported_keying_material12(master_, randoms_, "EXPORTER-stepshake", context, 44)
            .view());
  }

 private:
  void take(Direction& way, const record::Plaintext& plain, Bytes& data) {
    switch (plain.type) {
      case ContentType::change_cipher_spec: {
        way.keys.install(schedule::record_keys(schedule::key_block(master_, of_.suite, randoms_),
                                               way.sender, of_.suite, of_.version,
                                               of_.encrypt_then_mac));
        return;
      }
      case ContentType::handshake: {
        way.messages.add(plain.content);
        while (auto message = *way.messages.next(100'000)) take_message(way, *message);
        return;
      }
      case ContentType::application_data: append(data, plain.content); return;
      default: ADD_FAILURE() << wire::shown(plain.type);
    }
  }

  // RFC 5246 7.4.9: verify_data is over all the messages before its own.
  void take_message(Direction& way, const Bytes& message) {
    const auto whole = wire::unframe(message);
    if (whole.type == HandshakeType::finished) {
      const Secret expected =
          schedule::verify_data(master_, way.sender, prf_.transcript_hash(transcript_.messages));
      EXPECT_EQ(to_hex(whole.body), to_hex(expected.view()));
      way.finished = true;
    }
    transcript_.add(message);
  }

  RecordsCase of_;
  schedule::Prf prf_;
  schedule::HelloRandoms randoms_;
  schedule::MasterSecret12 master_;
  schedule::Transcript transcript_;
  Direction client_;
  Direction server_;
};

struct Flight {
  bool from_client = false;
  Bytes bytes;
};

std::vector<Flight> shake_hands(const End& client, const End& server) {
  std::vector<Flight> flights;
  for (int turn = 0; turn < 10; ++turn) {
    const bool from_client = turn % 2 == 0;
    const End& speaker = from_client ? client : server;
    SSL_do_handshake(speaker.ssl.get());
    Bytes bytes = speaker.taken();
    (from_client ? server : client).give(bytes);
    if (!bytes.empty()) flights.push_back({from_client, std::move(bytes)});
  }
  return flights;
}

std::string libssl_exported(const End& end, std::optional<std::string_view> context) {
  Bytes out(44);
  const std::string_view label = "EXPORTER-stepshake";
  const std::string_view given = context.value_or("");
  EXPECT_EQ(
      SSL_export_keying_material(end.ssl.get(), out.data(), out.size(), label.data(), label.size(),
                                 reinterpret_cast<const unsigned char*>(given.data()), given.size(),
                                 context ? 1 : 0),
      1);
  return to_hex(out);
}

// One end writes, and we read along; then we write in its place, and the other end takes us for its peer. From then on
// the two ends' sequence numbers differ.
void exchange(Onlooker& onlooker, const End& from, const End& to, bool from_client) {
  const std::vector<std::size_t> sizes = {1, 100, 10'000};
  for (std::size_t size : sizes) {
    const std::string text(size, from_client ? 'c' : 's');
    ASSERT_EQ(SSL_write(from.ssl.get(), text.data(), static_cast<int>(size)),
              static_cast<int>(size));
    const Bytes flight = from.taken();
    EXPECT_EQ(text_of(onlooker.watch(from_client, flight)), text);
    to.give(flight);
    EXPECT_EQ(to.read(), text);
  }
  for (std::size_t size : sizes) {
    const std::string ours(size, 'o');
    Bytes forged;
    onlooker.direction(from_client).keys.seal(ContentType::application_data, view_of(ours), forged);
    to.give(forged);
    EXPECT_EQ(to.read(), ours);
  }
}

TEST(Records12, FollowALibsslPairInEverySuiteAndVersion) {
  std::size_t followed = 0;
  for (const RecordsCase& each : records_cases()) {
    SCOPED_TRACE(each.name());
    const End client(each, false);
    const End server(each, true);
    const auto flights = shake_hands(client, server);
    ASSERT_TRUE(SSL_is_init_finished(client.ssl.get()) && SSL_is_init_finished(server.ssl.get()))
        << ERR_error_string(ERR_get_error(), nullptr);
    Onlooker onlooker(each, client.ssl.get());
    for (const auto& flight : flights) {
      EXPECT_TRUE(onlooker.watch(flight.from_client, flight.bytes).empty());
    }
    EXPECT_TRUE(onlooker.direction(true).finished && onlooker.direction(false).finished);
    EXPECT_EQ(onlooker.exported(std::nullopt), libssl_exported(client, std::nullopt));
    EXPECT_EQ(onlooker.exported(BytesView()), libssl_exported(client, ""));
    EXPECT_EQ(onlooker.exported(view_of("context")), libssl_exported(server, "context"));
    exchange(onlooker, client, server, true);
    exchange(onlooker, server, client, false);
    ++followed;
    if (HasFailure()) break;
  }
  // OpenSSL 3.0: all but the four of RFC 8442.
  EXPECT_GE(followed, 200U);
}

// libssl's table of suites is a second one: exchange, authentication, cipher, MAC, PRF and version.
TEST(Suites12, AreLibssls) {
  std::size_t compared = 0;
  for (auto suite : crypto::suites12()) {
    const SSL_CIPHER* theirs = libssl_cipher(suite);
    if (theirs == nullptr) continue;
    ++compared;
    SCOPED_TRACE(wire::name_of(suite));
    const auto& ours = *crypto::facts12_of(suite);
    static constexpr int kExchanges[] = {NID_kx_rsa,    NID_kx_dhe,     NID_kx_ecdhe,
                                         NID_kx_psk,    NID_kx_dhe_psk, NID_kx_ecdhe_psk,
                                         NID_kx_rsa_psk};
    static constexpr int kAuthentications[] = {NID_auth_rsa, NID_auth_ecdsa, NID_auth_psk};
    EXPECT_EQ(SSL_CIPHER_get_kx_nid(theirs), kExchanges[static_cast<int>(ours.key_exchange)]);
    EXPECT_EQ(SSL_CIPHER_get_auth_nid(theirs),
              kAuthentications[static_cast<int>(ours.authentication)]);
    EXPECT_EQ(SSL_CIPHER_is_aead(theirs) == 1, ours.aead.has_value());
    // The key's; for CCM_8 libssl 3.5 returns the strength of its short tag.
    int key_bits = 0;
    (void)SSL_CIPHER_get_bits(theirs, &key_bits);
    EXPECT_EQ(key_bits, static_cast<int>(8 * ours.key_size));
    const auto nid = [](crypto::HashAlgorithm hash) {
      return hash == crypto::HashAlgorithm::sha1     ? NID_sha1
             : hash == crypto::HashAlgorithm::sha256 ? NID_sha256
                                                     : NID_sha384;
    };
    EXPECT_EQ(SSL_CIPHER_get_digest_nid(theirs), ours.mac ? nid(*ours.mac) : NID_undef);
    // libssl names the older PRF for the suites that may be used with both.
    const int prf = EVP_MD_get_type(SSL_CIPHER_get_handshake_digest(theirs));
    EXPECT_EQ(prf == NID_md5_sha1 ? NID_sha256 : prf, nid(ours.prf_hash));
    EXPECT_EQ(std::string_view(SSL_CIPHER_get_version(theirs)) == "TLSv1.2",
              ours.minimum_version == ProtocolVersion::tls_1_2);
    EXPECT_EQ(wire::name_of(suite), SSL_CIPHER_standard_name(theirs));
  }
  EXPECT_GE(compared, 80U);
}

}  // namespace
}  // namespace stepshake::testing
