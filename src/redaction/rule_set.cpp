// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rule_set.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "match_view.hpp"
#include "own_patterns.hpp"
#include "rule_table.hpp"
#include "secret_shapes.hpp"
#include "tollgate/base/hashed_key.hpp"
#include "tollgate/base/text.hpp"
#include "word_search.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::size_t kFilterRules = 8;
/// Hexadecimal takes two bytes for one, and encodings are read three deep; base64, its line ends
/// with it, and the escapes `\u0041` and `%41` take less.
constexpr std::size_t kCodedBytes = 2 * 2 * 2;

/// What a rule asks for of a text, roughly: filters are of rules that ask for the same.
enum class Asked : std::uint8_t { little, address, assignment, long_word, digits };

Asked asked_of_text(const Rule& rule) {
  constexpr std::size_t kLongWord = 10;
  if (rule.digits > 0) return Asked::digits;
  if (rule.word >= kLongWord) return Asked::long_word;
  if (rule.marks.empty()) return Asked::little;
  return rule.marks == "@" ? Asked::address : Asked::assignment;
}

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

constexpr std::string_view kSeparators = " _-.";

bool has_separators(std::string_view name) {
  return name.find_first_of(kSeparators) != std::string_view::npos;
}

std::string without_separators(std::string name) {
  std::erase_if(name, [](char c) { return kSeparators.find(c) != std::string_view::npos; });
  return name;
}

/// Long enough that two words of a name do not make it up by chance (`date_limit` has "tel").
bool is_joined_alike(std::string_view word) {
  return word.size() >= 6 && word.find_first_of(kSeparators) == std::string_view::npos;
}

/// Whether one of the literals, with a '|' between, is in the text.
bool has_literal(std::string_view text, std::string_view literals) {
  for (std::size_t at = 0; at < literals.size();) {
    const std::size_t end = std::min(literals.find('|', at), literals.size());
    if (text.find(literals.substr(at, end - at)) != std::string_view::npos) return true;
    at = end + 1;
  }
  return false;
}

/// In each form that it has in a view.
std::vector<Secret> as_matched(const std::vector<Secret>& secrets) {
  std::vector<Secret> out;
  out.reserve(secrets.size());
  for (const Secret& secret : secrets) {
    const MatchView view = normalise(secret.reveal());
    out.emplace_back(view.text());
    if (!view.in_doubt()) continue;
    const MatchView shorter = normalise(secret.reveal(), Doubtful::nothing);
    if (shorter.text().size() >= kShortestSecret) out.emplace_back(shorter.text());
  }
  return out;
}

}  // namespace

RuleSet::RuleSet(const RuleSettings& settings, Drops drops)
    : own_patterns_(settings.patterns),
      drops_(std::move(drops)),
      secrets_(as_matched(settings.secrets)),
      hashed_keys_(settings.key_hashes),
      longest_coded_secret_(settings.key_hashes.empty() ? 0 : kCodedBytes * kLongestKeyInText) {
  for (const Secret& secret : settings.secrets) {
    longest_coded_secret_ = std::max(longest_coded_secret_, kCodedBytes * secret.reveal().size());
  }
}

Result<std::unique_ptr<const RuleSet>> RuleSet::compile(const RuleSettings& settings) {
  const std::vector<RuleFault> faults = rule_faults(settings);
  if (!faults.empty()) return invalid(faults.front().message);
  Result<Drops> drops = Drops::of(settings.drop);
  if (!drops) return drops.error();
  std::unique_ptr<RuleSet> set(new RuleSet(settings, std::move(*drops)));
  if (auto added = set->add_built_in(settings.rules); !added) return added.error();
  if (auto added = set->add_own(); !added) return added.error();
  if (auto added = set->add_allowed(settings.allow); !added) return added.error();
  if (auto compiled = set->compile_contexts(); !compiled) return compiled.error();
  set->compile_filters();
  return std::unique_ptr<const RuleSet>(std::move(set));
}

