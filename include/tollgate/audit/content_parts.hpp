// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::audit {

/// UTF-16 code units of one part: the table's column takes 64 KB, two bytes to a unit.
inline constexpr std::size_t kPartUnits = 32'000;

/// One row's share of a content.
struct ContentPart {
  std::uint32_t part = 1;  ///< from 1
  std::uint32_t parts = 1;
  std::string text;  ///< well-formed UTF-8
};

/// A content as rows hold it.
struct CutContent {
  std::vector<ContentPart> parts;  ///< at least one
  std::string sha256;              ///< of the whole, as the parts have it; lower-case hexadecimal
  std::uint64_t bytes = 0;         ///< of the whole
  std::size_t replaced = 0;        ///< bytes that were no UTF-8: each is U+FFFD in the parts
};

/// Cuts between characters. `units`, at least 2, is only another in tests.
CutContent cut_content(std::string_view content, std::size_t units = kPartUnits);

/// What rows of one content give.
struct JoinedContent {
  std::string text;                    ///< what is there, in order
  std::vector<std::uint32_t> missing;  ///< the parts that are not
  /// Rows contradict each other (another count, one part with two texts), or all are there and
  /// their hash is not `sha256`: something was changed.
  bool changed = false;

  bool whole() const { return missing.empty() && !changed; }
};

/// Puts rows together, in any order, the same row several times too. Without rows nothing says how
/// many there should be: part 1 is missing.
JoinedContent join_content(std::vector<ContentPart> rows, std::string_view sha256);

}  // namespace tollgate::audit
