// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "counter.hpp"
#include "parked.hpp"
#include "tollgate/quotas/quotas.hpp"

namespace tollgate::quotas {

struct Quotas::Impl {
  /// Those of the configuration that are of one subject.
  std::vector<Counter*> of(const Subject& subject) const;
  /// Null: there never was such a limit.
  Counter* find(const LimitKey& key) const;
  Counter& enroll(const LimitKey& key);
  std::vector<Counter*> active() const;

  mutable std::mutex mutex;  ///< of the map; its counters look after themselves
  std::map<LimitKey, std::unique_ptr<Counter>> counters;
  Parked parked;
};

}  // namespace tollgate::quotas
