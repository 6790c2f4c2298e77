// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// What stands in a text's place; nullopt: itself.
using RewriteText = std::function<std::optional<std::string>(std::string_view text)>;

/// A body with every string of it rewritten, as what it spells; everything else stays to the byte.
/// A string that holds JSON itself is treated as JSON, four deep, and its members' names are
/// strings as well; those of the body itself are the API's, and stay. What is no JSON is one text.
std::string rewrite_json_strings(std::string_view body, const RewriteText& rewrite);

}  // namespace tollgate::redaction
