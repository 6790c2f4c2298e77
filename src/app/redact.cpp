// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "commands.hpp"
#include "configured_rules.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::app {
namespace {

/// nullopt: not to its end. A part of a text may look whole, and lack what says that a value
/// follows.
std::optional<std::string> read_input() {
  static constexpr std::size_t kPiece = 64 * 1024;
  std::string out;
  for (std::size_t read = kPiece; read == kPiece;) {
    const std::size_t size = out.size();
    out.resize(size + kPiece);
    read = std::fread(out.data() + size, 1, kPiece, stdin);
    out.resize(size + read);
  }
  return std::ferror(stdin) == 0 ? std::optional(std::move(out)) : std::nullopt;
}

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
  std::optional<std::string> text = read_input();
  if (!text) return complain("tollgate: standard input could not be read to its end");
  std::cout << (json ? redaction::redact_json(*rules, replacer, std::move(*text))
                     : redaction::redact_text(*rules, replacer, std::move(*text)));
  tell_counts(replacer);
  return 0;
}

}  // namespace tollgate::app
