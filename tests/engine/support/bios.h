// Connections over BIOs of the caller's own, and the BIOs.
#pragma once

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <cstdint>
#include <memory>

#include "connection/connection.h"
#include "support/pair.h"

namespace stepshake::testing {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

struct Wire {
  BioPtr near, far;
};

// Each end holds `size` bytes on their way out.
inline Wire bio_pair(std::size_t size) {
  BIO* near = nullptr;
  BIO* far = nullptr;
  BIO_new_bio_pair(&near, size, &far, size);
  return {BioPtr(near), BioPtr(far)};
}

inline Bytes drain(BIO* bio) {
  Bytes all(BIO_ctrl_pending(bio));
  if (!all.empty()) BIO_read(bio, all.data(), static_cast<int>(all.size()));
  return all;
}

// One side of a handshake, called over BIOs that each call is lent.
struct End {
  policy::Config config;
  connection::Connection connection = connection::make_connection(config);
  std::uint64_t steps = 0;

  connection::World world() { return {config, inputs_of(++steps)}; }
  connection::CallResult shake(connection::Wires wires) {
    return connection::do_handshake(connection, world(), wires);
  }
  connection::CallResult shake(BIO* both) { return shake({both, both}); }
};

}  // namespace stepshake::testing
