// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::redaction {

/// Rules of the settings; a test with settings that do not compile ends.
inline Rules compiled(const RuleSettings& settings = {}) {
  Result<Rules> rules = Rules::compile(settings);
  EXPECT_TRUE(rules) << rules.error().message;
  return std::move(rules.value());
}

/// A text redacted by all built-in rules.
inline std::string redacted(std::string text) {
  static const Rules rules = compiled();
  Replacer replacer;
  return redact_text(rules, replacer, std::move(text));
}

/// A body likewise.
inline std::string redacted_json(std::string body) {
  static const Rules rules = compiled();
  Replacer replacer;
  return redact_json(rules, replacer, std::move(body));
}

}  // namespace tollgate::redaction
