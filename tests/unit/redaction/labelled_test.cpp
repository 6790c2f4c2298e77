// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Recall and precision of every rule on the labelled lines: made.tsv
// (scripts/make_labelled_values.py) and hard.tsv (by hand).
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <nlohmann/json.hpp>

#include "redacted.hpp"

namespace tollgate::redaction {
namespace {

struct Line {
  std::string rule;
  std::string kind;  ///< value, near_miss, or given: the value is one of the gateway's own secrets
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
      out.push_back({rule, kind, kind == "value", unescaped_json(value), unescaped_json(text)});
    }
  }
  return out;
}

/// A part of a line that was replaced: bytes [begin, end), and the rule by its label.
struct Gone {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string label;
};

/// What is missing of `text` in `out`, from one label to the next. What stays between two labels is
/// looked for behind what is gone before, as short as that can be.
std::vector<Gone> gone_of(const std::string& text, const std::string& out) {
  static const std::regex kLabel(R"(\[([A-Z0-9_]+)_\d+\])");
  std::vector<Gone> gone;
  std::size_t in_text = 0;
  std::size_t in_out = 0;
  for (std::sregex_iterator at(out.begin(), out.end(), kLabel), end; at != end; ++at) {
    const std::string kept = out.substr(in_out, static_cast<std::size_t>(at->position()) - in_out);
    const std::size_t place = gone.empty() ? 0 : text.find(kept, in_text + 1);
    if (!gone.empty()) gone.back().end = place;
    in_text = place + kept.size();
    in_out = static_cast<std::size_t>(at->position() + at->length());
    gone.push_back({in_text, text.size(), (*at)[1]});
  }
  if (!gone.empty()) gone.back().end = text.size() - (out.size() - in_out);
  return gone;
}

std::string label_of(std::string rule) {
  std::transform(rule.begin(), rule.end(), rule.begin(), ::toupper);
  return rule;
}

struct Score {
  int values = 0;       ///< lines with a value of the rule
  int near_misses = 0;  ///< lines with none, made to look like it
  int hidden = 0;  ///< of the values, those that are gone to the last byte, whatever rule took them
  int found = 0;   ///< findings of the rule in what is its value
  int false_finds = 0;  ///< all other findings of it
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

RuleSettings settings_of(const std::vector<Line>& lines) {
  RuleSettings out;
  for (const Line& line : lines) {
    if (line.kind == "given") out.secrets.emplace_back(line.value);
  }
  return out;
}

TEST(Labelled, RecallAndPrecisionOfEveryRule) {
  const std::vector<Line> lines = read_lines();
  const Rules rules = compiled(settings_of(lines));
  EXPECT_GE(lines.size(), 1'000U);
  std::map<std::string, Score, std::less<>> scores;
  std::string failures;
  for (const Line& line : lines) {
    if (line.kind == "given") continue;
    Replacer replacer;
    const std::string out = redact_text(rules, replacer, line.text);
    const std::vector<Gone> gone = gone_of(line.text, out);
    const std::size_t begin = line.text.find(line.value);
    ASSERT_NE(begin, std::string::npos) << line.text;
    const std::size_t end = begin + line.value.size();
    const auto meets_value = [&](const Gone& one) {
      return line.is_value && one.begin < end && one.end > begin;
    };
    if (line.is_value) {
      Score& score = scores[line.rule];
      ++score.values;
      std::size_t hidden = 0;
      for (const Gone& one : gone) {
        if (meets_value(one)) hidden += std::min(one.end, end) - std::max(one.begin, begin);
      }
      if (hidden == line.value.size()) {
        ++score.hidden;
      } else {
        failures += "missed " + line.rule + ": " + line.text + " -> " + out + "\n";
      }
    } else {
      ++scores[line.rule].near_misses;
    }
    std::size_t finds = 0;
    for (const auto& [rule, count] : replacer.counts()) {
      finds += count;
      for (const Gone& one : gone) {
        if (one.label != label_of(rule)) continue;
        if (meets_value(one) && rule == line.rule) {
          ++scores[rule].found;
        } else {
          ++scores[rule].false_finds;
          failures += "false " + rule + " (" + line.rule + "): " + line.text + " -> " + out + "\n";
        }
      }
    }
    EXPECT_EQ(finds, gone.size()) << out;
  }
  std::printf("%-22s %6s %8s %10s\n", "rule", "values", "recall", "precision");
  for (const RuleName& rule : built_in_names()) {
    const Score& score = scores[std::string(rule.name)];
    std::printf("%-22s %6d %8.3f %10.3f\n", std::string(rule.name).c_str(), score.values,
                score.recall(), score.precision());
    EXPECT_GE(score.values, 30) << rule.name;
    EXPECT_GE(score.near_misses, 15) << rule.name;
    EXPECT_GE(score.recall(),
              rule.kind == RuleClass::secret || has_check_digit(rule.name) ? 1.0 : 0.95)
        << rule.name;
    EXPECT_GE(score.precision(), 0.95) << rule.name;
  }
  if (HasFailure()) std::printf("%s", failures.c_str());
}

}  // namespace
}  // namespace tollgate::redaction
