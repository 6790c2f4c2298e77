// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "tollgate/redaction/readings.hpp"

namespace tollgate::capture {

/// Of a text that may hold the pieces of a stream, in whatever frame: for each member's name what
/// all the strings that members of this name have say together; and apart those of each choice,
/// call or item by what its `index` says, for their pieces come in turn. Linear.
std::vector<redaction::Reading> member_readings(std::string_view text);
/// The same of an answer that is JSON and may hold pieces: of a whole answer there are none.
std::vector<redaction::Reading> member_readings_of_json(std::string_view answer);

}  // namespace tollgate::capture
