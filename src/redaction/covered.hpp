// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
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
  /// Adds what was found in a reading: places of `found` are those of its text, as text_of() has
  /// it. What lies in fewer pieces than `fewest_pieces` is left out.
  void add(const Reading& reading, std::vector<Finding> found, std::size_t fewest_pieces = 1);
  /// The text without the values: what stands for one stands where it begins.
  std::string take_out_of(std::string_view text, Replacer& replacer) const;

 private:
  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t value = 0;  ///< in values_
  };

  class Joining;

  std::vector<Part> parts_;  ///< in order, none overlaps with another
  std::vector<Finding> values_;
};

/// A reading's pieces as one text, and where in it they meet.
struct ReadText {
  std::string text;
  std::vector<std::size_t> junctions;
};
ReadText text_of(std::string_view text, const Reading& reading);

}  // namespace tollgate::redaction
