// The two subjects of a schedule (schedule.h): our Connection and libssl's SSL, over the same kinds of BIOs, each
// with a libssl peer of its own whose flights have the same lengths for both.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "connection/connection.h"
#include "libssl_peer.h"
#include "schedule.h"

namespace stepshake::testing {

using SharedBio = std::unique_ptr<BIO, LibsslFreer<BIO_free>>;

// Ed25519 signatures have one length, so that all flights have the same lengths in every run: a schedule cuts them by
// bytes.
inline constexpr crypto::KeyType kSubjectKey = crypto::KeyType::ed25519;

inline const policy::Identity& subject_identity() {
  static const policy::Identity made = [] {
    constexpr std::int64_t kYear = 365 * 86'400;
    const auto authority = crypto::issue_authority(
        kSubjectKey, {"Stepshake test CA of one length", "", kNow - kYear, kNow + kYear});
    auto leaf = crypto::issue_leaf(
        kSubjectKey, {kHost, std::string("DNS:") + kHost, kNow - kYear, kNow + kYear}, *authority);
    return policy::Identity{{leaf->certificate}, leaf->key};
  }();
  return made;
}

inline std::vector<wire::NamedGroup> subject_groups(const Schedule& schedule, policy::Role role) {
  // A client sends a share for the first.
  if (schedule.retry && role == policy::Role::server) return {wire::NamedGroup::secp256r1};
  return {wire::NamedGroup::x25519, wire::NamedGroup::secp256r1};
}

inline LibsslOptions subject_options(const Schedule& schedule, policy::Role role) {
  LibsslOptions options =
      role == policy::Role::server ? libssl_server(kSubjectKey) : libssl_client();
  options.identity = &subject_identity();
  options.cipher_suites = policy::default_config().cipher_suites;
  options.groups = subject_groups(schedule, role);
  options.verify_mode = SSL_VERIFY_NONE;
  options.tickets = 0;
  return options;
}

class Subject {
 public:
  explicit Subject(const Schedule& schedule) : schedule_(schedule), peer_(peer_options(schedule)) {
    if (schedule.transport == Transport::pair) {
      BIO* near = nullptr;
      BIO* far = nullptr;
      BIO_new_bio_pair(&near, schedule.out_size, &far, schedule.in_size);
      near_.reset(near);
      far_.reset(far);
      return;
    }
    if (schedule.transport == Transport::none) return;
    if (schedule.transport != Transport::write_only) read_.reset(BIO_new(BIO_s_mem()));
    write_.reset(BIO_new(BIO_s_mem()));
  }
  virtual ~Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  std::vector<Observation> run() {
    std::vector<Observation> seen;
    for (std::size_t i = 0; i < schedule_.actions.size(); ++i) {
      const Action& action = schedule_.actions[i];
      if (action.what == Do::inject) injected_at_ = phase();
      if (!is_call(action.what)) {
        act(action);
        continue;
      }
      push_input();
      Observation observation = call_until_unstalled(action);
      observation.step = i;
      seen.push_back(std::move(observation));
    }
    return seen;
  }

  // Who it was, and where in the handshake, when Do::inject came: "client/before any message"; empty where it never did.
  [[nodiscard]] const std::string& injected_at() const { return injected_at_; }

 protected:
  // Return value, error, reason, alerts sent and data.
  virtual Observation call(const Action& action) = 0;
  [[nodiscard]] virtual bool failed() const = 0;
  [[nodiscard]] virtual std::string phase() const { return ""; }

  [[nodiscard]] const Schedule& schedule() const { return schedule_; }

  [[nodiscard]] bool input_waits() const {
    return !input_.empty() || (read_bio() && pending(far_ ? near_.get() : read_.get()) > 0);
  }

  [[nodiscard]] BIO* read_bio() const { return near_ ? near_.get() : read_.get(); }
  [[nodiscard]] BIO* write_bio() const { return near_ ? near_.get() : write_.get(); }

 private:
  static LibsslOptions peer_options(const Schedule& schedule) {
    LibsslOptions options =
        subject_options(schedule, schedule.acts_as == policy::Role::client ? policy::Role::server
                                                                           : policy::Role::client);
    if (schedule.peer_is_old) options.min_version = options.max_version = TLS1_2_VERSION;
    return options;
  }

