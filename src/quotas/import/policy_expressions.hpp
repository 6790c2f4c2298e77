// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

// The expressions in policies of API Management: C# between @( and ), or @{ and }. Pure.
namespace tollgate::quotas {

/// The text with what XML takes for its own escaped within expressions, which the editor of API
/// Management shows as they are; lines stay where they are.
std::string with_escaped_expressions(std::string_view text);

/// Whether a value is an expression, or has a {{named value}} in it.
bool is_expression(std::string_view value);

/// Whose calls a counter counts together.
enum class CounterKey {
  all,    ///< a text that is the same for every call
  each,   ///< the subscription, which is a client here
  other,  ///< something else
};
CounterKey meaning_of(std::string_view key);

/// Why a key that is CounterKey::other has no counterpart, as the end of a sentence.
std::string why_not(std::string_view key);

}  // namespace tollgate::quotas
