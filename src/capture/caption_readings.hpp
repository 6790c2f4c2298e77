// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "caption_parts.hpp"
#include "tollgate/redaction/readings.hpp"

namespace tollgate::capture {

/// The ways in which captions can be read. What is structure cannot be told for certain (a cue's
/// name may be a line of text, a tag something that was said), so all that may be is left out of
/// some and is in others; lines meet with nothing in between, with a blank where one stands
/// at their ends, or with one between any two words.
class CaptionReadings {
 public:
  explicit CaptionReadings(std::string_view text);

  /// `text`: the same.
  std::optional<redaction::Reading> next(std::string_view text);

 private:
  enum class Tags : std::uint8_t { in, inner_out, outer_out };
  enum class Blanks : std::uint8_t { none, kept, between_lines, at_tags };
  using Kinds = std::uint32_t;  ///< a bit for each
  struct Way {
    Tags tags = Tags::in;
    Blanks blanks = Blanks::none;
    Kinds kinds = 0;         ///< that are read
    std::size_t labels = 0;  ///< which of the speakers' names are, too; 0: none
  };

  redaction::Reading read(std::string_view text, const Way& way) const;
  void add_ways(Tags tags);
  void add_labelled_ways(Tags tags);
  std::vector<CaptionTag> in_cues(std::vector<CaptionTag> tags) const;

  std::vector<CaptionPart> parts_;
  Kinds has_ = 0;
  std::vector<CaptionTag> inner_tags_;
  std::vector<CaptionTag> outer_tags_;
  std::vector<Way> ways_;  ///< that are still to come, the last first
  redaction::Reading last_;
};

}  // namespace tollgate::capture
