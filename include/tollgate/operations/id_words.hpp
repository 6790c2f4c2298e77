// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What the words in front of ids say of what they name: resp_1, conv_1, msg_1.
namespace tollgate::operations {

/// Whether it is an item's id that a backend has drawn: items are sent with ids, too, which lists
/// of them show, and one that several clients may think of is nobody's.
bool is_drawn_item(std::string_view id);

/// Whether it names what a conversation can go by that begins with it: a response, a thread or a
/// conversation.
bool names_conversation(std::string_view id);

/// What has such an id.
enum class IdKind : std::uint8_t {
  none,  ///< nothing that a backend keeps for a client, as far as its id tells
  response,
  batch,
  file,
  assistant,
  object,  ///< another stored object
  part,    ///< something inside a stored object
};

/// As its word tells; of parts that clients send with ids of their own, where a backend has drawn
/// it.
IdKind id_kind(std::string_view id);

/// How many bytes are the word and what divides it from the rest, where there is anything behind
/// them; else 0.
std::size_t word_size(std::string_view id);

}  // namespace tollgate::operations
