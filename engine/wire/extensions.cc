#include "wire/extensions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace stepshake::wire {
namespace {

constexpr unsigned bit(Place place) { return static_cast<unsigned>(place); }

constexpr unsigned kCh = bit(Place::client_hello);
constexpr unsigned kSh = bit(Place::server_hello);
constexpr unsigned kEe = bit(Place::encrypted_extensions);
constexpr unsigned kCt = bit(Place::certificate);
constexpr unsigned kCr = bit(Place::certificate_request);
constexpr unsigned kNst = bit(Place::new_session_ticket);
constexpr unsigned kHrr = bit(Place::hello_retry_request);
constexpr unsigned kSh12 = bit(Place::server_hello12);

using enum ExtensionType;
// RFC 8446 4.2, the table; below it, extensions that TLS 1.3 knows in the ClientHello alone. Where each may stand in a
// ServerHello of TLS 1.2 says the RFC that it is from; supported_groups has no place there, but old servers send it, and
// OpenSSL passes over it.
constexpr auto kAllowed = std::to_array<std::pair<ExtensionType, unsigned>>({
    {server_name, kCh | kEe | kSh12},
    {max_fragment_length, kCh | kEe | kSh12},
    {status_request, kCh | kCr | kCt | kSh12},
    {supported_groups, kCh | kEe | kSh12},
    {signature_algorithms, kCh | kCr},
    {use_srtp, kCh | kEe | kSh12},
    {heartbeat, kCh | kEe | kSh12},
    {application_layer_protocol_negotiation, kCh | kEe | kSh12},
    {signed_certificate_timestamp, kCh | kCr | kCt | kSh12},
    {client_certificate_type, kCh | kEe | kSh12},
    {server_certificate_type, kCh | kEe | kSh12},
    {padding, kCh},
    {key_share, kCh | kSh | kHrr},
    {pre_shared_key, kCh | kSh},
    {psk_key_exchange_modes, kCh},
    {early_data, kCh | kEe | kNst},
    {cookie, kCh | kHrr},
    {supported_versions, kCh | kSh | kHrr},
    {certificate_authorities, kCh | kCr},
    {oid_filters, kCr},
    {post_handshake_auth, kCh},
    {signature_algorithms_cert, kCh | kCr},
    {compress_certificate, kCh | kCr},
    {record_size_limit, kCh | kEe | kSh12},
    {ec_point_formats, kCh | kSh12},
    {encrypt_then_mac, kCh | kSh12},
    {extended_master_secret, kCh | kSh12},
    {session_ticket, kCh | kSh12},
    {renegotiation_info, kCh | kSh12},
});

constexpr std::size_t kUsualCount = 16;
constexpr std::size_t kLeastSize = 4;  // an extension's type and the length of its data

Result<void> check_place(ExtensionType type, Place place) {
  const auto* row = std::find_if(kAllowed.begin(), kAllowed.end(),
                                 [&](const auto& each) { return each.first == type; });
  if (row == kAllowed.end() || (row->second & bit(place)) != 0) return {};
  return fail(Reason::misplaced_extension, shown(type) + " in the wrong message");
}

}  // namespace

Result<std::vector<ExtensionView>> view_extensions(Reader& reader, std::size_t least) {
  TRY_ASSIGN(const BytesView block, reader.vector16("extensions", {least, 0xffff}));
  Reader inner(block);
  std::vector<ExtensionView> extensions;
  extensions.reserve(std::min(kUsualCount, block.size() / kLeastSize));
  while (!inner.at_end()) {
    TRY_ASSIGN(const std::uint16_t type, inner.u16("extension_type"));
    TRY_ASSIGN(const BytesView data, inner.vector16("extension_data"));
    extensions.push_back({static_cast<ExtensionType>(type), data});
  }
  // Sorted, so that a block of thousands of extensions costs no more than it should.
  std::vector<ExtensionType> types;
  types.reserve(extensions.size());
  for (const auto& extension : extensions) types.push_back(extension.type);
  std::sort(types.begin(), types.end());
  const auto twice = std::adjacent_find(types.begin(), types.end());
  // RFC 8446 4.2: there MUST NOT be more than one extension of the same type in an extension block.
  if (twice != types.end()) return fail(Reason::duplicate_extension, shown(*twice));
  return extensions;
}

Result<RawExtensions> decode_extensions(Reader& reader, std::size_t least) {
  TRY_ASSIGN(const auto views, view_extensions(reader, least));
  RawExtensions extensions;
  extensions.reserve(views.size());
  for (const auto& [type, data] : views) extensions.push_back({type, to_bytes(data)});
  return extensions;
}

void encode_extensions(Writer& writer, const RawExtensions& extensions) {
  writer.nested(2, [&] {
    for (const auto& [type, data] : extensions) writer.u16(number_of(type)).vector16(data);
  });
}

Result<void> check_places(const RawExtensions& extensions, Place place) {
  for (const auto& extension : extensions) TRY(check_place(extension.type, place));
  return {};
}

Result<void> check_places(const std::vector<ExtensionType>& types, Place place) {
  for (ExtensionType type : types) TRY(check_place(type, place));
  return {};
}

Result<void> check_solicited(const RawExtensions& extensions,
                             const std::vector<ExtensionType>& offered, Place place) {
  for (const auto& extension : extensions) {
    // RFC 8446 4.2.2: the cookie of a HelloRetryRequest is the one extension that needs no request.
    if (place == Place::hello_retry_request && extension.type == cookie) continue;
    if (std::find(offered.begin(), offered.end(), extension.type) == offered.end()) {
      return fail(Reason::unsolicited_extension, shown(extension.type) + " was not asked for");
    }
  }
  return {};
}

const RawExtension* find(const RawExtensions& extensions, ExtensionType type) {
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const auto& each) { return each.type == type; });
  return found == extensions.end() ? nullptr : &*found;
}

}  // namespace stepshake::wire
