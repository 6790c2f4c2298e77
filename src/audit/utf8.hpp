// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::audit {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  ///< U+FFFD

/// How many bytes the well-formed UTF-8 character takes that `text` begins with; 0: none begins
/// there.
std::size_t character_size(std::string_view text);

/// `text` with U+FFFD for each byte that is part of no character. `replaced` counts these.
std::string repair_utf8(std::string_view text, std::size_t& replaced);

/// Sans-I/O: the same of a text in pieces, which may be cut within characters.
class Utf8Mender {
 public:
  /// Appends to `out` what is known so far: whole characters.
  void feed(std::string_view text, std::string& out);
  /// The text has ended.
  void finish(std::string& out);

 private:
  std::string_view mend(std::string_view text, std::string& out);

  std::string held_;  ///< the begin of what may be a character: at most three bytes
};

}  // namespace tollgate::audit
