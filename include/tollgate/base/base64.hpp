// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate {

/// The ordinary alphabet, padded (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
/// Strict: padded, no white space, canonical last character; nullopt otherwise.
std::optional<std::string> from_base64(std::string_view text);

/// Unpadded base64url (RFC 7515 section 2).
std::string to_base64url(std::string_view bytes);
/// Strict: no padding, no white space, canonical last character; nullopt otherwise.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace tollgate
