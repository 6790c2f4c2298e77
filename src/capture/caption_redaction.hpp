// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::capture {

/// Takes out of a text what the rules find, in steps, as TextRedaction does; of captions (SubRip,
/// WebVTT) also what begins in one cue and ends in another, between which numbers and times stand:
/// the cues' lines are searched as one text first, with a blank between two words and without.
class CaptionRedaction {
 public:
  /// `rules` and `replacer` outlive it.
  CaptionRedaction(const redaction::Rules& rules, redaction::Replacer& replacer, std::string text);
  CaptionRedaction(const CaptionRedaction&) = delete;

  /// Goes on for about so many bytes. True: it has ended.
  bool step(std::size_t bytes);
  /// Once it has ended.
  std::string take() { return std::move(text_->take().front()); }

 private:
  /// What is searched as one.
  enum class Pass : std::uint8_t { words, pieces, whole };
  struct Line {
    std::string text;
    std::string end;       ///< its line feed, or the tag behind it
    bool is_said = false;  ///< it belongs to a cue's text
    bool blank = false;    ///< one was put behind its text
  };

  void part(std::string_view text);
  /// What a cue's tags stand between is searched as one too.
  void part_at_tags();
  void begin(Pass pass);
  std::vector<std::string> said(Pass pass);
  void put(std::vector<std::string> texts);
  std::string joined() const;

  const redaction::Rules& rules_;
  redaction::Replacer& replacer_;
  std::vector<Line> lines_;  ///< none: these are no captions
  Pass pass_ = Pass::whole;
  std::optional<redaction::TextRedaction> text_;
};

}  // namespace tollgate::capture
