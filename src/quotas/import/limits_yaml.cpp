// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/import.hpp"

namespace tollgate::quotas {
namespace {

void append_limits(std::string& out, std::string_view key, const std::vector<Limit>& limits) {
  if (limits.empty()) return;
  out.append("  ").append(key).append(":\n");
  for (const Limit& limit : limits) {
    out.append("    - {").append(to_string(limit.measure)).append(": ");
    out.append(std::to_string(limit.amount)).append(", per: ").append(to_string(limit.period));
    if (limit.burst) out.append(", burst: ").append(std::to_string(*limit.burst));
    out.append("}  # line ").append(std::to_string(limit.line)).append("\n");
  }
}

}  // namespace

std::string to_yaml(const ImportedLimits& limits) {
  if (limits.of_all.empty() && limits.of_each.empty()) return {};
  std::string out = "quotas:\n";
  if (limits.exhausted_is_403) out.append("  exhausted_status: 403\n");
  append_limits(out, "limits", limits.of_all);
  append_limits(out, "default_limits", limits.of_each);
  return out;
}

}  // namespace tollgate::quotas
