// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Sans-I/O: takes the traces of an injected include_usage out of a chat or completions stream again, so
/// that the client's bytes equal those of a stream without the option: the chunk with empty `choices` and
/// a non-null `usage` disappears whole, and `"usage":null` members (with their comma) disappear from the
/// others (azure-protocol.md 2.1, 2.2). Azure's first chunk (empty choices, no usage) stays.
/// At most one event is held back, never more than kHoldLimit bytes: a longer one passes unchanged.
class UsageStripper {
 public:
  static constexpr std::size_t kHoldLimit = 256 * 1024;

  /// Appends to `out` what may go to the client after these bytes.
  void feed(std::string_view bytes, std::string& out);
  /// Appends what was still held back when the stream ended.
  void finish(std::string& out);

 private:
  void end_event(std::string& out);

  std::string held_;      ///< the event so far
  bool passing_ = false;  ///< inside an event that passed the limit
  bool after_cr_ = false;
  bool at_line_start_ = true;
  bool dropped_last_ =
      false;  ///< the last event went: a line feed that still belongs to it goes too
};

}  // namespace tollgate::usage
