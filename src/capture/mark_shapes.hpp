// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::capture {

// What a text begins with, in bytes; 0: with nothing of that kind. Each reads no further than to
// where another of its kind could begin.

/// `<v Ann>`, `{\an8}`.
std::size_t tag_size(std::string_view text);
/// `[laughs]`, `(on the phone)`, `[Speaker 1]`, `[00:12]`: nothing that may be a part of a value.
std::size_t aside_size(std::string_view text);
/// `(030)`: digits in parentheses, which may be a part of a number.
std::size_t digits_in_brackets_size(std::string_view text);
/// `- `, `>> `, `&gt;&gt; `, dashes of any length.
std::size_t dashes_size(std::string_view text);
/// `ANN: `, `DR. O'HARA (on the phone): `, `Speaker 1:`; a time and an address of the web are none.
std::size_t speaker_size(std::string_view text);
/// A note of music, `|` or `>>`: a mark wherever it stands.
std::size_t note_size(std::string_view text);
/// A mark of any other kind, such as a quote or an ellipsis: one only at a line's ends.
std::size_t mark_size(std::string_view text);

}  // namespace tollgate::capture
