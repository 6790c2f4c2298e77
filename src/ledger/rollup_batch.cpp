// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_batch.hpp"

#include <utility>

#include "component_codec.hpp"
#include "record_codec.hpp"
#include "rollup_codec.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {

Result<void> RollupBatch::add(std::string_view payload, RollupKind kind, int sign) {
  RollupShare share = read_share(payload);
  if (!table_.knows(share.dimensions) && !decode_fields(share.dimensions))
    share = damaged_share(payload);
  found_.clear();
  EncodedComponents components(share.components);
  while (components.next()) {
    const Result<std::int64_t> price = table_.price(components.price());
    if (!price) return price.error();
    found_.push_back({*price, 1, components.quantity(), components.cost_nano()});
  }
  if (components.failed()) {
    share = damaged_share(payload);
    found_.clear();
  }
  const Result<std::int64_t> group = table_.group(share.dimensions);
  if (!group) return group.error();
  const std::int64_t start = step_start(seconds_of(share.event_time), kQuarterHour);
  RollupSums& sums = quarters_[{start, *group, kind}];
  sums.add(share.sums, sign);
  for (const PriceSums& price : found_) sums.add(price, sign);
  return {};
}

Result<void> RollupBatch::write() {
  std::map<Key, RollupSums> days;
  for (const auto& [key, sums] : quarters_) {
    const auto& [start, group, kind] = key;
    days[{step_start(start, kUtcDay), group, kind}].add(sums);
  }
  Result<void> done = write(quarters_, kQuarterHour);
  if (done) done = write(days, kUtcDay);
  quarters_.clear();
  return done ? table_.write_seals() : done;
}

Result<void> RollupBatch::write(const std::map<Key, RollupSums>& sums, seconds length) {
  for (const auto& [key, one] : sums) {
    const auto& [start, group, kind] = key;
    const Result<void> added = table_.add({length, start, group, kind}, one);
    if (!added) return added;
  }
  return {};
}

}  // namespace tollgate::ledger
