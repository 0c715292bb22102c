// One libssl connection over memory BIOs, with a record of what it sent and received; and a meeting of it with
// one of ours (support/pair.h), or with another libssl connection.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libssl.h"
#include "support/pair.h"

namespace stepshake::testing {

class LibsslPeer {
 public:
  explicit LibsslPeer(const LibsslOptions& options, SslContextPtr context = nullptr)
      : options_(options), context_(context ? std::move(context) : make_context(options)) {
    SSL_CTX* raw = context_.get();
    if (!options_.alpn.empty() && options_.role == policy::Role::server) {
      SSL_CTX_set_alpn_select_cb(raw, choose_alpn, this);
    }
    ssl_.reset(SSL_new(raw));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_msg_callback(ssl_.get(), note);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    if (options_.role == policy::Role::server) {
      SSL_set_accept_state(ssl_.get());
      return;
    }
    SSL_set_connect_state(ssl_.get());
    if (!options_.server_name.empty()) {
      SSL_set_tlsext_host_name(ssl_.get(), options_.server_name.c_str());
      SSL_set1_host(ssl_.get(), options_.server_name.c_str());
    }
    const Bytes protocols = alpn_list(options_.alpn);
    SSL_set_alpn_protos(ssl_.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
  }
  LibsslPeer(const LibsslPeer&) = delete;
  LibsslPeer& operator=(const LibsslPeer&) = delete;

  [[nodiscard]] SSL* get() const { return ssl_.get(); }
  [[nodiscard]] bool complete() const { return SSL_is_init_finished(ssl_.get()) == 1; }

  void feed(BytesView bytes) {
    if (bytes.empty()) return;
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  }

  Bytes take_output() {
    BIO* out = SSL_get_wbio(ssl_.get());
    Bytes bytes(BIO_ctrl_pending(out));
    if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

  // The calls keep what SSL_get_error(3) and the queue said.
  int handshake() {
    return called([this] { return SSL_do_handshake(get()); });
  }
  int shutdown() {
    return called([this] { return SSL_shutdown(get()); });
  }
  int write(BytesView data) {
    return called([&] { return SSL_write(get(), data.data(), static_cast<int>(data.size())); });
  }
  // Everything that has come; last_error is of the read that found no more.
  Bytes read_all() {
    Bytes all;
    Bytes buffer(16'384);
    for (;;) {
      const int got =
          called([&] { return SSL_read(get(), buffer.data(), static_cast<int>(buffer.size())); });
      if (got <= 0) return all;
      append(all, BytesView(buffer).first(static_cast<std::size_t>(got)));
    }
  }

  [[nodiscard]] wire::CipherSuite cipher_suite() const {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(get());
    return static_cast<wire::CipherSuite>(cipher == nullptr ? 0
                                                            : SSL_CIPHER_get_protocol_id(cipher));
  }
  [[nodiscard]] std::string alpn() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  [[nodiscard]] std::string server_name() const {
    const char* name = SSL_get_servername(get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }
  [[nodiscard]] SignatureNids own_signature() const {
    SignatureNids nids;
    SSL_get_signature_type_nid(get(), &nids.type);
    SSL_get_signature_nid(get(), &nids.hash);
    return nids;
  }
  [[nodiscard]] SignatureNids peer_signature() const {
    SignatureNids nids;
    SSL_get_peer_signature_type_nid(get(), &nids.type);
    SSL_get_peer_signature_nid(get(), &nids.hash);
    return nids;
  }
  [[nodiscard]] std::size_t count_received(wire::HandshakeType type) const {
    return static_cast<std::size_t>(
        std::count(messages_received.begin(), messages_received.end(), type));
  }
  [[nodiscard]] std::size_t count_records_received(wire::ContentType type) const {
    return static_cast<std::size_t>(
        std::count(records_received.begin(), records_received.end(), type));
  }

  int last_error = SSL_ERROR_NONE;
  std::string last_reason;
  std::string first_reason;  // the real cause, before the calls that were repeated
  std::vector<Alert> alerts_sent;
  std::vector<Alert> alerts_received;
  std::vector<wire::HandshakeType> messages_received;
  std::vector<wire::ContentType> records_received;  // by their headers

 private:
  template <class Call>
  int called(Call call) {
    ERR_clear_error();
    const int value = call();
    last_error = SSL_get_error(get(), value);
    const unsigned long code = ERR_peek_error();
    const char* reason = ERR_reason_error_string(code);
    last_reason = code == 0 || reason == nullptr ? "" : reason;
    if (first_reason.empty()) first_reason = last_reason;
    ERR_clear_error();
    return value;
  }

  static int choose_alpn(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
                         const unsigned char* in, unsigned in_size, void* self) {
    const Bytes own = alpn_list(static_cast<LibsslPeer*>(self)->options_.alpn);
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, own.data(), static_cast<unsigned>(own.size()), in,
                              in_size) != OPENSSL_NPN_NEGOTIATED) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    // It points into `own` or `in`; only the latter outlives this call.
    const BytesView offered(in, in_size);
    const auto found = std::search(offered.begin(), offered.end(), chosen, chosen + *out_size);
    *out = in + (found - offered.begin());
    return SSL_TLSEXT_ERR_OK;
  }

  static void note(int sent, int /*version*/, int content_type, const void* data, std::size_t size,
                   SSL* /*ssl*/, void* argument) {
    auto& self = *static_cast<LibsslPeer*>(argument);
    const BytesView bytes(static_cast<const std::uint8_t*>(data), size);
    if (content_type == SSL3_RT_ALERT && size == 2) {
      (sent != 0 ? self.alerts_sent : self.alerts_received)
          .push_back({static_cast<AlertLevel>(bytes[0]), static_cast<AlertDescription>(bytes[1])});
    } else if (content_type == SSL3_RT_HANDSHAKE && sent == 0 && size > 0) {
      self.messages_received.push_back(static_cast<wire::HandshakeType>(bytes[0]));
    } else if (content_type == SSL3_RT_HEADER && sent == 0 && size > 0) {
      self.records_received.push_back(static_cast<wire::ContentType>(bytes[0]));
    }
  }

  LibsslOptions options_;
  SslContextPtr context_;
  SslPtr ssl_;
};

// "alert 48" for the first fatal alert in the list; "none".
inline std::string fatal_alert_in(const std::vector<Alert>& alerts) {
  for (const Alert& alert : alerts) {
    if (alert.description != AlertDescription::close_notify) return alert_name(alert.description);
  }
  return "none";
}

// One of ours and one of libssl's, stepped by turns.
struct Meeting {
  Side ours;
  LibsslPeer theirs;

  Meeting(policy::Config config, const LibsslOptions& options, std::uint64_t seed = 1,
          SslContextPtr context = nullptr)
      : ours(std::move(config), seed), theirs(options, std::move(context)) {
    const auto problem = policy::find_problem(ours.config);
    EXPECT_FALSE(problem) << problem->field << " " << problem->reason;
  }

  // Until neither has anything more to say. `piece`: at most so many bytes a step; 0: all that there is.
  void shake(std::size_t piece = 0) {
    ours.step({});
    for (int round = 0; round < 20; ++round) {
      const Bytes to_theirs = ours.take_output();
      theirs.feed(to_theirs);
      if (!theirs.complete()) theirs.handshake();
      const Bytes to_ours = theirs.take_output();
      feed_ours(to_ours, piece);
      if (to_theirs.empty() && to_ours.empty()) return;
    }
  }

  [[nodiscard]] bool complete() const { return ours.complete() && theirs.complete(); }

  // For a test's message.
  [[nodiscard]] std::string trouble() const {
    std::string text = "ours: " + std::string(session::state_name(ours.session()));
    if (ours.failure()) {
      text +=
          " " + std::string(facts_of(ours.failure()->reason).name) + " " + ours.failure()->detail;
    }
    return text + "; libssl: " + SSL_state_string_long(theirs.get()) + " " + theirs.first_reason;
  }

  void to_ours(connection::Call call = connection::Call::none) {
    ours.step(theirs.take_output(), call);
  }
  void to_theirs() { theirs.feed(ours.take_output()); }

  // All application data that has come to us; ours.last is the read that found no more.
  Bytes ours_read_all() {
    ours.step(theirs.take_output(), connection::Call::none);
    Bytes all;
    while (ours.step({}, connection::Call::read).result.return_value > 0) {
      append(all, ours.last.result.data);
    }
    return all;
  }

  // Both ways, compared on arrival.
  void exchange(std::size_t size) {
    Bytes sent(size);
    for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<std::uint8_t>(i * 7 + size);
    ASSERT_EQ(ours.step({}, connection::Call::write, sent).result.return_value,
              static_cast<int>(size));
    to_theirs();
    EXPECT_TRUE(same(theirs.read_all(), sent)) << size << " bytes to libssl " << trouble();
    std::reverse(sent.begin(), sent.end());
    ASSERT_EQ(theirs.write(sent), static_cast<int>(size)) << theirs.last_reason;
    EXPECT_TRUE(same(ours_read_all(), sent)) << size << " bytes to ours " << trouble();
  }

 private:
  void feed_ours(const Bytes& bytes, std::size_t piece) {
    const std::size_t size = piece == 0 ? std::max<std::size_t>(bytes.size(), 1) : piece;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      ours.step(BytesView(bytes).subspan(at, std::min(size, bytes.size() - at)));
    }
  }
};

// libssl with libssl: what it makes of the same situation. The client is stepped first.
inline void shake(LibsslPeer& client, LibsslPeer& server) {
  for (int round = 0; round < 20; ++round) {
    if (!client.complete()) client.handshake();
    const Bytes to_server = client.take_output();
    server.feed(to_server);
    if (!server.complete()) server.handshake();
    const Bytes to_client = server.take_output();
    client.feed(to_client);
    if (to_server.empty() && to_client.empty()) return;
  }
}

}  // namespace stepshake::testing
