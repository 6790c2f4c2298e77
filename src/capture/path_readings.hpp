// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tollgate/redaction/readings.hpp"

namespace tollgate::capture {

/// Which strings of an answer may be pieces of one text.
enum class Pieces : std::uint8_t {
  of_a_stream,  ///< any: each may have come with a delta of its own
  short_ones,   ///< of at most eight bytes: longer ones are whole
};

/// Of well-formed JSON: what the strings say together that stand under the same members' names,
/// whatever arrays these are in (`choices`, `message`, `content`, `text`), each such text apart, in
/// one reading; none where nothing stands twice. `logprobs` are left out, as they are dropped.
/// n log n in the strings and names, of which it holds some 100 bytes each at most.
std::vector<redaction::Reading> path_readings(std::string_view json, Pieces pieces);

}  // namespace tollgate::capture