Result<void> RuleSet::add_built_in(const std::vector<std::string>& names) {
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
  Compiled compiled{rule, std::move(*regex), words_of(rule.context), nullptr};
  if (rule.needs == Needs::context || rule.needs == Needs::member ||
      rule.needs == Needs::member_called) {
    auto words = compile_pattern("(?i)(?:" + std::string(rule.context) + ")");
    if (!words) return invalid(std::string(rule.name) + ": " + words.error().message);
    compiled.context_regex = std::move(*words);
    by_context_.push_back(rules_.size());
  }
  rules_.push_back(std::move(compiled));
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

Result<void> RuleSet::compile_contexts() {
  std::string words;
  for (const std::size_t number : by_context_) {
    const Rule& rule = rules_[number].rule;
    if (rule.needs == Needs::context) words.append(words.empty() ? "" : "|").append(rule.context);
  }
  if (words.empty()) return {};
  auto any = compile_pattern("(?i)(?:" + words + ")");
  if (!any) return invalid("words near values: " + any.error().message);
  any_context_ = std::move(*any);
  return {};
}

/// Rules that ask for the same stand together, so that a text without it is spared a whole filter.
void RuleSet::compile_filters() {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (!rules_[i].context_regex) numbers.push_back(i);
  }
  const auto asks = [this](std::size_t number) { return asked_of_text(rules_[number].rule); };
  std::stable_sort(numbers.begin(), numbers.end(),
                   [&](std::size_t a, std::size_t b) { return asks(a) < asks(b); });
  for (auto at = numbers.begin(); at != numbers.end();) {
    const auto most = std::min<std::ptrdiff_t>(kFilterRules, numbers.end() - at);
    const auto end =
        std::find_if(at, at + most, [&](std::size_t number) { return asks(number) != asks(*at); });
    compile_filter(std::span(at, end));
    at = end;
  }
}

void RuleSet::compile_filter(std::span<const std::size_t> rules) {
  if (rules.size() == 1) {
    filters_.push_back({nullptr, {rules.front()}});
    note_needs(filters_.back());
    return;
  }
  Filter filter{std::make_unique<re2::RE2::Set>(pattern_options(), re2::RE2::UNANCHORED), {}};
  bool fit = true;
  for (const std::size_t number : rules) {
    const re2::StringPiece pattern(rules_[number].rule.pattern);
    fit = fit && filter.patterns->Add(pattern, nullptr) >= 0;
    filter.rules.push_back(number);
  }
  if (fit && filter.patterns->Compile()) {
    note_needs(filter);
    filters_.push_back(std::move(filter));
  } else {
    unfiltered_.insert(unfiltered_.end(), rules.begin(), rules.end());
  }
}

std::vector<std::size_t> RuleSet::candidates(std::string_view text, const TextBytes& bytes,
                                             std::string_view member) const {
  std::vector<std::size_t> out = unfiltered_;
  add_matching(text, bytes, out);
  add_by_context(text, bytes, member, out);
  std::sort(out.begin(), out.end());
  return out;
}

void RuleSet::note_needs(Filter& filter) const {
  const Rule& first = rules_[filter.rules.front()].rule;
  filter.digits = first.digits;
  filter.word = first.word;
  bool marked = true;
  for (const std::size_t number : filter.rules) {
    const Rule& rule = rules_[number].rule;
    filter.digits = std::min(filter.digits, rule.digits);
    filter.word = std::min(filter.word, rule.word);
    marked = marked && !rule.marks.empty();
    for (const char mark : rule.marks) {
      if (filter.marks.find(mark) == std::string::npos) filter.marks.push_back(mark);
    }
  }
  if (!marked) filter.marks.clear();
}

bool RuleSet::any_may_match(const Filter& filter, std::string_view text,
                            const TextBytes& bytes) const {
  const bool may = bytes.digits() >= filter.digits && bytes.longest_word() >= filter.word &&
                   (filter.marks.empty() || bytes.has_any(filter.marks));
  return may && std::any_of(filter.rules.begin(), filter.rules.end(), [&](std::size_t number) {
           return may_match(rules_[number].rule, text, bytes);
         });
}

