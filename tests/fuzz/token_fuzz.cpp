// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Tokens and signing keys: whatever is given, an answer and no crash; what is taken for a token
// decodes.
#include "jwt.hpp"
#include "key_set.hpp"
#include "splits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  const bool looks = auth::looks_like_jwt(bytes);
  if (const auto jwt = auth::decode_jwt(bytes)) {
    fuzz::require(looks && jwt->claims.is_object() && !jwt->key_id.empty());
    (void)auth::check_claims(jwt->claims, {}, UtcTime());
  }
  (void)auth::KeySet::parse(bytes);
  return 0;
}
