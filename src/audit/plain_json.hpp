// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tollgate::audit {

/// How deep an object or array nests, where the text is one of strict JSON, blanks behind it apart,
/// of well-formed UTF-8 and without escaped surrogates: there is nothing to mend in it. nullopt of
/// any other text, and of what nests deeper than `deepest`.
std::optional<std::size_t> plain_json_depth(std::string_view text, std::size_t deepest);

}  // namespace tollgate::audit
