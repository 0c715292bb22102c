// Hellos of TLS 1.2, to be changed before they go over.
#pragma once

#include <functional>

#include "support/edit.h"
#include "support/stations12.h"
#include "talk.h"

namespace stepshake::testing {

inline Bytes in_the_clear(BytesView message) {
  return record_of(wire::ContentType::handshake, message);
}

// A client that has sent its hello, and the honest answer to it.
struct Answered {
  Victim client;
  wire::ServerHello hello;
};

inline Answered answered(const policy::Config& ours, const policy::Config& theirs) {
  Victim client(ours, 11);
  Victim server(theirs, 12);
  server.feed(Victim(client).take_output());
  const auto first = records_in(server.take_output()).front();
  client.take_output();
  return {client, server_hello_of(BytesView(first).subspan(record::kHeaderSize))};
}

// The first hello of a client of this configuration, changed: all its extensions are in one raw list.
inline wire::ClientHello changed(
    const policy::Config& config,
    const std::function<void(wire::ClientHello&, wire::RawExtensions&)>& change) {
  auto hello = client_hello_of(first_hello(config));
  change(hello, hello.extensions.others);
  return hello;
}

// The same in a record.
inline Bytes changed_hello(
    const policy::Config& config,
    const std::function<void(wire::ClientHello&, wire::RawExtensions&)>& change) {
  return record_of(wire::ContentType::handshake, framed(changed(config, change)), 0x0301);
}

}  // namespace stepshake::testing
