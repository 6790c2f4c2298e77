// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_query.hpp"

#include "usage_sums.hpp"

namespace tollgate::reports {
namespace {

using ledger::SumSource;

bool is_border(const std::optional<UtcTime>& time) {
  return !time || time->time_since_epoch() % ledger::kQuarterHour == UtcTime::duration::zero();
}

Result<SumSource> source_for(ledger::LedgerReader& reader, const UsageQuery& query) {
  const bool fits =
      query.groups.in_rollups() && is_border(query.period.from) && is_border(query.period.until);
  if (!fits) return SumSource::records;
  const Result<bool> there = reader.has_rollups();
  if (!there) return there.error();
  return *there ? SumSource::rollups : SumSource::records;
}

/// Days, weeks and months change at most once in a day (UTC); hours more often.
ledger::DayParts parts_of_day(const UsageQuery& query, UtcTime day) {
  using Kind = ledger::DayParts::Kind;
  const auto keys = [&](std::int64_t quarter) {
    return query.groups.time_keys(day + ledger::kQuarterHour * quarter, query.zone);
  };
  constexpr std::int64_t kLast = ledger::kUtcDay / ledger::kQuarterHour - 1;
  const auto first = keys(0);
  const auto last = keys(kLast);
  if (first == last) return {};
  std::int64_t same = 0;
  std::int64_t other = kLast;
  while (other - same > 1) {
    const std::int64_t middle = (same + other) / 2;
    (keys(middle) == first ? same : other) = middle;
  }
  if (keys(other) != last) return {Kind::many, {}};
  return {Kind::two, day + ledger::kQuarterHour * other};
}

}  // namespace

Result<UsageAnswer> ask_usage(ledger::LedgerReader& reader, const UsageQuery& query) {
  const Result<SumSource> source = source_for(reader, query);
  if (!source) return source.error();
  UsageSums sums(query.groups, query.zone);
  const auto parts_of = [&](UtcTime day) { return parts_of_day(query, day); };
  const Result<void> done = reader.for_each_share({query.period, *source, parts_of},
                                                  [&](const ledger::UsageShare& share) {
                                                    if (query.of(share.record)) sums.add(share);
                                                  });
  if (!done) return done.error();
  return UsageAnswer{sums.rows(), *source};
}

}  // namespace tollgate::reports
