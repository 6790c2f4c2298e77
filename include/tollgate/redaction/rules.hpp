// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/digest.hpp"
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
  /// SHA-256 of keys whose text is not known: those of clients.
  std::vector<Sha256> key_hashes;
};
/// Bytes; a shorter one would be found in ordinary text.
inline constexpr std::size_t kShortestSecret = 8;

/// One entry of the settings that cannot be used.
struct RuleFault {
  enum class Where : std::uint8_t { rules, patterns, allow, drop, secrets };
  Where where = Where::rules;
  std::size_t index = 0;  ///< in that list
  std::string message;
};
/// All of them, each alone: an unknown name, with the nearest; a pattern that does not compile or
/// could match nothing at all; a path or a secret that cannot be looked for.
std::vector<RuleFault> rule_faults(const RuleSettings& settings);
/// Whether a secret has bytes enough to be told from other text.
bool can_be_found(const Secret& secret);

/// A built-in rule as configurations and counts name it.
struct RuleName {
  std::string_view name;
  RuleClass kind = RuleClass::personal;
};

/// The built-in rules by name, in order of precedence.
std::vector<RuleName> built_in_names();

/// Compiled rules; immutable, for any number of threads.
class Rules {
 public:
  /// Error invalid_input: the first of rule_faults(); there is no other.
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
