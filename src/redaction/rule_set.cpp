// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rule_set.hpp"

#include <algorithm>

#include "match_view.hpp"
#include "own_patterns.hpp"
#include "rule_table.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

Error invalid(std::string message) { return Error{Errc::invalid_input, std::move(message)}; }

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('|'), list.size());
    out.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

std::vector<Secret> as_matched(const std::vector<Secret>& secrets) {
  std::vector<Secret> out;
  for (const Secret& secret : secrets) out.emplace_back(normalise(secret.reveal()).text());
  return out;
}

bool is_built_in(std::string_view name) {
  const std::span<const Rule> rules = built_in_rules();
  return name == kExactSecret || std::any_of(rules.begin(), rules.end(),
                                             [&](const Rule& rule) { return rule.name == name; });
}

Result<void> check_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!is_built_in(name)) return invalid("no rule is named \"" + name + "\"");
  }
  return {};
}

Result<void> check_own(const OwnPattern& own) {
  static constexpr std::string_view kNameBytes = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (own.name.empty() || own.name.find_first_not_of(kNameBytes) != std::string::npos) {
    return invalid("\"" + own.name + "\" is no name: lower-case letters, digits and _");
  }
  if (is_built_in(own.name)) return invalid("a built-in rule is named \"" + own.name + "\"");
  const auto compiled = compile_pattern(own.regex);
  if (!compiled) return invalid(own.name + ": " + compiled.error().message);
  if (can_match_nothing(own.regex)) {
    return invalid(own.name + ": it could match the empty string, and so be found everywhere");
  }
  return {};
}

Result<void> check_secrets(const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) {
    if (normalise(secret.reveal()).text().size() < kShortestSecret) {
      return invalid("a secret of fewer than " + std::to_string(kShortestSecret) +
                     " bytes cannot be told from other text");
    }
  }
  return {};
}

}  // namespace

RuleSet::RuleSet(const RuleSettings& settings, usage::JsonPaths drops)
    : own_patterns_(settings.patterns),
      drops_(std::move(drops)),
      secrets_(as_matched(settings.secrets)) {}

Result<std::unique_ptr<const RuleSet>> RuleSet::compile(const RuleSettings& settings) {
  if (auto checked = check_secrets(settings.secrets); !checked) return checked.error();
  Result<usage::JsonPaths> drops = parse_drops(settings.drop);
  if (!drops) return drops.error();
  std::unique_ptr<RuleSet> set(new RuleSet(settings, std::move(*drops)));
  if (auto added = set->add_built_in(settings.rules); !added) return added.error();
  if (auto added = set->add_own(); !added) return added.error();
  if (auto added = set->add_allowed(settings.allow); !added) return added.error();
  if (auto compiled = set->compile_filter(); !compiled) return compiled.error();
  return std::unique_ptr<const RuleSet>(std::move(set));
}

Result<void> RuleSet::add_built_in(const std::vector<std::string>& names) {
  if (auto checked = check_names(names); !checked) return checked;
  for (const Rule& rule : built_in_rules()) {
    const bool named =
        names.empty() || std::find(names.begin(), names.end(), rule.name) != names.end();
    if (rule.kind == RuleClass::personal && !named) continue;
    if (auto added = add(rule); !added) return added;
  }
  return {};
}

Result<void> RuleSet::add_own() {
  for (const OwnPattern& own : own_patterns_) {
    if (auto checked = check_own(own); !checked) return checked;
    const Rule rule{.name = own.name,
                    .pattern = own.regex,
                    .beside = Beside::anything,
                    .spelling = Spelling::exact};
    if (auto added = add(rule); !added) return added;
  }
  return {};
}

Result<void> RuleSet::add(const Rule& rule) {
  auto regex = compile_pattern(rule.pattern);
  if (!regex) return invalid(std::string(rule.name) + ": " + regex.error().message);
  if (rule.needs == Needs::member) by_members_.push_back(rules_.size());
  rules_.push_back(Compiled{rule, std::move(*regex), words_of(rule.context)});
  return {};
}

Result<void> RuleSet::add_allowed(const std::vector<std::string>& allowed) {
  for (const std::string& one : allowed) {
    if (one.size() < 2 || one.front() != '/' || one.back() != '/') {
      allowed_.insert(to_lower(normalise(one).text()));
      continue;
    }
    auto regex = compile_pattern(std::string_view(one).substr(1, one.size() - 2));
    if (!regex) return invalid("allow " + one + ": " + regex.error().message);
    allowed_patterns_.push_back(std::move(*regex));
  }
  return {};
}

Result<void> RuleSet::compile_filter() {
  re2::RE2::Options options = pattern_options();
  // All rules at once, with all their counted classes; beyond it candidates() names every rule.
  options.set_max_mem(std::int64_t{128} << 20);
  filter_ = std::make_unique<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].rule.needs == Needs::member) continue;
    std::string reason;
    if (filter_->Add(re2::StringPiece(rules_[i].rule.pattern), &reason) < 0) {
      return invalid(std::string(rules_[i].rule.name) + ": " + reason);
    }
    in_filter_.push_back(i);
  }
  if (!filter_->Compile()) return invalid("the patterns are too large together");
  return {};
}

std::vector<std::size_t> RuleSet::candidates(std::string_view text, std::string_view member) const {
  std::vector<int> hits;
  re2::RE2::Set::ErrorInfo failure{re2::RE2::Set::kNoError};
  const bool any = filter_->Match(re2::StringPiece(text), &hits, &failure);
  std::vector<std::size_t> out;
  // Out of memory: a filter that cannot tell lets all rules look for themselves.
  if (!any && failure.kind != re2::RE2::Set::kNoError) out = in_filter_;
  for (const int hit : hits) out.push_back(in_filter_[static_cast<std::size_t>(hit)]);
  for (const std::size_t number : by_members_) {
    if (names_any(member, rules_[number].context)) out.push_back(number);
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool RuleSet::allows(std::string_view value) const {
  if (!allowed_.empty() && allowed_.contains(to_lower(value))) return true;
  return std::any_of(allowed_patterns_.begin(), allowed_patterns_.end(), [&](const auto& regex) {
    return re2::RE2::FullMatch(re2::StringPiece(value), *regex);
  });
}

bool names_any(std::string_view member, const std::vector<std::string_view>& words) {
  if (member.empty()) return false;
  const std::string lower = to_lower(member);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::vector<RuleName> built_in_names() {
  std::vector<RuleName> out{{kExactSecret, RuleClass::secret}};
  for (const Rule& rule : built_in_rules()) {
    if (out.back().name != rule.name) out.push_back({rule.name, rule.kind});
  }
  return out;
}

Rules::Rules(std::unique_ptr<const RuleSet> set) : set_(std::move(set)) {}
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;
Rules::~Rules() = default;

Result<Rules> Rules::compile(const RuleSettings& settings) {
  auto set = RuleSet::compile(settings);
  if (!set) return set.error();
  return Rules(std::move(*set));
}

}  // namespace tollgate::redaction
