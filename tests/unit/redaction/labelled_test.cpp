// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Recall and precision of every rule on the labelled lines: made.tsv
// (scripts/make_labelled_values.py) and hard.tsv (by hand).
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "redacted.hpp"

namespace tollgate::redaction {
namespace {

struct Line {
  std::string rule;
  bool is_value = false;
  std::string value;
  std::string text;
};

std::string unescaped_json(const std::string& raw) {
  return nlohmann::json::parse("\"" + raw + "\"").get<std::string>();
}

std::vector<Line> read_lines() {
  std::vector<Line> out;
  for (const char* name : {"/made.tsv", "/hard.tsv"}) {
    std::ifstream file(std::string(TOLLGATE_LABELLED) + name);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line.front() == '#') continue;
      std::istringstream columns(line);
      std::string rule, kind, value, text;
      std::getline(columns, rule, '\t');
      std::getline(columns, kind, '\t');
      std::getline(columns, value, '\t');
      std::getline(columns, text);
      out.push_back({rule, kind == "value", unescaped_json(value), unescaped_json(text)});
    }
  }
  return out;
}

struct Score {
  int values = 0;       ///< lines with a value of the rule
  int hidden = 0;       ///< of those, the value is gone, whatever rule took it
  int found = 0;        ///< findings of the rule in lines with a value of it
  int false_finds = 0;  ///< findings of the rule in all other lines
  double recall() const { return values == 0 ? 1 : static_cast<double>(hidden) / values; }
  double precision() const {
    return found + false_finds == 0 ? 1 : static_cast<double>(found) / (found + false_finds);
  }
};

/// Rules without a check digit in what they find, for which 0.95 is asked.
bool has_check_digit(std::string_view rule) {
  static constexpr std::string_view kWithout[] = {"email",  "phone",   "ip_address",
                                                  "us_ssn", "uk_nino", "in_pan"};
  return std::find(std::begin(kWithout), std::end(kWithout), rule) == std::end(kWithout);
}

TEST(Labelled, RecallAndPrecisionOfEveryRule) {
  const Rules rules = compiled();
  const std::vector<Line> lines = read_lines();
  EXPECT_GE(lines.size(), 1'000U);
  std::map<std::string, Score, std::less<>> scores;
  std::string failures;
  for (const Line& line : lines) {
    Replacer replacer;
    const std::string out = redact_text(rules, replacer, line.text);
    if (line.is_value) {
      Score& score = scores[line.rule];
      ++score.values;
      ASSERT_NE(line.text.find(line.value), std::string::npos) << line.text;
      if (out.find(line.value) == std::string::npos) {
        ++score.hidden;
      } else {
        failures += "missed " + line.rule + ": " + line.text + "\n";
      }
    }
    for (const auto& [rule, count] : replacer.counts()) {
      if (line.is_value && rule == line.rule) {
        scores[rule].found += 1;
      } else if (!line.is_value || line.rule != rule) {
        scores[rule].false_finds += static_cast<int>(count);
        failures += "false " + rule + " (" + line.rule + "): " + line.text + " -> " + out + "\n";
      }
    }
  }
  std::printf("%-22s %6s %8s %10s\n", "rule", "values", "recall", "precision");
  for (const RuleName& rule : built_in_names()) {
    if (rule.name == "configured_secret") continue;
    const Score& score = scores[std::string(rule.name)];
    std::printf("%-22s %6d %8.3f %10.3f\n", std::string(rule.name).c_str(), score.values,
                score.recall(), score.precision());
    EXPECT_GE(score.values, 20) << rule.name;
    EXPECT_GE(score.recall(),
              rule.kind == RuleClass::secret || has_check_digit(rule.name) ? 1.0 : 0.95)
        << rule.name;
    EXPECT_GE(score.precision(), 0.95) << rule.name;
  }
  if (HasFailure()) std::printf("%s", failures.c_str());
}

}  // namespace
}  // namespace tollgate::redaction
