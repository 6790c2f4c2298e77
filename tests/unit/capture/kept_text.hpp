// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "text_readings.hpp"

namespace tollgate::capture {

inline const std::string kTime = "00:00:02,000 --> 00:00:03,000";

/// What the audit trail has of a text that is no JSON.
inline std::string kept(const std::string& text) {
  // Once: compiling them takes as long as all that is tested here.
  static const redaction::Rules rules = redaction::Rules::compile({}).value();
  redaction::Replacer replacer;
  redaction::ReadingsRedaction redaction(rules, replacer, text, text_readings(text));
  while (!redaction.step(64 * 1024)) {
  }
  return redaction.take();
}

}  // namespace tollgate::capture