  static std::size_t pending(BIO* bio) { return bio == nullptr ? 0 : BIO_ctrl_pending(bio); }
  [[nodiscard]] BIO* out_end() const { return far_ ? far_.get() : write_.get(); }

  // A stop in between says nothing but that the pair is full: the subjects' flights differ in length.
  Observation call_until_unstalled(const Action& action) {
    Observation all = observed_call(action);
    const auto full = [&] { return pending(out_end()) == schedule_.out_size; };
    bool early = false;
    while (far_ && action.count > 0 && all.error == SSL_ERROR_WANT_WRITE) {
      early = early || !full();
      if (pending(out_end()) == 0) break;
      drain(0);
      Observation next = observed_call(action);
      next.consumed += all.consumed;
      next.wrote = next.wrote || all.wrote;
      next.alert_waits = next.alert_waits || all.alert_waits;
      if (!all.alerts.empty())
        next.alerts = all.alerts + (next.alerts.empty() ? "" : " ") + next.alerts;
      all = std::move(next);
    }
    // As empty for the next call of the one as of the other.
    if (action.count > 0) drain(0);
    all.stalled_early = early;
    return all;
  }

  Observation observed_call(const Action& action) {
    const std::size_t in_before = pending(read_bio());
    const std::size_t out_before = pending(out_end());
    Observation seen = call(action);
    seen.what = action.what;
    seen.consumed = in_before - pending(read_bio());
    seen.wrote = pending(out_end()) > out_before;
    seen.alert_waits = far_ && failed() && pending(out_end()) == schedule_.out_size;
    if (far_ && seen.error == SSL_ERROR_WANT_READ) {
      seen.read_request = BIO_ctrl_get_read_request(far_.get());
    }
    if (!far_) drain(0);
    // Bytes as they went, where they can be read.
    if (!alerts_in_the_clear_.empty()) {
      seen.alerts += (seen.alerts.empty() ? "" : " ") + std::exchange(alerts_in_the_clear_, {});
      seen.alert_version = std::exchange(alert_version_, {});
    }
    return seen;
  }

