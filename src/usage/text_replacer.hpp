// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tollgate/usage/answer_editor.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::usage {

/// Sans-I/O: replaces strings at declared places of one JSON text as it passes. Only such a string
/// is held back until its end, and no more of it than kMostHeld bytes: a longer one passes as it
/// is. So does all that follows where the text stops being JSON.
class TextReplacer {
 public:
  static constexpr std::size_t kMostHeld = 6 * (JsonPathScanner::kLongestValue + 1);

  TextReplacer(const JsonPaths& paths, Replacement& replacement)
      : scanner_(paths), replacement_(replacement) {}

  /// Appends to `out` what may go on after these bytes of the text.
  void feed(std::string_view bytes, std::string& out);
  /// The text goes on with `seen`, in whose place `written` stands on the wire.
  void pass(std::string_view seen, std::string_view written, std::string& out);
  /// The text has ended: what was held back goes on, and another text may follow.
  void end(std::string& out);

 private:
  void feed_piece(std::string_view bytes, std::string& out);
  std::size_t replace_found(std::string_view text, std::string& out);

  JsonPathScanner scanner_;
  Replacement& replacement_;
  std::string held_;     ///< the beginning of a string that may be replaced
  std::size_t fed_ = 0;  ///< bytes of the text
};

}  // namespace tollgate::usage
