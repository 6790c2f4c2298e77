// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::capture {

/// What a line of captions begins with that says when something is said.
struct CaptionTimes {
  std::size_t size = 0;         ///< in bytes, with blanks in front; 0: nothing of that kind
  bool is_said_behind = false;  ///< what stands behind it in the line is; else it is a setting
  bool operator==(const CaptionTimes&) const = default;
};

/// The bytes of a time, which has a colon: `00:00:02,000`. 0: none stands there.
std::size_t time_size(std::string_view text);

/// As SubRip, WebVTT, SubViewer (SBV), LRC and those that count pictures (`{10}{50}`) have times,
/// with any number of digits; or a time alone in its line. Linear.
CaptionTimes times_of(std::string_view line);

}  // namespace tollgate::capture
