// What of hashes, MACs and record protection one side of a handshake cannot do without.
#pragma once

#include "bench/handshake/certificates.h"
#include "bench/handshake/primitives.h"
#include "bench/handshake/suite.h"
#include "bench/measure/meter.h"

namespace stepshake::bench {

class SymmetricPart {
 public:
  SymmetricPart(const Suite& suite, const Certificates& issued);

  // All of one side's, of one handshake.
  void run(Side side);

 private:
  void run13(Side side);
  void run12(Side side);
  void tickets13(Side side);

  // Messages of these sizes hashed, and the hash told so often.
  void transcript(std::initializer_list<std::size_t> messages, int snapshots);
  void hmacs(int count, std::size_t size);
  // Keys set up, the first of them used on records of these sizes.
  void keys(int count, bool seals, std::initializer_list<std::size_t> records);

  Suite suite_;
  std::size_t certificates_size_ = 0;
  std::size_t signature_size_;
  EVP_MD* digest_;
  EVP_CIPHER* cipher_;
  crypto::DigestContextPtr hash_;
  crypto::DigestContextPtr snapshot_;
  Bytes buffer_ = Bytes(8'192);
  std::array<std::uint8_t, 64> secret_{7};
};

}  // namespace stepshake::bench
