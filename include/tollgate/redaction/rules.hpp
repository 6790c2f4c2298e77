// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/redaction/rule_class.hpp"

namespace tollgate::redaction {

class RuleSet;

/// A pattern of the operator's own: RE2's syntax, matched on the normalised text. Its first group,
/// where it has one, is what is taken out.
struct OwnPattern {
  std::string name;  ///< lower-case letters, digits and '_', none of a built-in rule
  std::string regex;
};

/// What is looked for.
struct RuleSettings {
  /// Names of built-in rules for personal data; empty: all. Those for secrets always apply.
  std::vector<std::string> rules;
  std::vector<OwnPattern> patterns;  ///< as personal data, behind the built-in rules
  /// Values that stay, whatever rule finds them: each exactly, or as a pattern for the whole value
  /// where it is written between slashes. Secrets never stay.
  std::vector<std::string> allow;
  /// JSON members that are dropped with all that is in them. In the form of usage::JsonPaths, or as
  /// `$.messages[*].metadata`.
  std::vector<std::string> drop;
  /// Values that must not be seen anywhere: the keys that the gateway itself holds, each of at
  /// least kShortestSecret bytes.
  std::vector<Secret> secrets;
};
inline constexpr std::size_t kShortestSecret = 8;

struct RuleName {
  std::string_view name;
  RuleClass kind = RuleClass::personal;
};

/// The built-in rules by name, in order of precedence.
std::vector<RuleName> built_in_names();

/// Compiled rules; immutable, for any number of threads.
class Rules {
 public:
  /// Error invalid_input, with what is wrong: an unknown name, a pattern that does not compile or
  /// could match nothing at all, a path or a secret that cannot be looked for.
  static Result<Rules> compile(const RuleSettings& settings);
  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;
  ~Rules();

  const RuleSet& set() const { return *set_; }

 private:
  explicit Rules(std::unique_ptr<const RuleSet> set);

  std::unique_ptr<const RuleSet> set_;
};

}  // namespace tollgate::redaction
