// X25519 and X448 (RFC 7748, RFC 8446 4.2.8.2, 7.4.2).
#include <array>
#include <cstdlib>

#include "crypto/curves.h"
#include "crypto/library.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

const char* name_of_group(wire::NamedGroup group) {
  return group == wire::NamedGroup::x25519 ? "X25519" : "X448";
}

// What a thread keeps for each of the two groups.
template <class Kept>
Kept& of_group(std::array<Kept, 2>& kept, wire::NamedGroup group) {
  return kept[group == wire::NamedGroup::x25519 ? 0 : 1];
}

// A thread keeps one a group: to make one, libcrypto searches what its providers have.
EVP_PKEY_CTX* importing_context(wire::NamedGroup group) {
  thread_local std::array<KeyContextPtr, 2> kept;
  KeyContextPtr& context = of_group(kept, group);
  if (!context) {
    context.reset(EVP_PKEY_CTX_new_from_name(nullptr, name_of_group(group), nullptr));
    if (EVP_PKEY_fromdata_init(context.get()) != 1) std::abort();
  }
  return context.get();
}

// With both halves given libcrypto has nothing to compute; from the private half alone it would derive the other.
KeyPtr import_key(wire::NamedGroup group, BytesView private_key, BytesView public_key) {
  std::array<OSSL_PARAM, 3> params;
  std::size_t used = 0;
  const auto add = [&](const char* name, BytesView bytes) {
    if (bytes.empty()) return;
    params[used++] = OSSL_PARAM_construct_octet_string(
        name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
  };
  add(OSSL_PKEY_PARAM_PUB_KEY, public_key);
  add(OSSL_PKEY_PARAM_PRIV_KEY, private_key);
  params[used] = OSSL_PARAM_construct_end();
  EVP_PKEY* key = nullptr;
  const int selection = private_key.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  if (EVP_PKEY_fromdata(importing_context(group), &key, selection, params.data()) != 1)
    return nullptr;
  return KeyPtr(key);
}

struct Pair {
  PrivateShare share;
  KeyPtr key;
};

Pair generate(wire::NamedGroup group, Random& random) {
  const std::size_t share_size = montgomery_share_size(group);
  Pair made{{group, random.secret(share_size), Bytes(share_size)}, nullptr};
  made.key = import_key(group, made.share.private_key.view(), {});
  std::size_t size = share_size;
  if (!made.key ||
      EVP_PKEY_get_raw_public_key(made.key.get(), made.share.public_key.data(), &size) != 1) {
    std::abort();
  }
  return made;
}

// A thread keeps one a group, and writes each peer's share over the last one's: to make a key, libcrypto goes through all
// names that it has.
EVP_PKEY* peer_key(wire::NamedGroup group, BytesView share) {
  thread_local std::array<KeyPtr, 2> kept;
  KeyPtr& key = of_group(kept, group);
  if (!key) key = import_key(group, {}, share);
  const bool set =
      key && EVP_PKEY_set1_encoded_public_key(key.get(), share.data(), share.size()) == 1;
  return set ? key.get() : nullptr;
}

Result<Secret> derive(wire::NamedGroup group, EVP_PKEY* own, BytesView peer_share) {
  Secret shared(montgomery_share_size(group));
  if (peer_share.size() != shared.size()) {
    return fail(Reason::bad_key_share, std::string(wire::name_of(group)) + " share of " +
                                           std::to_string(peer_share.size()) + " bytes");
  }
  EVP_PKEY* const peer = peer_key(group, peer_share);
  if (own == nullptr || peer == nullptr) {
    return fail(Reason::internal_error, "a Montgomery key was not imported");
  }
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  std::size_t size = shared.size();
  // RFC 8446 7.4.2: an all-zero result MUST abort; libcrypto refuses to derive it.
  if (EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer_ex(context.get(), peer, 0) != 1 ||
      EVP_PKEY_derive(context.get(), shared.data(), &size) != 1) {
    return fail(Reason::bad_point, std::string(wire::name_of(group)) + " share of low order");
  }
  return shared;
}

}  // namespace

bool is_montgomery(wire::NamedGroup group) {
  return group == wire::NamedGroup::x25519 || group == wire::NamedGroup::x448;
}

bool has_montgomery(wire::NamedGroup group) {
  static const bool x25519 = library_has_keys("X25519");
  static const bool x448 = library_has_keys("X448");
  return group == wire::NamedGroup::x25519 ? x25519 : is_montgomery(group) && x448;
}

std::size_t montgomery_share_size(wire::NamedGroup group) {
  return group == wire::NamedGroup::x25519 ? 32 : 56;
}

PrivateShare montgomery_offer(wire::NamedGroup group, Random& random) {
  return generate(group, random).share;
}

Result<Answer> montgomery_answer(wire::NamedGroup group, BytesView peer_share, Random& random) {
  Pair own = generate(group, random);
  TRY_ASSIGN(Secret shared, derive(group, own.key.get(), peer_share));
  return Answer{std::move(own.share.public_key), std::move(shared)};
}

Result<Secret> montgomery_conclude(const PrivateShare& own, BytesView peer_share) {
  const KeyPtr key = import_key(own.group, own.private_key.view(), own.public_key);
  return derive(own.group, key.get(), peer_share);
}

}  // namespace stepshake::crypto
