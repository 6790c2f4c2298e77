// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "bounded_input.hpp"
#include "commands.hpp"
#include "configured_rules.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::app {
namespace {

constexpr std::size_t kMostInput = std::size_t{1} << 30U;

void tell_counts(const redaction::Replacer& replacer) {
  for (const auto& [rule, count] : replacer.counts()) std::cerr << rule << " " << count << "\n";
}

}  // namespace

int redact(const std::string& config_path, bool json) {
  const config::LoadResult loaded = config::load_file(config_path, config::system_secret_sources());
  if (!loaded.config) {
    std::cerr << config::format_errors(config_path, loaded.errors);
    return 1;
  }
  const config::Redaction& settings = loaded.config->audit.redaction;
  const auto rules = redaction::Rules::compile(settings.rules);
  if (!rules) return complain(rules.error());
  redaction::Replacer replacer = replacer_of(settings);
  Result<std::string> text = bounded_input(stdin, kMostInput);
  if (!text) return complain("tollgate: " + text.error().message);
  std::cout << (json ? redaction::redact_json(*rules, replacer, std::move(*text))
                     : redaction::redact_text(*rules, replacer, std::move(*text)));
  tell_counts(replacer);
  return 0;
}

}  // namespace tollgate::app
