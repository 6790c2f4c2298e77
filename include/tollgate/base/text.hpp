// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate {

/// ASCII-only, locale-free.
bool iequals(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);

/// Cuts to at most `limit` bytes without splitting a UTF-8 sequence, replaces malformed sequences with
/// U+FFFD and control characters with spaces: what a client sent becomes fit for a record or a log.
std::string sanitize_utf8(std::string_view text, std::size_t limit);

}  // namespace tollgate
