// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "tollgate/quotas/quota_state.hpp"
#include "tollgate/usage/refusal_row.hpp"

namespace tollgate::app {

/// A count of the quotas as a row of the ledger.
usage::RefusalRow row_of(const quotas::RefusalCount& count, const std::string& gateway);

/// Counts of refusals that wait to be written: one for each minute, client, model, limit and
/// reason. As long as none can be written the newest are put together where there are many.
class RefusalTally {
 public:
  static constexpr std::size_t kMost = 10'000;

  void add(const usage::RefusalRow& row);
  /// All of them, the oldest minute first; none stays.
  std::vector<usage::RefusalRow> take();
  bool empty() const { return rows_.empty(); }

 private:
  struct Before {
    bool operator()(const usage::RefusalRow& a, const usage::RefusalRow& b) const;
  };
  void put(usage::RefusalRow row);

  std::set<usage::RefusalRow, Before> rows_;
};

}  // namespace tollgate::app
