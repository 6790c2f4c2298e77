// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::redaction {

/// Has a digit or a capital: made by a machine, not `sk-learn-some-estimator`. Of 20 random
/// characters out of 62, one in a billion has neither.
bool looks_generated(std::string_view value);
/// Has a letter and a digit, and is no reference or placeholder (`${KEY}`, `<key>`) and no URL.
bool looks_assigned(std::string_view value);
/// Three parts or more with points between, as a JWT (RFC 7519) or JWE (RFC 7516).
bool is_token_of_parts(std::string_view value);

}  // namespace tollgate::redaction
