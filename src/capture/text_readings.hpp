// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "tollgate/redaction/readings.hpp"

namespace tollgate::capture {

/// How a text that is no JSON is read besides as it stands: as captions (CaptionReadings), as what
/// may be a stream's pieces (member_readings()).
redaction::NextReading text_readings(std::string_view text);
/// Gives these, which it holds until it has given them.
redaction::NextReading held_readings(std::vector<redaction::Reading> readings);

}  // namespace tollgate::capture
