// X.509: what a certificate, given as DER, says. Chains of them are judged in chain.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/keys.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"

namespace stepshake::crypto {

// The certificates of a PEM text, as DER, in order. Nothing where the text holds no certificate or a broken one.
std::optional<std::vector<Bytes>> certificates_from_pem(std::string_view pem);
std::string certificate_to_pem(BytesView der);

// The key of a certificate; certificate_bad where the DER cannot be read.
Result<PublicKey> public_key_of(BytesView der);

// The DER of the certificate's issuer name: what certificate_authorities compares (RFC 8446 4.2.4).
std::optional<Bytes> issuer_of(BytesView der);

// RFC 8446 4.4.2.2: key usage, where there is one, allows digital signatures.
bool may_sign(BytesView der);
// RFC 5246 7.4.2: key usage, where there is one, allows enciphering keys.
bool may_encipher(BytesView der);

// The schemes in which the certificate's own signature may be seen (RFC 8446 4.2.3): more than one for RSA-PSS, whose
// issuer's key decides between them; none where it is signed in a way that has no scheme.
std::vector<wire::SignatureScheme> signed_with(BytesView der);

// Issuer and subject are the same: the signature need not be checked (RFC 8446 4.4.2.2).
bool is_self_issued(BytesView der);

// RFC 8446 4.2.5: the certificate has each filter's extension with all of its values. Filters of extensions other
// than key usage and extended key usage are ignored, as the RFC has it for OIDs that one does not recognise.
bool matches(BytesView der, const std::vector<wire::OidFilter>& filters);

}  // namespace stepshake::crypto
