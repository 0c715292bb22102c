#include "record/deframer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace stepshake::record {
namespace {

// A short record's: of Finished, an alert, a ChangeCipherSpec.
constexpr std::size_t kUsualSize = 64;

bool known(std::uint8_t type) {
  return type >= static_cast<std::uint8_t>(wire::ContentType::change_cipher_spec) &&
         type <= static_cast<std::uint8_t>(wire::ContentType::application_data);
}

// What a peer that speaks no TLS says first. It would not understand an alert, and OpenSSL sends it none.
Failure not_tls(BytesView header) {
  static constexpr auto kMethods =
      std::to_array<std::string_view>({"GET ", "POST ", "HEAD ", "PUT "});
  const std::string_view start = text_of(header);
  for (std::string_view method : kMethods) {
    if (start.starts_with(method))
      return fail(Reason::http_request, "an HTTP request in the clear");
  }
  if (start.starts_with("CONNE")) {
    return fail(Reason::https_proxy_request, "a CONNECT request for a proxy");
  }
  return fail(Reason::not_tls, "the first bytes are no TLS record: " + to_hex(header));
}

Result<void> check_header(const Bytes& header, bool started, bool protected_records,
                          std::size_t fragment_limit) {
  // RFC 8446 5.1: legacy_record_version MUST be ignored; its first byte has been 3 since SSL 3.0, though, and a
  // stream that starts otherwise is not TLS at all.
  if (!started && header[1] != 3) return not_tls(header);
  // RFC 8446 5: a record of an unexpected type MUST be answered with unexpected_message.
  if (protected_records && !known(header[0])) {
    return fail(Reason::record_type, "record type " + std::to_string(header[0]));
  }
  if (header[1] != 3) return fail(Reason::record_version, "record version " + to_hex(header));
  const std::size_t size = record_size(header) - kHeaderSize;
  // RFC 8446 5.1, 5.2: longer ones MUST be answered with record_overflow.
  if (size > fragment_limit) {
    return fail(Reason::record_overflow, "a record of " + std::to_string(size) + " bytes");
  }
  return {};
}

}  // namespace

bool is_ssl2_client_hello(BytesView header) {
  return (header[0] & 0x80) != 0 && header[2] == 1 && (header[3] == 3 || header[3] == 0);
}

std::size_t record_size(BytesView bytes) {
  return kHeaderSize + (static_cast<std::size_t>(bytes[3]) << 8 | bytes[4]);
}

std::size_t Deframer::wanted() const {
  if (partial.size() < kHeaderSize) return kHeaderSize - partial.size();
  return record_size(partial) - partial.size();
}

std::optional<wire::ContentType> Deframer::type() const {
  if (partial.size() < kHeaderSize) return std::nullopt;
  return static_cast<wire::ContentType>(partial[0]);
}

Result<std::optional<Record>> Deframer::add(BytesView bytes, bool protected_records,
                                            std::size_t fragment_limit) {
  const bool had_header = partial.size() >= kHeaderSize;
  if (partial.empty()) partial.reserve(kUsualSize);
  append(partial, bytes);
  if (partial.size() < kHeaderSize) return std::optional<Record>();
  if (!had_header) TRY(check_header(partial, started, protected_records, fragment_limit));
  if (wanted() > 0) return std::optional<Record>();
  Record record{static_cast<wire::ContentType>(partial[0]),
                static_cast<std::uint16_t>(partial[1] << 8 | partial[2]),
                std::exchange(partial, {})};
  record.fragment.erase(record.fragment.begin(), record.fragment.begin() + kHeaderSize);
  started = true;
  return std::optional<Record>(std::move(record));
}

}  // namespace stepshake::record
