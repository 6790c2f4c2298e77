// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::audit {

/// The longest begin of a JSON string's inside within `most` bytes that cuts no character or
/// escape.
std::string_view whole_begin(std::string_view written, std::size_t most);

// A text that was cut off may end within a value, and what is left of that is no longer one that a
// rule finds. Both say where it ends so that no value can have been cut in two: values of several
// words and of one are shorter than what is left out.

std::size_t end_before_cut(std::string_view text);
/// The same of a JSON string's inside as it is written, escapes and all.
std::size_t end_of_written_before_cut(std::string_view written);

}  // namespace tollgate::audit
