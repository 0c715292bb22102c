// MLKEM512 to MLKEM1024 (draft-ietf-tls-mlkem) and the hybrids X25519MLKEM768, SecP256r1MLKEM768 and
// SecP384r1MLKEM1024 (draft-ietf-tls-ecdhe-mlkem). A hybrid's share, private value and secret are the two parts' own,
// one after the other in the order that the draft gives the group.
#include "crypto/kem_groups.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crypto/curves.h"
#include "crypto/mlkem.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

struct KemGroup {
  NamedGroup group;
  MlKem kem;
  std::optional<NamedGroup> curve;
  bool curve_first;
};

constexpr auto kGroups = std::to_array<KemGroup>({
    {NamedGroup::mlkem512, MlKem::mlkem512, {}, false},
    {NamedGroup::mlkem768, MlKem::mlkem768, {}, false},
    {NamedGroup::mlkem1024, MlKem::mlkem1024, {}, false},
    {NamedGroup::x25519mlkem768, MlKem::mlkem768, NamedGroup::x25519, false},
    {NamedGroup::secp256r1mlkem768, MlKem::mlkem768, NamedGroup::secp256r1, true},
    {NamedGroup::secp384r1mlkem1024, MlKem::mlkem1024, NamedGroup::secp384r1, true},
});

const KemGroup* find(NamedGroup group) {
  const auto* row = std::find_if(kGroups.begin(), kGroups.end(),
                                 [&](const KemGroup& each) { return each.group == group; });
  return row == kGroups.end() ? nullptr : row;
}

struct Parts {
  BytesView kem;
  BytesView curve;
};

// The two parts of `whole`, of which the KEM's has `kem_size` bytes. The caller has looked at the size of the whole.
Parts split(const KemGroup& group, BytesView whole, std::size_t kem_size) {
  if (!group.curve_first) return {whole.first(kem_size), whole.subspan(kem_size)};
  const std::size_t curve_size = whole.size() - kem_size;
  return {whole.subspan(curve_size), whole.first(curve_size)};
}

Bytes join(const KemGroup& group, BytesView kem, BytesView curve) {
  return group.curve_first ? concat({curve, kem}) : concat({kem, curve});
}

Secret join_secrets(const KemGroup& group, const Secret& kem, const Secret& curve) {
  Secret joined((group.curve_first ? curve : kem).view());
  joined.add((group.curve_first ? kem : curve).view());
  return joined;
}

// The parts of the peer's share, whose KEM part has `kem_size` bytes.
Result<Parts> split_share(const KemGroup& group, BytesView share, std::size_t kem_size) {
  const std::size_t curve_size = group.curve ? curve_share_size(*group.curve) : 0;
  if (share.size() != kem_size + curve_size) {
    return fail(Reason::bad_key_share, std::string(wire::name_of(group.group)) + " share of " +
                                           std::to_string(share.size()) + " bytes");
  }
  return split(group, share, kem_size);
}

}  // namespace

bool is_kem(NamedGroup group) { return find(group) != nullptr; }

bool has_kem(NamedGroup group) {
  const KemGroup* facts = find(group);
  return facts != nullptr && has_mlkem(facts->kem) && (!facts->curve || has_curve(*facts->curve));
}

PrivateShare kem_offer(NamedGroup group, Random& random) {
  const KemGroup& facts = *find(group);
  const Secret seed = random.secret(kMlKemSeedSize);
  const Bytes key = mlkem_encapsulation_key(facts.kem, seed.view());
  if (!facts.curve) return {group, seed, key};
  const PrivateShare curve = curve_offer(*facts.curve, random);
  return {group, join_secrets(facts, seed, curve.private_key), join(facts, key, curve.public_key)};
}

Result<Answer> kem_answer(NamedGroup group, BytesView peer_share, Random& random) {
  const KemGroup& facts = *find(group);
  TRY_ASSIGN(const Parts peer,
             split_share(facts, peer_share, facts_of(facts.kem).encapsulation_key_size));
  const Secret message = random.secret(kMlKemMessageSize);
  TRY_ASSIGN(Encapsulated made, mlkem_encapsulate(facts.kem, peer.kem, message.view()));
  if (!facts.curve) return Answer{std::move(made.ciphertext), std::move(made.shared_secret)};
  TRY_ASSIGN(const Answer curve, curve_answer(*facts.curve, peer.curve, random));
  return Answer{join(facts, made.ciphertext, curve.public_key),
                join_secrets(facts, made.shared_secret, curve.shared_secret)};
}

Result<Secret> kem_conclude(const PrivateShare& own, BytesView peer_share) {
  const KemGroup& facts = *find(own.group);
  TRY_ASSIGN(const Parts peer, split_share(facts, peer_share, facts_of(facts.kem).ciphertext_size));
  const Parts private_keys = split(facts, own.private_key.view(), kMlKemSeedSize);
  TRY_ASSIGN(Secret kem_secret, mlkem_decapsulate(facts.kem, private_keys.kem, peer.kem));
  if (!facts.curve) return kem_secret;
  const Parts public_keys =
      split(facts, own.public_key, facts_of(facts.kem).encapsulation_key_size);
  const PrivateShare curve{*facts.curve, Secret(private_keys.curve), to_bytes(public_keys.curve)};
  TRY_ASSIGN(const Secret curve_secret, curve_conclude(curve, peer.curve));
  return join_secrets(facts, kem_secret, curve_secret);
}

}  // namespace stepshake::crypto
