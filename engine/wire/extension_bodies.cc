#include "wire/extension_bodies.h"

#include <algorithm>

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<std::string> decode_server_name(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("server_name_list", {1, 0xffff}));
  TRY(reader.expect_end("server_name"));
  Reader names(list);
  std::string host_name;
  while (!names.at_end()) {
    TRY_ASSIGN(const std::uint8_t type, names.u8("name_type"));
    TRY_ASSIGN(const BytesView name, names.vector16("host_name", {1, 0xffff}));
    if (type != 0) continue;
    // RFC 6066 3: the list MUST NOT contain more than one name of the same name_type.
    if (!host_name.empty()) return fail(Reason::bad_parameter, "two host names in server_name");
    // RFC 6066 3: a DNS hostname in ASCII encoding.
    const bool printable =
        std::all_of(name.begin(), name.end(), [](auto byte) { return byte > ' ' && byte < 0x7f; });
    if (!printable) return fail(Reason::bad_parameter, "a host name that is not in ASCII");
    host_name = text_of(name);
  }
  return host_name;
}

Bytes encode_server_name(const std::string& host_name) {
  Writer writer;
  writer.nested(2, [&] { writer.u8(0).vector16(view_of(host_name)); });
  return writer.take();
}

template <class Enum>
Result<std::vector<Enum>> decode_list16(BytesView data, ExtensionType type) {
  Reader reader(data);
  TRY_ASSIGN(auto values, reader.list16<Enum>(name_of(type), {2, 0xfffe}));
  TRY(reader.expect_end(name_of(type)));
  return values;
}

template <class Enum>
Bytes encode_list16(const std::vector<Enum>& values) {
  Writer writer;
  writer.list16(values);
  return writer.take();
}

template Result<std::vector<NamedGroup>> decode_list16(BytesView, ExtensionType);
template Result<std::vector<SignatureScheme>> decode_list16(BytesView, ExtensionType);
template Bytes encode_list16(const std::vector<NamedGroup>&);
template Bytes encode_list16(const std::vector<SignatureScheme>&);

Result<std::vector<Bytes>> decode_alpn(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("protocol_name_list", {2, 0xffff}));
  TRY(reader.expect_end("application_layer_protocol_negotiation"));
  Reader names(list);
  std::vector<Bytes> protocols;
  while (!names.at_end()) {
    TRY_ASSIGN(const BytesView name, names.vector8("ProtocolName", {1, 0xff}));
    protocols.push_back(to_bytes(name));
  }
  return protocols;
}

Result<Bytes> decode_alpn_choice(BytesView data) {
  TRY_ASSIGN(auto protocols, decode_alpn(data));
  // RFC 7301 3.1: the list MUST contain exactly one ProtocolName.
  if (protocols.size() != 1) return fail(Reason::bad_alpn, "not exactly one protocol");
  return std::move(protocols.front());
}

Bytes encode_alpn(const std::vector<Bytes>& protocols) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& protocol : protocols) writer.vector8(protocol);
  });
  return writer.take();
}

Result<std::vector<ProtocolVersion>> decode_supported_versions(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(auto versions,
             reader.list16_in_vector8<ProtocolVersion>("supported_versions", {2, 254}));
  TRY(reader.expect_end("supported_versions"));
  return versions;
}

Bytes encode_supported_versions(const std::vector<ProtocolVersion>& versions) {
  Writer writer;
  writer.nested(1, [&] {
    for (ProtocolVersion version : versions) writer.u16(number_of(version));
  });
  return writer.take();
}

namespace {

Result<KeyShareEntry> read_share(Reader& reader) {
  TRY_ASSIGN(const std::uint16_t group, reader.u16("group"));
  TRY_ASSIGN(const BytesView share, reader.vector16("key_exchange", {1, 0xffff}));
  return KeyShareEntry{static_cast<NamedGroup>(group), to_bytes(share)};
}

void write_share(Writer& writer, const KeyShareEntry& share) {
  writer.u16(number_of(share.group)).vector16(share.key_exchange);
}

}  // namespace

Result<std::vector<KeyShareEntry>> decode_client_shares(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("client_shares"));
  TRY(reader.expect_end("key_share"));
  Reader inner(list);
  std::vector<KeyShareEntry> shares;
  while (!inner.at_end()) {
    TRY_ASSIGN(KeyShareEntry share, read_share(inner));
    shares.push_back(std::move(share));
  }
  return shares;
}

Bytes encode_client_shares(const std::vector<KeyShareEntry>& shares) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& share : shares) write_share(writer, share);
  });
  return writer.take();
}

Result<KeyShareEntry> decode_server_share(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(KeyShareEntry share, read_share(reader));
  TRY(reader.expect_end("key_share"));
  return share;
}

Bytes encode_server_share(const KeyShareEntry& share) {
  Writer writer;
  write_share(writer, share);
  return writer.take();
}

