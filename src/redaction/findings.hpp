// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rule.hpp"
#include "tollgate/redaction/rule_class.hpp"

namespace tollgate::redaction {

/// A value that a rule found: bytes [begin, end) of the text.
struct Finding {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view rule;  ///< its name
  RuleClass kind = RuleClass::personal;
  std::size_t order = 0;  ///< of the rule: 0 for exact secrets, then the table, then own patterns
  bool named = false;     ///< a word near it says what it is
  bool cut = false;       ///< it ends where the block does, and may go on as `tail` says
  Tail tail = Tail::none;
  std::string value;  ///< as the rule spells equal values
};

/// Which of two findings gives its name to what they cover: a secret's, of personal data the one
/// that a word near it names, the earlier rule's, the longer one's.
bool outranks(const Finding& a, const Finding& b);

/// Findings in order, those that overlap put together: what several rules found is taken out whole,
/// under the name of the one that outranks the others.
std::vector<Finding> put_together(std::vector<Finding> findings);

}  // namespace tollgate::redaction
