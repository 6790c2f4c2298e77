// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::redaction {

/// Has a digit or a capital: made by a machine, not `sk-learn-some-estimator`. Of 20 random
/// characters out of 62, one in a billion has neither.
bool looks_generated(std::string_view value);
/// Small letters, capitals and digits behind a prefix of three: random, even where letters stand
/// before that. REQUIRES: three bytes and more.
bool looks_mixed(std::string_view value);
/// Nothing but a name in brackets: `${KEY}`, `{{key}}`, `<your key>`, `[key]`; rules may have left
/// the closing ones out.
bool is_placeholder(std::string_view value);
bool is_no_placeholder(std::string_view value);
/// Has a letter and a digit, and is no placeholder and no URL.
bool looks_assigned(std::string_view value);
/// What stands behind `Authorization:` has a word that is none of a sentence.
bool holds_credential(std::string_view value);
/// Something stands behind the line that begins a key.
bool has_key_inside(std::string_view value);
/// Three parts or more with points between, as a JWT (RFC 7519) or JWE (RFC 7516).
bool is_token_of_parts(std::string_view value);
/// One of those whose first part spells, in base64, how an object of JSON begins: blanks, a brace,
/// the name of a member, a colon.
bool is_token_with_head(std::string_view value);

}  // namespace tollgate::redaction
