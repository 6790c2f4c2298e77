// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "configured_rules.hpp"

#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::app {

redaction::Replacer replacer_of(const config::Redaction& settings) {
  return settings.hmac ? redaction::Replacer(*settings.hmac) : redaction::Replacer();
}

Result<const redaction::Rules*> ConfiguredRules::compiled() {
  if (!rules_) rules_.emplace(redaction::Rules::compile(settings_.rules));
  if (!*rules_) return rules_->error();
  return &**rules_;
}

Result<std::string> ConfiguredRules::without_findings(const std::string& text) {
  if (text.empty()) return text;
  const Result<const redaction::Rules*> rules = compiled();
  if (!rules) return rules.error();
  redaction::Replacer replacer = replacer_of(settings_);
  return redaction::redact_text(**rules, replacer, text);
}

}  // namespace tollgate::app
