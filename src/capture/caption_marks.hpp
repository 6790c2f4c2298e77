// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "caption_parts.hpp"

namespace tollgate::capture {

/// A line of what is said, in captions: what of it may be no text, as what stands between two
/// pieces of speech. Tags are left to others, as `said`. At its begin, in any number and order:
/// dashes and `>>`, names of speakers up to their colon, and all else that is a mark; at its end
/// marks; anywhere what stands in brackets (`[laughs]`, `(on the phone)`, `[00:12]`), notes of
/// music, `|` and `>>`. No mark is what values are made of: `@ + _ / % = &`, one point, digits in
/// brackets. Linear.
std::vector<CaptionPart> line_parts(std::string_view line);

}  // namespace tollgate::capture
