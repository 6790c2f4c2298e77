// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "match_view.hpp"
#include "own_patterns.hpp"
#include "rule_table.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {
namespace {

using Fault = std::optional<std::string>;

std::set<std::string> known_names() {
  std::set<std::string> out;
  for (const RuleName& rule : built_in_names()) out.emplace(rule.name);
  return out;
}

/// A list with a secret's rule alone would switch every rule for personal data off.
Fault name_fault(const std::string& name) {
  std::set<std::string> known;
  for (const RuleName& rule : built_in_names()) {
    if (rule.kind == RuleClass::personal) known.emplace(rule.name);
    if (rule.kind == RuleClass::secret && rule.name == name)
      return name + " is for secrets, and always applies: the list is of rules for personal data";
  }
  if (known.contains(name)) return std::nullopt;
  return "no rule is named \"" + name + "\"" + did_you_mean(name, known);
}

Fault compile_fault(const std::string& regex) {
  const auto compiled = compile_pattern(regex);
  if (!compiled) return compiled.error().message;
  return std::nullopt;
}

Fault pattern_fault(const OwnPattern& own) {
  static constexpr std::string_view kNameBytes = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (own.name.empty() || own.name.find_first_not_of(kNameBytes) != std::string::npos) {
    return "\"" + own.name + "\" is no name: lower-case letters, digits and _";
  }
  if (known_names().contains(own.name)) return "a built-in rule is named \"" + own.name + "\"";
  if (own.name == kBinary || own.name == kDropped)
    return "\"" + own.name + "\" is what files and dropped members are counted under";
  if (const Fault fault = compile_fault(own.regex)) return own.name + ": " + *fault;
  if (can_match_nothing(own.regex)) {
    return own.name + ": it could match the empty string, and so be found everywhere";
  }
  return std::nullopt;
}

Fault allow_fault(const std::string& allowed) {
  if (allowed.size() < 2 || allowed.front() != '/' || allowed.back() != '/') return std::nullopt;
  if (const Fault fault = compile_fault(allowed.substr(1, allowed.size() - 2))) {
    return "allow " + allowed + ": " + *fault;
  }
  return std::nullopt;
}

Fault drop_fault(const std::string& drop) {
  const auto parsed = parse_drops({drop});
  if (!parsed) return parsed.error().message;
  return std::nullopt;
}

Fault secret_fault(const Secret& secret) {
  if (can_be_found(secret)) return std::nullopt;
  return "a secret of fewer than " + std::to_string(kShortestSecret) +
         " bytes cannot be told from other text";
}

template <class Entries, class Check>
void check_each(RuleFault::Where where, const Entries& entries, Check check,
                std::vector<RuleFault>& out) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (const Fault fault = check(entries[i])) out.push_back({where, i, *fault});
  }
}

/// Their counts could not be told apart.
void check_own_names(const std::vector<OwnPattern>& patterns, std::vector<RuleFault>& out) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (!names.insert(patterns[i].name).second)
      out.push_back({RuleFault::Where::patterns, i, "\"" + patterns[i].name + "\" is there twice"});
  }
}

/// Each of them may be right, and all together too many.
void check_drops(const std::vector<std::string>& drops, std::vector<RuleFault>& out) {
  const auto parsed = parse_drops(drops);
  const bool told = std::any_of(out.begin(), out.end(), [](const RuleFault& fault) {
    return fault.where == RuleFault::Where::drop;
  });
  if (!parsed && !told) out.push_back({RuleFault::Where::drop, 0, parsed.error().message});
}

}  // namespace

bool can_be_found(const Secret& secret) {
  return normalise(secret.reveal()).text().size() >= kShortestSecret;
}

std::vector<RuleFault> rule_faults(const RuleSettings& settings) {
  using Where = RuleFault::Where;
  std::vector<RuleFault> out;
  check_each(Where::rules, settings.rules, name_fault, out);
  check_each(Where::patterns, settings.patterns, pattern_fault, out);
  check_own_names(settings.patterns, out);
  check_each(Where::allow, settings.allow, allow_fault, out);
  check_each(Where::drop, settings.drop, drop_fault, out);
  check_drops(settings.drop, out);
  check_each(Where::secrets, settings.secrets, secret_fault, out);
  return out;
}

}  // namespace tollgate::redaction
