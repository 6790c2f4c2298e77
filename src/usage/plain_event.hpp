// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::usage {

/// What an event of a stream is at first sight.
struct PlainEvent {
  /// Nothing in it can change what is known: no usage, error, object with a status, finish_reason
  /// or end.
  bool plain = false;
  /// The text it brings, if any, is `text`. False: only a scanner can tell.
  bool text_known = false;
  std::string_view text;
};

/// Looks once over an event's data, which is most often a chunk with a few letters. Whether an
/// event is looked at so depends on how the bytes were cut, so it may err on one side only: what is
/// called plain must be.
PlainEvent read_plain_event(std::string_view data);

}  // namespace tollgate::usage
