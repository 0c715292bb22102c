#include "record/mac_protection12.h"

#include <algorithm>

#include "crypto/cbc.h"
#include "crypto/constant_time.h"
#include "crypto/hash.h"
#include "record/header.h"

namespace stepshake::record {
namespace {

using crypto::kBlockSize;
using crypto::Mask;
using crypto::Suite12Facts;

constexpr std::size_t kMostPadding = 256;  // its length byte included

bool sends_iv(const Protection& keys) { return keys.version != wire::ProtocolVersion::tls_1_0; }

// RFC 5246 6.2.3.1; RFC 7366 3 puts the IV and the ciphertext in the content's place.
Secret mac_of(const Protection& keys, const Suite12Facts& facts, wire::ContentType type,
              std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (BytesView part : parts) size += part.size();
  const auto header = additional_data(keys, type, size);
  return crypto::hmac(*facts.mac, keys.mac_key.view(), {header, concat(parts)});
}

// RFC 5246 6.2.3.2: the IV MUST be unpredictable. This is a pseudorandom function of the sequence number, which no two
// records share, under a key that nobody but the peers has; and no MAC is over as little as a sequence number alone, so
// that the key serves both. Unlike random bytes it gives the same record for the same session.
Bytes record_iv(const Protection& keys, const Suite12Facts& facts) {
  const auto number = sequence_bytes(keys.sequence_number);
  const Secret made = crypto::hmac(*facts.mac, keys.mac_key.view(), {number});
  return to_bytes(made.view().first(kBlockSize));
}

// RFC 5246 6.2.3.2: up to the next block's end, with the padding's length in each byte of it.
void pad(Bytes& bytes) {
  const std::size_t more = kBlockSize - bytes.size() % kBlockSize;
  bytes.insert(bytes.end(), more, static_cast<std::uint8_t>(more - 1));
}

void keep_chain(Protection& keys, BytesView ciphertext) {
  if (!sends_iv(keys)) keys.iv = Secret(ciphertext.last(kBlockSize));
}

void seal_cbc(Protection& keys, const Suite12Facts& facts, wire::ContentType type,
              BytesView content, Bytes& out) {
  const Bytes explicit_iv = sends_iv(keys) ? record_iv(keys, facts) : Bytes();
  Bytes blocks = to_bytes(content);
  if (!keys.encrypt_then_mac) append(blocks, mac_of(keys, facts, type, {content}).view());
  pad(blocks);
  crypto::cbc_encrypt(keys.key.view(), sends_iv(keys) ? BytesView(explicit_iv) : keys.iv.view(),
                      blocks);
  const Secret mac =
      keys.encrypt_then_mac ? mac_of(keys, facts, type, {explicit_iv, blocks}) : Secret();
  append(out, header(type, wire::number_of(keys.version),
                     explicit_iv.size() + blocks.size() + mac.size()));
  append(out, explicit_iv);
  append(out, blocks);
  append(out, mac.view());
  keep_chain(keys, blocks);
}

// Decrypted blocks under a mask that says whether their padding is right. Reads as much for any padding.
struct Padding {
  Mask good;
  std::size_t size;  // its length byte included; 1 where it is wrong
};

Padding check_padding(BytesView blocks, std::size_t least_before) {
  const std::size_t length = blocks.back();
  Mask good = ~crypto::is_less(blocks.size(), least_before + length + 1);
  const std::size_t looked_at = std::min(blocks.size(), kMostPadding);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const Mask is_padding = ~crypto::is_less(length, i);
    good &= crypto::is_equal(blocks[blocks.size() - 1 - i], length) | ~is_padding;
  }
  return {good, static_cast<std::size_t>(crypto::select(good, length + 1, 1))};
}

// The bytes from a secret place on, out of all among which they can be.
Secret pick(BytesView blocks, std::size_t at, std::size_t size) {
  Secret picked(size);
  const std::size_t region = std::min(blocks.size(), size + kMostPadding);
  for (std::size_t i = blocks.size() - region; i < blocks.size(); ++i) {
    for (std::size_t k = 0; k < size; ++k) {
      picked.data()[k] |= crypto::select_byte(crypto::is_equal(i, at + k), blocks[i], 0);
    }
  }
  return picked;
}

// RFC 5246 6.2.3.2: the MAC is checked whatever the padding is, over as much as with no padding where that is wrong, and
// one answer is given for both.
std::optional<Bytes> take_mac_and_padding(const Protection& keys, const Suite12Facts& facts,
                                          wire::ContentType type, Bytes blocks) {
  const Padding padding = check_padding(blocks, facts.mac_size);
  const std::size_t content_size = blocks.size() - facts.mac_size - padding.size;
  const Secret expected =
      crypto::hmac_of_hidden_size(*facts.mac, keys.mac_key.view(),
                                  additional_data(keys, type, content_size), blocks, content_size);
  const Secret found = pick(blocks, content_size, facts.mac_size);
  Mask differs = 0;
  for (std::size_t i = 0; i < facts.mac_size; ++i) differs |= expected.data()[i] ^ found.data()[i];
  if ((padding.good & crypto::is_equal(differs, 0)) == 0) return std::nullopt;
  blocks.resize(content_size);
  return blocks;
}

std::optional<Bytes> open_mac_then_encrypt(Protection& keys, const Suite12Facts& facts,
                                           const Record& record) {
  const BytesView fragment = record.fragment;
  const std::size_t iv_size = sends_iv(keys) ? kBlockSize : 0;
  // What anybody can see from the length alone.
  if (fragment.size() % kBlockSize != 0 || fragment.size() < iv_size + facts.mac_size + 1) {
    return std::nullopt;
  }
  Bytes blocks = to_bytes(fragment.subspan(iv_size));
  crypto::cbc_decrypt(keys.key.view(), iv_size > 0 ? fragment.first(iv_size) : keys.iv.view(),
                      blocks);
  keep_chain(keys, fragment);
  return take_mac_and_padding(keys, facts, record.type, std::move(blocks));
}

// RFC 7366 3: the MAC first; nothing is decrypted where it is wrong.
std::optional<Bytes> open_encrypt_then_mac(Protection& keys, const Suite12Facts& facts,
                                           const Record& record) {
  const BytesView fragment = record.fragment;
  const std::size_t iv_size = sends_iv(keys) ? kBlockSize : 0;
  if (fragment.size() < iv_size + kBlockSize + facts.mac_size ||
      (fragment.size() - facts.mac_size) % kBlockSize != 0) {
    return std::nullopt;
  }
  const BytesView covered = fragment.first(fragment.size() - facts.mac_size);
  const Secret expected = mac_of(keys, facts, record.type, {covered});
  if (!crypto::equal(expected.view(), fragment.last(facts.mac_size))) return std::nullopt;
  Bytes blocks = to_bytes(covered.subspan(iv_size));
  crypto::cbc_decrypt(keys.key.view(), iv_size > 0 ? covered.first(iv_size) : keys.iv.view(),
                      blocks);
  keep_chain(keys, covered);
  const Padding padding = check_padding(blocks, 0);
  if (padding.good == 0) return std::nullopt;
  blocks.resize(blocks.size() - padding.size);
  return blocks;
}

// RFC 5246 6.2.3.1
std::optional<Bytes> open_null(const Protection& keys, const Suite12Facts& facts,
                               const Record& record) {
  const BytesView fragment = record.fragment;
  if (fragment.size() < facts.mac_size) return std::nullopt;
  const BytesView content = fragment.first(fragment.size() - facts.mac_size);
  const Secret expected = mac_of(keys, facts, record.type, {content});
  if (!crypto::equal(expected.view(), fragment.last(facts.mac_size))) return std::nullopt;
  return to_bytes(content);
}

}  // namespace

void seal_with_mac(Protection& keys, const Suite12Facts& facts, wire::ContentType type,
                   BytesView content, Bytes& out) {
  if (facts.kind == crypto::CipherKind::cbc) {
    seal_cbc(keys, facts, type, content, out);
    return;
  }
  append(out, header(type, wire::number_of(keys.version), content.size() + facts.mac_size));
  append(out, content);
  append(out, mac_of(keys, facts, type, {content}).view());
}

std::optional<Bytes> open_with_mac(Protection& keys, const Suite12Facts& facts,
                                   const Record& record) {
  if (facts.kind == crypto::CipherKind::null) return open_null(keys, facts, record);
  return keys.encrypt_then_mac ? open_encrypt_then_mac(keys, facts, record)
                               : open_mac_then_encrypt(keys, facts, record);
}

}  // namespace stepshake::record
