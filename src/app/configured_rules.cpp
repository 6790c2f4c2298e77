// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "configured_rules.hpp"

#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::app {

redaction::Replacer replacer_of(const config::Redaction& settings) {
  return settings.hmac ? redaction::Replacer(*settings.hmac) : redaction::Replacer();
}

Result<std::string> without_findings(const std::string& text, const config::Redaction& settings) {
  const auto rules = redaction::Rules::compile(settings.rules);
  if (!rules) return rules.error();
  redaction::Replacer replacer = replacer_of(settings);
  return redaction::redact_text(*rules, replacer, text);
}

}  // namespace tollgate::app