  void act(const Action& action) {
    switch (action.what) {
      case Do::feed: append(input_, action.bytes); break;
      case Do::inject:
        append(input_, action.bytes);
        ended_ = ended_ || action.bytes.empty();
        break;
      case Do::end_of_input: ended_ = true; break;
      case Do::drain: drain(action.count); break;
      case Do::peer_turn:
        peer_.feed(std::exchange(for_peer_, {}));
        if (!peer_.complete()) {
          peer_.handshake();
        } else {
          peer_.read_all();
        }
        break;
      case Do::peer_write:
        if (peer_.complete()) peer_.write(action.bytes);
        break;
      case Do::peer_shutdown:
        if (peer_.complete()) peer_.shutdown();
        break;
      case Do::peer_key_update:
        if (!peer_.complete()) break;
        SSL_key_update(peer_.get(),
                       action.count == 1 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
        peer_.handshake();
        break;
      case Do::deliver: deliver(action.count); break;
      default: break;
    }
  }

  void deliver(std::size_t count) {
    append(from_peer_, peer_.take_output());
    const std::size_t size = count == 0 ? from_peer_.size() : std::min(count, from_peer_.size());
    append(input_, BytesView(from_peer_).first(size));
    from_peer_.erase(from_peer_.begin(), from_peer_.begin() + static_cast<std::ptrdiff_t>(size));
  }

  // As much as the read BIO takes; its end, once all is in.
  void push_input() {
    if (!read_bio()) return;
    BIO* end = far_ ? far_.get() : read_.get();
    if (!input_.empty()) {
      const int taken = BIO_write(end, input_.data(), static_cast<int>(input_.size()));
      if (taken > 0) input_.erase(input_.begin(), input_.begin() + taken);
    }
    if (!ended_ || !input_.empty()) return;
    if (far_) {
      (void)BIO_shutdown_wr(far_.get());
    } else {
      BIO_set_mem_eof_return(read_.get(), 0);
    }
  }

  void drain(std::size_t count) {
    BIO* end = out_end();
    const std::size_t all = pending(end);
    Bytes taken(count == 0 ? all : std::min(count, all));
    if (taken.empty()) return;
    BIO_read(end, taken.data(), static_cast<int>(taken.size()));
    append(for_peer_, taken);
    append(unparsed_, taken);
    find_alerts();
  }

  void find_alerts() {
    while (unparsed_.size() >= 5) {
      const std::size_t size = 5U + (static_cast<std::size_t>(unparsed_[3]) << 8 | unparsed_[4]);
      if (unparsed_.size() < size) return;
      if (unparsed_[0] == SSL3_RT_ALERT) {
        alerts_in_the_clear_ += to_hex(BytesView(unparsed_).subspan(5, size - 5));
        alert_version_ = to_hex(BytesView(unparsed_).subspan(1, 2));
      }
      unparsed_.erase(unparsed_.begin(), unparsed_.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }

  const Schedule& schedule_;
  LibsslPeer peer_;
  SharedBio near_, far_;    // a pair
  SharedBio read_, write_;  // memory
  Bytes input_;             // on its way into the read BIO
  bool ended_ = false;
  Bytes for_peer_, from_peer_;
  Bytes unparsed_;
  std::string alerts_in_the_clear_, alert_version_;
  std::string injected_at_;
};

class OurSubject : public Subject {
 public:
  explicit OurSubject(const Schedule& schedule) : Subject(schedule), config_(config_of(schedule)) {
    connection_ = connection::make_connection(config_);
  }

 protected:
  Observation call(const Action& action) override {
    const connection::World world{config_, inputs_of(steps_++)};
    const connection::Wires wires{read_bio(), write_bio()};
    connection::CallResult result;
    result.return_value = 1;
    switch (action.what) {
      case Do::do_handshake: result = connection::do_handshake(connection_, world, wires); break;
      case Do::connect: result = connection::connect(connection_, world, wires); break;
      case Do::accept: result = connection::accept(connection_, world, wires); break;
      case Do::read: result = connection::read(connection_, world, wires, 16'384); break;
      case Do::write: result = connection::write(connection_, world, wires, action.bytes); break;
      case Do::shutdown: result = connection::shutdown(connection_, world, wires); break;
      case Do::set_connect_state: connection::set_connect_state(connection_); break;
      case Do::set_accept_state: connection::set_accept_state(connection_); break;
      default: break;
    }
    Observation seen;
    seen.return_value = result.return_value;
    seen.error = static_cast<int>(result.error);
    if (!result.errors.empty()) {
      seen.reason = result.errors.front().code;
      seen.reason_text = result.errors.front().reason;
    }
    seen.data = result.data;
    for (const auto& event : result.events) {
      if (event.direction != session::Direction::sent ||
          event.content_type != wire::ContentType::alert) {
        continue;
      }
      unsent_alerts_ += (unsent_alerts_.empty() ? "" : " ") + alert_name(event.alert.description);
    }
    // An alert that does not fit into a pair: libssl tells of it once it is written.
    if (connection_.session.output.empty()) {
      seen.alerts = std::exchange(unsent_alerts_, {});
    } else if (connection_.session.failure) {
      unsent_alerts_.clear();
    }
    return seen;
  }

  [[nodiscard]] bool failed() const override { return connection_.session.failure.has_value(); }

  // As the names of schedules.h have it. A client that was told to accept is a server.
  [[nodiscard]] std::string phase() const override {
    const policy::Role role = connection_.session.role.value_or(schedule().acts_as);
    return role_name(role) + "/" + phase_of(connection_.session);
  }

 private:
  [[nodiscard]] std::string phase_of(const session::Session& session) const {
    if (input_waits() || !session.deframer.partial.empty() || session.reassembler.holds_bytes()) {
      return "behind other input";
    }
    const std::string state(session::state_name(session));
    if (session.failure) return "after a failure";
    if (session.shutdown.received) return "after close_notify";
    if (state == "Start" || state == "WaitClientHello" || state == "WaitServerHello") {
      return "before any message";
    }
    if (session::handshake_complete(session)) return "complete";
    if (state.starts_with("WaitSecond")) return "after a retry";
    return "after the flight";
  }

  static policy::Config config_of(const Schedule& schedule) {
    policy::Config config = policy::default_config();
    config.role = schedule.role;
    config.server_name = kHost;
    config.identities = {subject_identity()};
    allow_groups(config, subject_groups(schedule, schedule.acts_as));
    config.verification = policy::Verification::off;
    config.ignore_unexpected_eof = schedule.ignore_unexpected_eof;
    return config;
  }

  policy::Config config_;
  connection::Connection connection_;
  std::uint64_t steps_ = 1;
  std::string unsent_alerts_;
};

class LibsslSubject : public Subject {
 public:
  explicit LibsslSubject(const Schedule& schedule) : Subject(schedule) {
    context_ = make_context(subject_options(schedule, schedule.acts_as));
    if (schedule.ignore_unexpected_eof) {
      SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    }
    // As ours, which compares no addresses.
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    ssl_.reset(SSL_new(context_.get()));
    for (BIO* bio : {read_bio(), write_bio()}) {
      if (bio != nullptr) BIO_up_ref(bio);
    }
    SSL_set0_rbio(ssl_.get(), read_bio());
    SSL_set0_wbio(ssl_.get(), write_bio());
    SSL_set_msg_callback(ssl_.get(), note);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    SSL_set_tlsext_host_name(ssl_.get(), kHost);
    if (schedule.role == policy::Role::client) SSL_set_connect_state(ssl_.get());
    if (schedule.role == policy::Role::server) SSL_set_accept_state(ssl_.get());
  }

 protected:
  Observation call(const Action& action) override {
    Observation seen;
    SSL* ssl = ssl_.get();
    alerts_.clear();
    ERR_clear_error();
    switch (action.what) {
      case Do::do_handshake: seen.return_value = SSL_do_handshake(ssl); break;
      case Do::connect: seen.return_value = SSL_connect(ssl); break;
      case Do::accept: seen.return_value = SSL_accept(ssl); break;
      case Do::read:
        seen.data.resize(16'384);
        seen.return_value = SSL_read(ssl, seen.data.data(), 16'384);
        seen.data.resize(static_cast<std::size_t>(std::max(seen.return_value, 0)));
        break;
      case Do::write:
        seen.return_value =
            SSL_write(ssl, action.bytes.data(), static_cast<int>(action.bytes.size()));
        break;
      case Do::shutdown: seen.return_value = SSL_shutdown(ssl); break;
      case Do::set_connect_state: SSL_set_connect_state(ssl); break;
      case Do::set_accept_state: SSL_set_accept_state(ssl); break;
      default: break;
    }
    const bool returns =
        action.what != Do::set_connect_state && action.what != Do::set_accept_state;
    if (!returns) seen.return_value = 1;
    seen.error = returns ? SSL_get_error(ssl, seen.return_value) : SSL_ERROR_NONE;
    if (const unsigned long code = ERR_peek_error(); code != 0) {
      const char* text = ERR_reason_error_string(code);
      seen.reason = static_cast<std::uint32_t>(code);
      seen.reason_text = text == nullptr ? "" : text;
    }
    ERR_clear_error();
    seen.alerts = alerts_;
    return seen;
  }

  [[nodiscard]] bool failed() const override {
    return std::string_view(SSL_state_string(ssl_.get())) == "SSLERR";
  }

 private:
  static void note(int sent, int /*version*/, int content_type, const void* data, std::size_t size,
                   SSL* /*ssl*/, void* argument) {
    if (sent == 0 || content_type != SSL3_RT_ALERT || size != 2) return;
    auto& alerts = static_cast<LibsslSubject*>(argument)->alerts_;
    const auto description =
        static_cast<AlertDescription>(static_cast<const std::uint8_t*>(data)[1]);
    alerts += (alerts.empty() ? "" : " ") + alert_name(description);
  }

  SslContextPtr context_;
  SslPtr ssl_;
  std::string alerts_;
};

// Drives both subjects through the schedule. An injection's differences bear the name of where it came: "client/before
// any message: http get".
inline std::vector<Difference> second_opinion(const Schedule& schedule) {
  OurSubject ours(schedule);
  LibsslSubject libssl(schedule);
  const auto seen = ours.run();
  const std::string name =
      schedule.injection.empty() ? schedule.name : ours.injected_at() + ": " + schedule.injection;
  return differences_of(name, seen, libssl.run());
}

}  // namespace stepshake::testing
