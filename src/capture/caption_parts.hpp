// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tollgate::capture {

/// What a piece of captions is.
enum class CaptionKind : std::uint8_t {
  said,
  feed,     ///< a line's end
  time,     ///< a cue's, its number where they count up, a bare `WEBVTT`: nothing else
  name,     ///< may be what a cue is called: above its time, under a line without text
  number,   ///< may be that: digits above its time, under another line of text
  block,    ///< may be said to nobody: a header, a note, what stands behind a time
  dash,     ///< may say that another speaker begins: in front of what is said in a line
  hyphen,   ///< the same, but likelier a part of what is said: nothing parts it from that
  speaker,  ///< may say who speaks, at a line's begin: `ANN: `; or what a value is: `phone: `
  mark,     ///< may be said by nobody: `[laughs]`, a note, marks and quotes at a line's ends
};

/// Up to where the next one begins.
struct CaptionPart {
  std::uint32_t begin = 0;
  CaptionKind kind = CaptionKind::said;
};

/// What may be a tag: bytes [begin, end).
struct CaptionTag {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const CaptionTag&) const = default;
};

/// Whether a text has a cue's time, as captions do (times_of()).
bool are_captions(std::string_view text);

/// All of the text. Lines end with CR LF, LF or CR (WebVTT 4.1).
std::vector<CaptionPart> caption_parts(std::string_view text);

/// Of any length, over lines too: `<v Bob>`, `<>`, `{\an8}`, none with a bracket in it.
std::vector<CaptionTag> inner_tags(std::string_view text);
/// As WebVTT reads them: from `<` to the next `>`, whatever is between.
std::vector<CaptionTag> outer_tags(std::string_view text);

/// Without blanks at its ends (caption_blanks.hpp).
CaptionTag without_blanks(std::string_view text, CaptionTag piece);

}  // namespace tollgate::capture
