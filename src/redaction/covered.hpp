// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "findings.hpp"
#include "tollgate/redaction/readings.hpp"
#include "tollgate/redaction/replacer.hpp"

namespace tollgate::redaction {

/// What of a text is covered by values that were found in its readings. A value of a later reading
/// goes as one with those before that it covers wholly, or else with the first that it overlaps
/// with: so a list of values that stand side by side does not become one.
class Covered {
 public:
  /// Adds what was found in pieces of the reading at hand that are one text: places of `found` are
  /// those of that text, as text_of() has it. What lies in fewer pieces than `fewest_pieces` is
  /// left out.
  void add(std::span<const ReadPiece> pieces, std::vector<Finding> found,
           std::size_t fewest_pieces = 1);
  /// The same where the pieces are insides of strings of JSON: no escape is cut in two.
  void add_of_json(std::string_view json, std::span<const ReadPiece> pieces,
                   std::vector<Finding> found, std::size_t fewest_pieces);
  /// The reading at hand has ended: what was found in it goes together with what was before.
  /// n log n in the parts of all values, however many texts the reading has.
  void end_reading();
  /// The text without the values: what stands for one stands where it begins.
  std::string take_out_of(std::string_view text, Replacer& replacer) const;
  /// How often a value, or a part of one, was looked at so far to put values together.
  std::size_t looks() const { return looks_; }

 private:
  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t value = 0;  ///< in values_
  };

  class Joining;

  void widen_to_escapes(std::string_view json, std::size_t from);

  std::vector<Part> parts_;  ///< in order, none overlaps with another
  std::vector<Finding> values_;
  std::vector<Part> new_parts_;  ///< of the reading at hand, those of a value one behind another
  std::size_t looks_ = 0;
};

/// Pieces as one text, and where in it they meet.
struct ReadText {
  std::string text;
  std::vector<std::size_t> junctions;
};
ReadText text_of(std::string_view text, std::span<const ReadPiece> pieces);

}  // namespace tollgate::redaction
