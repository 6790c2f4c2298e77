// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_restore.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "limit_use.hpp"
#include "tollgate/reports/usage_row.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

using quotas::Period;

using QuarterHours = std::chrono::duration<std::int64_t, std::ratio<900>>;

/// A limit's window, and what was used in it so far.
struct WindowTally {
  RestoredUse out;
  quotas::Window window;
  UseSums sums;
};

RestoredUse result_of(WindowTally tally) {
  tally.out.use = tally.sums.use_with_unknown();
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

/// Roll-ups do not have the name that a client asked by.
bool needs_records(const WindowTally& tally) {
  return tally.out.key.subject.scope == quotas::Scope::client_model;
}

/// Reads the sums of some windows. What is not yet `until` is left to whoever counts it live.
class SumReading {
 public:
  SumReading(ledger::LedgerReader& reader, UtcTime until) : reader_(reader), until_(until) {}

  Result<void> read(std::vector<WindowTally>& tallies, bool rolled_up) {
    if (tallies.empty()) return {};
    const auto first = std::min_element(
        tallies.begin(), tallies.end(),
        [](const WindowTally& a, const WindowTally& b) { return a.window.begin < b.window.begin; });
    const UtcTime from = first->window.begin;
    const Result<void> summed = rolled_up ? read_rollups(tallies, from) : Result<void>();
    if (rolled_up && summed) return summed;
    if (!summed) {
      // Damaged roll-ups are no reason to know nothing, while their records are still there.
      const Result<bool> whole = has_records_since(from);
      if (!whole || !*whole) return summed;
      faults.push_back(summed.error().message);
      for (WindowTally& tally : tallies) tally.sums = {};
    }
    return read_records(tallies, from);
  }

  std::vector<std::string> faults;

 private:
  Result<void> read_rollups(std::vector<WindowTally>& tallies, UtcTime from) {
    if (until_ == UtcTime::max())
      return pass(tallies, {from, std::nullopt}, ledger::SumSource::rollups);
    const UtcTime border = std::max(UtcTime(std::chrono::floor<QuarterHours>(until_)), from);
    const Result<void> whole = pass(tallies, {from, border}, ledger::SumSource::rollups);
    return whole ? pass(tallies, {border, until_}, ledger::SumSource::records) : whole;
  }

  Result<bool> has_records_since(UtcTime from) {
    const Result<ledger::KeptTime> kept = reader_.kept_time(ledger::SumSource::records);
    if (!kept) return kept.error();
    return !kept->deleted_to || *kept->deleted_to < from;
  }

  Result<void> read_records(std::vector<WindowTally>& tallies, UtcTime from) {
    const Result<bool> whole = has_records_since(from);
    if (!whole) return whole.error();
    if (!*whole) {
      faults.push_back("records since " + to_rfc3339(from) +
                       " have been deleted: they count in no limit of a client and a model");
    }
    ledger::Period period{from, std::nullopt};
    if (until_ != UtcTime::max()) period.until = until_;
    return pass(tallies, period, ledger::SumSource::records);
  }

  Result<void> pass(std::vector<WindowTally>& tallies, const ledger::Period& period,
                    ledger::SumSource source) {
    ledger::ShareQuery query;
    query.period = period;
    query.source = source;
    query.parts_of = [](UtcTime) { return ledger::DayParts{ledger::DayParts::Kind::many, {}}; };
    Result<void> read = reader_.for_each_share(query, [&](const ledger::UsageShare& share) {
      if (reports::kind_of_reason(share.record.cost_reason) != reports::RowKind::operations) return;
      for (WindowTally& tally : tallies) {
        const bool within = share.begin >= tally.window.begin && share.begin < tally.window.end;
        if (within && counts_for(tally.out.key.subject, share.record)) tally.sums.add(share);
      }
    });
    faults.insert(faults.end(), reader_.faults().begin(), reader_.faults().end());
    return read;
  }

  ledger::LedgerReader& reader_;
  UtcTime until_;
};

void tell(const RestoredUse& one) {
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

}  // namespace

Result<LedgerUse> use_in_ledger(ledger::LedgerReader& reader,
                                const std::vector<quotas::LimitKey>& keys, const TimeZone& zone,
                                UtcTime now, UtcTime until) {
  std::vector<WindowTally> rolled = tallies_of(keys, zone, now);
  if (rolled.empty()) return LedgerUse();
  const auto split = std::stable_partition(rolled.begin(), rolled.end(),
                                           [](const auto& one) { return !needs_records(one); });
  std::vector<WindowTally> recorded(std::make_move_iterator(split),
                                    std::make_move_iterator(rolled.end()));
  rolled.erase(split, rolled.end());
  const Result<bool> rolled_up = reader.has_rollups();
  if (!rolled_up) return rolled_up.error();
  SumReading reading(reader, until);
  for (auto [tallies, from_rollups] :
       {std::pair(&rolled, *rolled_up), std::pair(&recorded, false)}) {
    const Result<void> read = reading.read(*tallies, from_rollups);
    if (!read) return read.error();
  }
  LedgerUse out;
  for (std::vector<WindowTally>* const tallies : {&rolled, &recorded}) {
    for (WindowTally& tally : *tallies) out.uses.push_back(result_of(std::move(tally)));
  }
  out.faults = std::move(reading.faults);
  return out;
}

Result<std::vector<std::string>> restore_quotas(quotas::Quotas& quotas,
                                                const QuotasToRestore& wanted) {
  if (tallies_of(wanted.keys, wanted.zone, wanted.now.utc).empty())
    return std::vector<std::string>();
  auto reader = ledger::LedgerReader::open(wanted.ledger_path);
  if (!reader) return reader.error();
  Result<LedgerUse> found =
      use_in_ledger(**reader, wanted.keys, wanted.zone, wanted.now.utc, wanted.until);
  if (!found) return found.error();
  for (const RestoredUse& one : found->uses) {
    const auto less = wanted.forgiven.find(one.key);
    quotas.restore(one.key, one.window_begin, one.use, wanted.now,
                   less == wanted.forgiven.end() ? 0 : less->second);
    tell(one);
  }
  return std::move(found->faults);
}

}  // namespace tollgate::app
