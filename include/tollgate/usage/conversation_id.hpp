// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Of a conversation's id as much as a record keeps.
inline constexpr std::size_t kLongestConversation = 256;

/// Of one in a request's body as much as is read.
inline constexpr std::size_t kLongestConversationRead = 256 * 1024;

/// A client's id as it is read: as it came; of a longer one its begin, and behind a `~` the first
/// 16 digits of the whole text's SHA-256.
std::string read_conversation(std::string id);

/// Likewise as it is kept, sanitised: two that begin alike stay two. The same for an id and for what
/// was read of it.
std::string kept_conversation(std::string_view id);

}  // namespace tollgate::usage
