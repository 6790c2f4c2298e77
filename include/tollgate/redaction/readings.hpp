// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {

/// Bytes [begin, end) of a text, which is shorter than 4 GiB.
struct ReadPiece {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool blank_before = false;  ///< it is read with one in front, which the text does not have
  bool apart = false;         ///< a text of its own begins with it: no value goes on over that
  bool operator==(const ReadPiece&) const = default;
};
/// One way to read a text: pieces of it that do not overlap, one behind another. Where one ends, a
/// value may end or go on.
using Reading = std::vector<ReadPiece>;
/// Gives one reading of the text after another; nullopt: there is none any more.
using NextReading = std::function<std::optional<Reading>(std::string_view text)>;

/// Takes out of a text, in steps, what the rules find in it as it stands or in any of its readings,
/// such as the one without the tags in it. All bytes that such a value covers go; what a reading
/// leaves out stays. What several readings found at one place goes under one name, as where
/// findings overlap in one text.
///
/// Linear in the text and its readings, but that the values of each reading are looked up among
/// those of the readings before: of these there are to be few, however long the text is (`apart`).
/// Beside what TextRedaction and `next` hold it holds two readings of 12 bytes a piece, and some
/// 200 bytes for each value.
class ReadingsRedaction {
 public:
  /// `rules` and `replacer` outlive it.
  ReadingsRedaction(const Rules& rules, Replacer& replacer, std::string text, NextReading next);
  /// Takes out only what lies in two pieces of a reading and more: everything else is searched by
  /// others, who read the text in another way. That is well-formed JSON and stays it: pieces are
  /// what stands between the quotes of its strings.
  static ReadingsRedaction of_parted(const Rules& rules, Replacer& replacer, std::string text,
                                     NextReading next);
  ReadingsRedaction(ReadingsRedaction&&) noexcept;
  ~ReadingsRedaction();

  /// Goes on for about so many bytes; a reading is put together in one go, and its values are.
  /// True: it has ended.
  bool step(std::size_t bytes);
  /// Once it has ended.
  std::string take();
  /// How often a value, or a part of one, was looked at so far to put values together.
  std::size_t looks() const;

 private:
  class Impl;
  explicit ReadingsRedaction(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tollgate::redaction
