// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_assertion.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::credentials {
namespace {

using nlohmann::ordered_json;

std::string upper_hex(const std::string& bytes) {
  std::string out = to_hex(bytes);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

ordered_json header_of(const SigningCertificate& certificate, config::AssertionAlgorithm algorithm,
                       bool with_chain) {
  ordered_json header;
  if (algorithm == config::AssertionAlgorithm::ps256) {
    header = {{"alg", "PS256"},
              {"typ", "JWT"},
              {"x5t#S256", to_base64url(certificate.sha256_thumbprint())}};
  } else {
    const std::string thumbprint = certificate.sha1_thumbprint();
    header = {{"alg", "RS256"},
              {"typ", "JWT"},
              {"x5t", to_base64url(thumbprint)},
              {"kid", upper_hex(thumbprint)}};
  }
  if (with_chain) {
    // The one member in padded base64 of the ordinary alphabet (RFC 7515 4.1.6).
    for (const std::string& link : certificate.chain()) header["x5c"].push_back(to_base64(link));
  }
  return header;
}

}  // namespace

Result<std::string> make_assertion(const SigningCertificate& certificate,
                                   config::AssertionAlgorithm algorithm, bool with_chain,
                                   const AssertionClaims& claims) {
  const auto now = std::chrono::floor<seconds>(claims.now.time_since_epoch()).count();
  const ordered_json payload{{"aud", claims.audience},
                             {"iss", claims.client_id},
                             {"sub", claims.client_id},
                             {"jti", claims.id.to_string()},
                             {"nbf", now},
                             {"iat", now},
                             {"exp", now + kAssertionLife.count()}};
  std::string out = to_base64url(header_of(certificate, algorithm, with_chain).dump()) + "." +
                    to_base64url(payload.dump());
  const Result<std::string> signature = certificate.sign(algorithm, out);
  if (!signature) return signature.error();
  return out.append(".").append(to_base64url(*signature));
}

}  // namespace tollgate::credentials
