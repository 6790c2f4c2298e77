// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// What the words in front of ids say of what they name: resp_1, conv_1, msg_1.
namespace tollgate::operations {

/// Whether it is an item's id that a backend has drawn: items are sent with ids, too, which lists
/// of them show, and one that several clients may think of is nobody's.
bool is_drawn_item(std::string_view id);

/// Whether it names what a conversation can go by that begins with it: a response, a thread or a
/// conversation.
bool names_conversation(std::string_view id);

}  // namespace tollgate::operations
