// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
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
  LearnedOutput& output_of(const std::string& client, const std::string& model);
  void hold(const std::vector<LimitKey>& keys, bool held);

  ChangedCounters changes;  ///< outlives whatever may still change
  std::atomic<bool> shared{false};
  mutable std::mutex mutex;  ///< of the maps; what is in them looks after itself
  std::map<LimitKey, std::unique_ptr<Counter>> counters;
  std::map<std::pair<std::string, std::string>, LearnedOutput> outputs;  ///< client, model
  Parked parked;
  std::atomic<std::int64_t> held{0};  ///< counters: requests look at one word
};

}  // namespace tollgate::quotas
