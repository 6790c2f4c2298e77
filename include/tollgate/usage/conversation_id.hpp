// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Of a conversation's id as much as a record keeps.
inline constexpr std::size_t kLongestConversation = 256;

/// A client's id as it is kept: sanitised; of a longer one its begin, and behind a `~` the first 16
/// digits of the whole text's SHA-256, so that two that begin alike stay two.
std::string kept_conversation(std::string_view id, std::size_t limit = kLongestConversation);

}  // namespace tollgate::usage
