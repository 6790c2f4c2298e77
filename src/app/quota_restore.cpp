// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_restore.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/reports/usage_row.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::app {
namespace {

using ledger::RollupCount;
using quotas::Period;
using quotas::Scope;

struct TallySums {
  Int128 requests = 0;
  Int128 prompt = 0;
  Int128 cached = 0;
  Int128 completion = 0;
  Int128 total = 0;
  Int128 cost = 0;
  Int128 unknown = 0;
};

/// A limit's window, and what was used in it so far.
struct WindowTally {
  RestoredUse out;
  quotas::Window window;
  TallySums sums;
};

bool counts_for(const quotas::Subject& subject, const usage::UsageRecord& record) {
  switch (subject.scope) {
    case Scope::gateway:
      return true;
    case Scope::tag: {
      const auto found = record.tags.find(subject.name);
      return found != record.tags.end() && found->second == subject.detail;
    }
    case Scope::client:
      return record.client_name == subject.name;
    case Scope::client_model:
      return record.client_name == subject.name && iequals(record.requested_model, subject.detail);
    case Scope::deployment:
      return record.backend == subject.name && record.backend_deployment == subject.detail;
  }
  return false;
}

void add_share(TallySums& to, const ledger::UsageShare& share) {
  const usage::UsageRecord& record = share.record;
  const Int128 operations = share.sums[RollupCount::operations];
  const bool none = record.usage_basis == usage::UsageBasis::none;
  if (!none || record.usage_reason != usage::reason::kNotSent) to.requests += operations;
  to.prompt += share.sums[RollupCount::prompt_tokens];
  to.cached += share.sums[RollupCount::cached_prompt_tokens];
  to.completion += share.sums[RollupCount::completion_tokens];
  to.total += share.sums[RollupCount::total_tokens];
  to.cost += share.sums[RollupCount::cost_nano] + share.sums[RollupCount::provisional_cost_nano];
  const std::string& why = record.usage_reason;
  if (none && !usage::reason::is_free(why) && !usage::reason::is_counted_otherwise(why))
    to.unknown += operations;
}

std::int64_t at_most_64_bits(Int128 number) {
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp<Int128>(number, 0, kMost));
}

RestoredUse result_of(WindowTally tally) {
  const TallySums& sums = tally.sums;
  quotas::Use& use = tally.out.use;
  use.requests = at_most_64_bits(sums.requests);
  use.prompt_tokens = at_most_64_bits(sums.prompt);
  use.cached_tokens = at_most_64_bits(sums.cached);
  // A total that is more has reasoning beside the rest (quotas::use_of).
  use.completion_tokens = at_most_64_bits(std::max(sums.completion, sums.total - sums.prompt));
  use.cost_nano = at_most_64_bits(sums.cost);
  tally.out.unknown = at_most_64_bits(sums.unknown);
  return std::move(tally.out);
}

std::vector<WindowTally> tallies_of(const std::vector<quotas::LimitKey>& keys, const TimeZone& zone,
                                    UtcTime now) {
  std::vector<WindowTally> out;
  for (const quotas::LimitKey& key : keys) {
    if (key.period == Period::none || key.period == Period::minute) continue;
    const quotas::Window window = quotas::window_of(now, key.period, zone);
    out.push_back({{key, window.begin, {}, 0}, window, {}});
  }
  return out;
}

}  // namespace

Result<std::vector<RestoredUse>> use_in_ledger(ledger::LedgerReader& reader,
                                               const std::vector<quotas::LimitKey>& keys,
                                               const TimeZone& zone, UtcTime now) {
  std::vector<WindowTally> tallies = tallies_of(keys, zone, now);
  if (tallies.empty()) return std::vector<RestoredUse>();
  const Result<bool> rolled_up = reader.has_rollups();
  if (!rolled_up) return rolled_up.error();
  const auto first = std::min_element(
      tallies.begin(), tallies.end(),
      [](const WindowTally& a, const WindowTally& b) { return a.window.begin < b.window.begin; });
  ledger::ShareQuery query;
  query.period.from = first->window.begin;
  query.source = *rolled_up ? ledger::SumSource::rollups : ledger::SumSource::records;
  query.parts_of = [](UtcTime) { return ledger::DayParts{ledger::DayParts::Kind::many, {}}; };
  const Result<void> read = reader.for_each_share(query, [&](const ledger::UsageShare& share) {
    if (reports::kind_of_reason(share.record.cost_reason) != reports::RowKind::operations) return;
    for (WindowTally& tally : tallies) {
      const bool within = share.begin >= tally.window.begin && share.begin < tally.window.end;
      if (within && counts_for(tally.out.key.subject, share.record)) add_share(tally.sums, share);
    }
  });
  if (!read) return read.error();
  std::vector<RestoredUse> out;
  out.reserve(tallies.size());
  for (WindowTally& tally : tallies) out.push_back(result_of(std::move(tally)));
  return out;
}

void restore_quotas(quotas::Quotas& quotas, const std::string& ledger_path,
                    const std::vector<quotas::LimitKey>& keys, const TimeZone& zone,
                    quotas::Moment now, const std::map<quotas::LimitKey, std::int64_t>& forgiven) {
  if (tallies_of(keys, zone, now.utc).empty()) return;
  const auto read = [&]() -> Result<std::vector<RestoredUse>> {
    auto reader = ledger::LedgerReader::open(ledger_path);
    if (!reader) return reader.error();
    return use_in_ledger(**reader, keys, zone, now.utc);
  };
  const Result<std::vector<RestoredUse>> found = read();
  if (!found) {
    telemetry::log::error("quotas.not_restored", {{"detail", found.error().message}});
    return;
  }
  for (const RestoredUse& one : *found) {
    const auto less = forgiven.find(one.key);
    quotas.restore(one.key, one.window_begin, one.use, now,
                   less == forgiven.end() ? 0 : less->second);
    telemetry::log::info("quotas.restored", {{"subject", to_text(one.key.subject)},
                                             {"measure", to_string(one.key.measure)},
                                             {"per", to_string(one.key.period)},
                                             {"since", to_rfc3339(one.window_begin)},
                                             {"requests", one.use.requests},
                                             {"prompt_tokens", one.use.prompt_tokens},
                                             {"completion_tokens", one.use.completion_tokens},
                                             {"cost_nano", one.use.cost_nano},
                                             {"without_usage", one.unknown}});
  }
}

}  // namespace tollgate::app
