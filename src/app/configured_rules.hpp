// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::app {

redaction::Replacer replacer_of(const config::Redaction& settings);

/// The rules of a configuration, which outlives them. Compiling takes a tenth of a second, so a
/// command does it once, and only if it looks for something by them. Errors invalid_input: they
/// cannot be used.
class ConfiguredRules {
 public:
  explicit ConfiguredRules(const config::Redaction& settings) : settings_(settings) {}

  Result<const redaction::Rules*> compiled();
  /// A text by itself without what the rules find; the external redactor is not asked.
  Result<std::string> without_findings(const std::string& text);

 private:
  const config::Redaction& settings_;
  std::optional<Result<redaction::Rules>> rules_;
};

}  // namespace tollgate::app
