// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "tollgate/redaction/readings.hpp"

namespace tollgate::capture {

/// Of a text that may hold the pieces of a stream, in whatever frame: for each member's name what
/// all the strings that members of this name have say together; and what those of each choice, call
/// or item say by themselves, as its `index` or `item_id` tells, for their pieces come in turn. One
/// reading for each of the two, in which every name's, or choice's, strings are a text apart: of
/// these there may be as many as lines. Linear but for the look-up of names and indexes.
std::vector<redaction::Reading> member_readings(std::string_view text);
/// The same of an answer that is JSON and may hold pieces: of a whole answer there are none.
std::vector<redaction::Reading> member_readings_of_json(std::string_view answer);

}  // namespace tollgate::capture