Result<std::uint16_t> decode_u16(BytesView data, ExtensionType type) {
  Reader reader(data);
  TRY_ASSIGN(const std::uint16_t value, reader.u16(name_of(type)));
  TRY(reader.expect_end(name_of(type)));
  return value;
}

Bytes encode_u16(std::uint16_t value) {
  Writer writer;
  return writer.u16(value).take();
}

Result<Bytes> decode_cookie(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView cookie, reader.vector16("cookie", {1, 0xffff}));
  TRY(reader.expect_end("cookie"));
  return to_bytes(cookie);
}

Bytes encode_cookie(BytesView cookie) {
  Writer writer;
  return writer.vector16(cookie).take();
}

Result<std::vector<PskKeyExchangeMode>> decode_psk_modes(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector8("ke_modes", {1, 0xff}));
  TRY(reader.expect_end("psk_key_exchange_modes"));
  std::vector<PskKeyExchangeMode> modes;
  for (std::uint8_t mode : list) modes.push_back(static_cast<PskKeyExchangeMode>(mode));
  return modes;
}

Bytes encode_psk_modes(const std::vector<PskKeyExchangeMode>& modes) {
  Writer writer;
  writer.u8(modes.size());
  for (PskKeyExchangeMode mode : modes) writer.u8(number_of(mode));
  return writer.take();
}

Result<OfferedPsks> decode_offered_psks(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView identities, reader.vector16("identities", {7, 0xffff}));
  TRY_ASSIGN(const BytesView binders, reader.vector16("binders", {33, 0xffff}));
  TRY(reader.expect_end("pre_shared_key"));
  OfferedPsks psks;
  Reader inner(identities);
  while (!inner.at_end()) {
    TRY_ASSIGN(const BytesView identity, inner.vector16("identity", {1, 0xffff}));
    TRY_ASSIGN(const std::uint32_t age, inner.u32("obfuscated_ticket_age"));
    psks.identities.push_back({to_bytes(identity), age});
  }
  Reader binder_reader(binders);
  while (!binder_reader.at_end()) {
    TRY_ASSIGN(const BytesView binder, binder_reader.vector8("PskBinderEntry", {32, 0xff}));
    psks.binders.push_back(to_bytes(binder));
  }
  return psks;
}

Bytes encode_offered_psks(const OfferedPsks& psks) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& [identity, age] : psks.identities) writer.vector16(identity).u32(age);
  });
  writer.nested(2, [&] {
    for (const auto& binder : psks.binders) writer.vector8(binder);
  });
  return writer.take();
}

std::size_t binders_size(const OfferedPsks& psks) {
  std::size_t size = 2;
  for (const auto& binder : psks.binders) size += 1 + binder.size();
  return size;
}

Result<std::vector<Bytes>> decode_certificate_authorities(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("authorities", {3, 0xffff}));
  TRY(reader.expect_end("certificate_authorities"));
  Reader inner(list);
  std::vector<Bytes> names;
  while (!inner.at_end()) {
    TRY_ASSIGN(const BytesView name, inner.vector16("DistinguishedName", {1, 0xffff}));
    names.push_back(to_bytes(name));
  }
  return names;
}

Bytes encode_certificate_authorities(const std::vector<Bytes>& names) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& name : names) writer.vector16(name);
  });
  return writer.take();
}

Result<std::vector<OidFilter>> decode_oid_filters(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("filters"));
  TRY(reader.expect_end("oid_filters"));
  Reader inner(list);
  std::vector<OidFilter> filters;
  while (!inner.at_end()) {
    TRY_ASSIGN(const BytesView oid, inner.vector8("certificate_extension_oid", {1, 0xff}));
    TRY_ASSIGN(const BytesView values, inner.vector16("certificate_extension_values"));
    filters.push_back({to_bytes(oid), to_bytes(values)});
  }
  return filters;
}

Bytes encode_oid_filters(const std::vector<OidFilter>& filters) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& filter : filters) {
      writer.vector8(filter.certificate_extension_oid)
          .vector16(filter.certificate_extension_values);
    }
  });
  return writer.take();
}

Result<std::uint32_t> decode_max_early_data(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const std::uint32_t size, reader.u32("max_early_data_size"));
  TRY(reader.expect_end("early_data"));
  return size;
}

Bytes encode_max_early_data(std::uint32_t size) {
  Writer writer;
  return writer.u32(size).take();
}

Result<void> decode_empty(BytesView data, ExtensionType type) {
  return Reader(data).expect_end(name_of(type));
}

Result<void> check_padding(BytesView data) {
  const bool zeros =
      std::all_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte == 0; });
  if (zeros) return {};
  return fail(Reason::bad_parameter, "padding that is not zeros");
}

}  // namespace stepshake::wire
