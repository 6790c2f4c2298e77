// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_readings.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "caption_readings.hpp"
#include "member_readings.hpp"

namespace tollgate::capture {

redaction::NextReading held_readings(std::vector<redaction::Reading> readings) {
  return [readings =
              std::move(readings)](std::string_view) mutable -> std::optional<redaction::Reading> {
    if (readings.empty()) return std::nullopt;
    redaction::Reading reading = std::move(readings.back());
    readings.pop_back();
    return reading;
  };
}

redaction::NextReading text_readings(std::string_view text) {
  std::optional<CaptionReadings> captions;
  if (are_captions(text)) captions.emplace(text);
  return [captions = std::move(captions), members = held_readings(member_readings(text))](
             std::string_view same) mutable -> std::optional<redaction::Reading> {
    if (captions) {
      if (auto reading = captions->next(same)) return reading;
    }
    return members(same);
  };
}

}  // namespace tollgate::capture
