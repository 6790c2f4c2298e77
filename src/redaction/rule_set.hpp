// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "clean_words.hpp"
#include "drops.hpp"
#include "exact_secrets.hpp"
#include "hashed_keys.hpp"
#include "rule.hpp"
#include "text_bytes.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {

/// What Rules holds: every rule compiled, and all of them as one filter.
class RuleSet {
 public:
  struct Compiled {
    Rule rule;  ///< views into the table or into `own_patterns_`
    std::unique_ptr<const re2::RE2> regex;
    std::vector<std::string_view> context;
    /// Finds a context word; null for rules that do without.
    std::unique_ptr<const re2::RE2> context_regex;
  };

  static Result<std::unique_ptr<const RuleSet>> compile(const RuleSettings& settings);

  const std::vector<Compiled>& rules() const { return rules_; }
  /// The numbers of those rules that may match the text, in order: each regular expression alone
  /// would read it once more. `bytes`: those of the text. `member`: the name of the JSON member.
  std::vector<std::size_t> candidates(std::string_view text, const TextBytes& bytes,
                                      std::string_view member) const;
  const ExactSecrets& secrets() const { return secrets_; }
  const HashedKeys& hashed_keys() const { return hashed_keys_; }
  /// How many bytes of a text one of the given secrets can take, in any coding.
  std::size_t longest_coded_secret() const { return longest_coded_secret_; }
  bool allows(std::string_view value) const;
  const Drops& drops() const { return drops_; }
  /// What is known to hold nothing under these rules.
  CleanWords& clean_words() const { return clean_words_; }

 private:
  /// Some rules as one automaton.
  struct Filter {
    std::unique_ptr<re2::RE2::Set> patterns;  ///< null: of one rule, whose own expression tells
    std::vector<std::size_t> rules;           ///< their numbers by the set's
    // What each of them asks for (Rule), so that most texts are told by it alone.
    std::string marks = {};
    std::size_t digits = 0;
    std::size_t word = 0;
  };

  RuleSet(const RuleSettings& settings, Drops drops);
  Result<void> add_built_in(const std::vector<std::string>& names);
  Result<void> add_own();
  Result<void> add(const Rule& rule);
  Result<void> add_allowed(const std::vector<std::string>& allowed);
  Result<void> compile_contexts();
  void compile_filters();
  void compile_filter(std::span<const std::size_t> rules);
  void note_needs(Filter& filter) const;
  bool any_may_match(const Filter& filter, std::string_view text, const TextBytes& bytes) const;
  void add_matching(std::string_view text, const TextBytes& bytes,
                    std::vector<std::size_t>& out) const;
  void add_by_context(std::string_view text, const TextBytes& bytes, std::string_view member,
                      std::vector<std::size_t>& out) const;

  std::vector<OwnPattern> own_patterns_;
  std::vector<Compiled> rules_;
  /// Several: the states of one for all would be those of each times those of the others.
  std::vector<Filter> filters_;
  std::vector<std::size_t> unfiltered_;  ///< numbers of rules that are too large together for one
  std::vector<std::size_t> by_context_;  ///< numbers of rules that words bring in
  /// Finds a context word of any of them; null: there are none that could stand in a text.
  std::unique_ptr<const re2::RE2> any_context_;
  mutable CleanWords clean_words_;
  std::unordered_set<std::string> allowed_;
  std::vector<std::unique_ptr<const re2::RE2>> allowed_patterns_;
  Drops drops_;
  ExactSecrets secrets_;
  HashedKeys hashed_keys_;
  std::size_t longest_coded_secret_ = 0;
};

/// Whether the text, which has these bytes, has all that every match of the rule has.
bool may_match(const Rule& rule, std::string_view text, const TextBytes& bytes);
/// Whether one of the words is in the name of a JSON member; long ones also as two words (`api key`
/// and `pass-word`).
bool names_any(std::string_view member, const std::vector<std::string_view>& words);
/// Whether it ends with one of them: `db_password`, but not `password_policy`.
bool called_any(std::string_view member, const std::vector<std::string_view>& words);
/// Whether the name has one of the words by which rules tell a secret's member.
bool names_secret(std::string_view member);
/// Whether more goes of what stands in a member with this name than of what stands in the other's:
/// of a `password` all, of an `api_key` what looks like one.
bool says_more(std::string_view member, std::string_view other);

}  // namespace tollgate::redaction
