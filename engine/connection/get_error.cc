#include "connection/get_error.h"

#include <array>
#include <optional>

namespace stepshake::connection {
namespace {

SslError by_retry_reason(BIO* bio) {
  switch (BIO_get_retry_reason(bio)) {
    case BIO_RR_CONNECT: return SslError::want_connect;
    case BIO_RR_ACCEPT: return SslError::want_accept;
    default: return SslError::syscall;
  }
}

// A BIO says what it waits for, which need not be what was asked of it: a filter's read may have to write first.
std::optional<SslError> by_flags(BIO* bio, Waiting waiting) {
  if (bio == nullptr) return std::nullopt;
  if (waiting == Waiting::reading && BIO_should_read(bio)) return SslError::want_read;
  if (BIO_should_write(bio)) return SslError::want_write;
  if (BIO_should_read(bio)) return SslError::want_read;
  if (BIO_should_io_special(bio)) return by_retry_reason(bio);
  return std::nullopt;
}

std::optional<SslError> by_question(Waiting waiting) {
  switch (waiting) {
    case Waiting::certificate: return SslError::want_x509_lookup;
    case Waiting::verify: return SslError::want_retry_verify;
    case Waiting::async: return SslError::want_async;
    case Waiting::async_job: return SslError::want_async_job;
    case Waiting::client_hello: return SslError::want_client_hello_cb;
    case Waiting::step: return SslError::want_step;
    default: return std::nullopt;
  }
}

constexpr std::array<std::string_view, 13> kNames = {
    "SSL_ERROR_NONE",
    "SSL_ERROR_SSL",
    "SSL_ERROR_WANT_READ",
    "SSL_ERROR_WANT_WRITE",
    "SSL_ERROR_WANT_X509_LOOKUP",
    "SSL_ERROR_SYSCALL",
    "SSL_ERROR_ZERO_RETURN",
    "SSL_ERROR_WANT_CONNECT",
    "SSL_ERROR_WANT_ACCEPT",
    "SSL_ERROR_WANT_ASYNC",
    "SSL_ERROR_WANT_ASYNC_JOB",
    "SSL_ERROR_WANT_CLIENT_HELLO_CB",
    "SSL_ERROR_WANT_RETRY_VERIFY",
};

}  // namespace

std::string_view name_of(SslError error) {
  return error == SslError::want_step ? "SSL_ERROR_WANT_STEP"
                                      : kNames[static_cast<std::size_t>(error)];
}

SslError get_error(const Circumstances& met) {
  if (met.return_value > 0) return SslError::none;
  if (met.queue_has_entry) return met.oldest_is_system ? SslError::syscall : SslError::ssl;
  if (met.waiting == Waiting::reading || met.waiting == Waiting::writing) {
    BIO* bio = met.waiting == Waiting::reading ? met.wires.read : met.wires.write;
    if (const auto error = by_flags(bio, met.waiting)) return *error;
  }
  if (const auto error = by_question(met.waiting)) return *error;
  if (met.close_notify_received) return SslError::zero_return;
  return SslError::syscall;
}

}  // namespace stepshake::connection