void RuleSet::add_matching(std::string_view text, const TextBytes& bytes,
                           std::vector<std::size_t>& out) const {
  for (const Filter& filter : filters_) {
    if (!any_may_match(filter, text, bytes)) continue;
    if (!filter.patterns) {
      const std::size_t only = filter.rules.front();
      if (re2::RE2::PartialMatch(re2::StringPiece(text), *rules_[only].regex)) out.push_back(only);
      continue;
    }
    std::vector<int> hits;
    re2::RE2::Set::ErrorInfo failure{re2::RE2::Set::kNoError};
    const bool any = filter.patterns->Match(re2::StringPiece(text), &hits, &failure);
    // Out of memory: a filter that cannot tell lets its rules look for themselves.
    if (!any && failure.kind != re2::RE2::Set::kNoError) {
      out.insert(out.end(), filter.rules.begin(), filter.rules.end());
    }
    for (const int hit : hits) out.push_back(filter.rules[static_cast<std::size_t>(hit)]);
  }
}

void RuleSet::add_by_context(std::string_view text, const TextBytes& bytes, std::string_view member,
                             std::vector<std::size_t>& out) const {
  std::optional<bool> any;  // of the words is in the text
  const bool secret = names_secret(member);
  for (const std::size_t number : by_context_) {
    const Compiled& rule = rules_[number];
    const bool by_member = rule.rule.needs != Needs::context;
    if ((by_member && !secret) || !may_match(rule.rule, text, bytes)) continue;
    if (names_any(member, rule.context)) {
      out.push_back(number);
    } else if (rule.rule.needs == Needs::context && any_context_) {
      if (!any) any = re2::RE2::PartialMatch(re2::StringPiece(text), *any_context_);
      if (*any && re2::RE2::PartialMatch(re2::StringPiece(text), *rule.context_regex))
        out.push_back(number);
    }
  }
}

bool may_match(const Rule& rule, std::string_view text, const TextBytes& bytes) {
  return bytes.digits() >= rule.digits && bytes.longest_word() >= rule.word &&
         (rule.marks.empty() || bytes.has_any(rule.marks)) &&
         (rule.literals.empty() || has_literal(text, rule.literals));
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
  const auto has_one = [&](const std::string& name, bool joined) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return (!joined || is_joined_alike(word)) && name.find(word) != std::string::npos;
    });
  };
  return has_one(lower, false) ||
         (has_separators(lower) && has_one(without_separators(lower), true));
}

bool called_any(std::string_view member, const std::vector<std::string_view>& words) {
  if (member.empty()) return false;
  const std::string lower = to_lower(member);
  const auto ends_with_one = [&](const std::string& name, bool joined) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return (!joined || is_joined_alike(word)) && name.ends_with(word);
    });
  };
  return ends_with_one(lower, false) ||
         (has_separators(lower) && ends_with_one(without_separators(lower), true));
}

namespace {

/// The words by which rules tell a secret's member, as names_any() looks for them, in one pass: it
/// is asked of each level of a JSON text.
class SecretNames {
 public:
  bool match(std::string_view member) const {
    return any_.any_in(member) || (has_separators(member) && joined_.any_in(member));
  }

 private:
  static std::vector<std::string_view> words(bool joined) {
    std::vector<std::string_view> out;
    for (const Rule& rule : secret_rules()) {
      if (rule.needs != Needs::member && rule.needs != Needs::member_called) continue;
      for (const std::string_view word : words_of(rule.context)) {
        if (!joined || is_joined_alike(word)) out.push_back(word);
      }
    }
    return out;
  }

  WordSearch any_{words(false)};
  WordSearch joined_{words(true), kSeparators};
};

/// How much goes of what stands in a member with this name.
int reach_of(std::string_view member) {
  int most = 0;
  for (const Rule& rule : secret_rules()) {
    if (rule.needs != Needs::member_called || !called_any(member, words_of(rule.context))) continue;
    const int whole = rule.holds == is_no_placeholder ? 3 : 2;
    most = std::max(most, rule.tail == Tail::all ? whole : 1);
  }
  return most;
}

}  // namespace

bool names_secret(std::string_view member) {
  static const SecretNames names;
  return !member.empty() && names.match(member);
}

bool says_more(std::string_view member, std::string_view other) {
  return reach_of(member) > reach_of(other);
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
