// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rule_table.hpp"

#include <vector>

namespace tollgate::redaction {

std::span<const Rule> built_in_rules() {
  static const std::vector<Rule> kRules = [] {
    std::vector<Rule> out(secret_rules().begin(), secret_rules().end());
    out.insert(out.end(), personal_rules().begin(), personal_rules().end());
    return out;
  }();
  return kRules;
}

}  // namespace tollgate::redaction
