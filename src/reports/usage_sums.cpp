// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_sums.hpp"

#include <algorithm>
#include <limits>

#include "tollgate/pricing/allocation.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::reports {
namespace {

using ledger::RollupCount;
using usage::CostBasis;
using usage::UsageBasis;
using usage::UsageRecord;

bool is_estimated(const UsageRecord& record) {
  return record.usage_basis == UsageBasis::estimated || record.usage_basis == UsageBasis::partial;
}

bool is_free(const UsageRecord& record) {
  return record.usage_basis == UsageBasis::none && usage::reason::is_free(record.usage_reason);
}

/// As 64 bits, or the nearest that they hold.
std::int64_t clamped(Int128 number) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (number > Limits::max()) return Limits::max();
  return number < Limits::min() ? Limits::min() : static_cast<std::int64_t>(number);
}

}  // namespace

void UsageSums::add(const ledger::UsageShare& share) {
  Sums& sums = sums_for(share);
  const UsageRecord& record = share.record;
  const Int128 operations = share.sums[RollupCount::operations];
  sums.all.add(share.sums);
  if (is_estimated(record)) {
    sums.estimated[RollupCount::operations] += operations;
    sums.estimated[RollupCount::total_tokens] += share.sums[RollupCount::total_tokens];
  }
  const Int128 without_total = operations - share.sums[RollupCount::with_total];
  if (is_free(record)) {
    sums.free += without_total;
  } else if (record.cost_basis == CostBasis::priced) {
    sums.priced_otherwise += without_total;
  }
  switch (record.cost_basis) {
    case CostBasis::unpriced:
      sums.unpriced += operations;
      break;
    case CostBasis::partial:
      sums.partial += operations;
      break;
    case CostBasis::priced:
      sums.priced += operations;
      break;
    case CostBasis::allocated_later:
      sums.allocated_later += operations;
      if (record.cost_reason == pricing::cost_reason::kNotSharedOut)
        sums.never_shared += operations;
      break;
  }
}

UsageSums::Sums& UsageSums::sums_for(const ledger::UsageShare& share) {
  if (place_of_model_)
    models_.note(share.record, share.sums[RollupCount::operations], share.sums.last_time);
  if (share.group == 0) return find(share);
  const std::size_t time = time_number(share.begin);
  if (time >= known_.size()) known_.resize(time + 1);
  Sums*& known = known_[time][share.group];
  if (known == nullptr) known = &find(share);
  return *known;
}

UsageSums::Sums& UsageSums::find(const ledger::UsageShare& share) {
  const UsageRecord& record = share.record;
  Key key{groups_.keys_of(record, share.begin, zone_), kind_of_reason(record.cost_reason), {}};
  const bool of_operations = key.kind == RowKind::operations;
  if (!of_operations) key.keys = groups_.labelled(std::move(key.keys), label_of(key.kind));
  const bool provisional = record.cost_currency.empty();
  key.keys.push_back(provisional ? record.provisional_currency : record.cost_currency);
  if (place_of_model_) key.unnamed = DeploymentModels::unnamed(record);
  return sums_[std::move(key)];
}

std::size_t UsageSums::time_number(UtcTime time) {
  if (!groups_.has_time()) return 0;
  const auto [place, fresh] = time_numbers_.emplace(to_unix_micros(time), 0);
  if (fresh)
    place->second =
        time_keys_.emplace(groups_.time_keys(time, zone_), time_keys_.size()).first->second;
  return place->second;
}

/// nullopt: there are several, or none.
std::optional<std::string> UsageSums::only_currency() const {
  std::optional<std::string> out;
  for (const auto& [key, sums] : sums_) {
    const std::string& currency = key.keys.back();
    if (currency.empty()) continue;
    if (out && *out != currency) return std::nullopt;
    out = currency;
  }
  return out;
}

UsageRow UsageSums::row_of(const Sums& sums) {
  const auto count = [&](RollupCount of) { return clamped(sums.all[of]); };
  UsageRow out;
  out.operations = count(RollupCount::operations);
  out.prompt_tokens = count(RollupCount::prompt_tokens);
  out.completion_tokens = count(RollupCount::completion_tokens);
  out.total_tokens = count(RollupCount::total_tokens);
  out.without_usage = out.operations - count(RollupCount::with_total);
  out.cached_prompt_tokens = count(RollupCount::cached_prompt_tokens);
  out.estimated = clamped(sums.estimated[RollupCount::operations]);
  out.estimated_tokens = clamped(sums.estimated[RollupCount::total_tokens]);
  out.free = clamped(sums.free);
  out.unpriced = clamped(sums.unpriced);
  out.partial = clamped(sums.partial);
  out.allocated_later = clamped(sums.allocated_later);
  out.priced_otherwise = clamped(sums.priced_otherwise);
  out.never_shared = clamped(sums.never_shared);
  // What nobody used of capacity is an amount without an operation.
  const Int128 cost = sums.all[RollupCount::cost_nano];
  if (sums.priced + sums.partial > 0 || cost != 0) out.cost_nano = cost;
  const Int128 provisional = sums.all[RollupCount::provisional_cost_nano];
  if (provisional != 0) out.provisional_nano = provisional;
  out.prices = sums.all.prices;
  return out;
}

std::vector<UsageRow> UsageSums::rows() const {
  const std::optional<std::string> currency = only_currency();
  std::map<std::pair<std::vector<std::string>, RowKind>, UsageRow> merged;
  for (const auto& [key, sums] : sums_) {
    std::vector<std::string> keys = key.keys;
    if (const std::string* model = models_.model_of(key.unnamed)) keys[*place_of_model_] = *model;
    if (currency) keys.back() = *currency;
    // What a correction took away is no row.
    if (sums.all[RollupCount::operations] == 0 && sums.all[RollupCount::cost_nano] == 0) continue;
    add_row(merged[{std::move(keys), key.kind}], row_of(sums));
  }
  std::vector<UsageRow> out;
  for (auto& [key, row] : merged) {
    const auto& [keys, kind] = key;
    row.kind = kind;
    row.keys.assign(keys.begin(), keys.end() - 1);
    if (row.cost_nano || row.provisional_nano) row.currency = keys.back();
    average_row(row);
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace tollgate::reports
