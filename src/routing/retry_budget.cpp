// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/retry_budget.hpp"

namespace tollgate::routing {

void RetryBudget::on_request(SteadyTime now) { window_.add(now, kSpan, {.total = 1}); }

bool RetryBudget::withdraw(SteadyTime now) {
  const SlidingWindow::Counts spent = window_.sum(now, kSpan);
  const auto in_any_case =
      static_cast<double>(settings_.min_per_second) * std::chrono::duration<double>(kSpan).count();
  const double allowed = in_any_case + settings_.ratio * static_cast<double>(spent.total);
  if (static_cast<double>(spent.marked) + 1 > allowed) return false;
  window_.add(now, kSpan, {.marked = 1});
  return true;
}

}  // namespace tollgate::routing
