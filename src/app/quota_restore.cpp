// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_restore.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "limit_use.hpp"
#include "tollgate/reports/usage_row.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

using quotas::Period;

/// A limit's window, and what was used in it so far.
struct WindowTally {
  RestoredUse out;
  quotas::Window window;
  UseSums sums;
};

RestoredUse result_of(WindowTally tally) {
  tally.out.use = tally.sums.use();
  tally.out.unknown = at_most_64_bits(tally.sums.unknown);
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
      if (within && counts_for(tally.out.key.subject, share.record)) tally.sums.add(share);
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
