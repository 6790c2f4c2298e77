// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sum_times.hpp"

#include <algorithm>
#include <utility>

#include "block.hpp"
#include "rollup_corrections.hpp"
#include "sequence_gaps.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

/// The quarters of an hour from the one of `from` to the one of `to`, both in microseconds.
TimeSpan quarters(std::int64_t from, std::int64_t to) {
  return {step_start(seconds_of(from), kQuarterHour),
          step_start(seconds_of(to), kQuarterHour) + kQuarterHour.count()};
}

struct BlockTimes {
  std::int64_t first = 0;       ///< a sequence
  std::int64_t first_time = 0;  ///< when the record began that began first, in microseconds
};

/// When records may have begun that cannot be read or that are gone.
class LostTimes {
 public:
  explicit LostTimes(Database& database) : database_(database) {}

  Result<std::vector<TimeSpan>> find() {
    const Result<void> read = read_blocks();
    if (!read) return read.error();
    if (blocks_.empty()) return std::vector{TimeSpan{}};
    const auto gaps = read_gaps(database_);
    if (!gaps) return gaps.error();
    for (const SequenceGap& gap : *gaps) out_.push_back(span_of(gap));
    return std::move(out_);
  }

 private:
  Result<void> read_blocks() {
    Statement rows = database_.prepare(
        "SELECT first_sequence, records, first_time, last_time, ends, entries FROM blocks ORDER BY "
        "first_sequence");
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      blocks_.push_back({rows.number(0), rows.number(2)});
      if (!is_whole(rows)) out_.push_back(quarters(rows.number(2), rows.number(3)));
    }
  }

  static bool is_whole(const Statement& row) {
    const std::string ends = row.text(4);
    const std::string entries = row.text(5);
    const BlockView block(entries, ends);
    if (static_cast<std::int64_t>(block.count()) != row.number(1)) return false;
    for (std::size_t i = 0; i < block.count(); ++i) {
      if (!block.payload(i)) return false;
    }
    return true;
  }

  /// It begins by when the block before began, not by when that arrived: what a start takes over
  /// arrives long after it began.
  TimeSpan span_of(const SequenceGap& gap) const {
    const auto behind =
        std::find_if(blocks_.begin(), blocks_.end(),
                     [&gap](const BlockTimes& block) { return block.first > gap.first; });
    TimeSpan out;
    if (behind != blocks_.begin()) {
      const std::int64_t before = std::prev(behind)->first_time;
      out.begin = quarters(before - std::chrono::microseconds(kLongestWay).count(), 0).begin;
    }
    if (gap.arrived_before) out.end = quarters(0, to_unix_micros(*gap.arrived_before)).end;
    return out;
  }

  Database& database_;
  std::vector<BlockTimes> blocks_;
  std::vector<TimeSpan> out_;
};

Result<bool> has_sums_in(Database& database, const TimeSpan& span) {
  Statement row = database.prepare(
      "SELECT 1 FROM rollups WHERE length = ? AND start >= ? AND start < ? AND kind = ? LIMIT 1");
  row.bind(1, kQuarterHour.count());
  row.bind(2, span.begin);
  row.bind(3, span.end);
  row.bind(4, static_cast<std::int64_t>(RollupKind::records));
  return row.step();
}

/// Sorted, and put together where they touch.
std::vector<TimeSpan> joined(std::vector<TimeSpan> spans) {
  std::sort(spans.begin(), spans.end(),
            [](const TimeSpan& one, const TimeSpan& other) { return one.begin < other.begin; });
  std::vector<TimeSpan> out;
  for (const TimeSpan& span : spans) {
    if (span.begin >= span.end) continue;
    if (out.empty() || out.back().end < span.begin) {
      out.push_back(span);
    } else {
      out.back().end = std::max(out.back().end, span.end);
    }
  }
  return out;
}

/// What is not in them.
std::vector<TimeSpan> all_but(const std::vector<TimeSpan>& spans) {
  std::vector<TimeSpan> out;
  std::int64_t begin = kFirst;
  for (const TimeSpan& span : spans) {
    if (span.begin > begin) out.push_back({begin, span.begin});
    begin = span.end;
  }
  if (begin < kLast) out.push_back({begin, kLast});
  return out;
}

std::string minute(std::int64_t time) {
  return to_rfc3339(from_unix_micros(time * 1'000'000)).substr(0, 16) + "Z";
}

/// "those before ...", "those from ... to ...", "those from ... on", "all".
std::string words(const TimeSpan& span) {
  if (span.begin == kFirst && span.end == kLast) return "all of them";
  if (span.begin == kFirst) return "those before " + minute(span.end);
  if (span.end == kLast) return "those from " + minute(span.begin) + " on";
  return "those from " + minute(span.begin) + " to " + minute(span.end);
}

}  // namespace

Result<SumTimes> sum_times(Database& database) {
  const Result<std::int64_t> first = first_whole(database, kQuarterHour);
  if (!first) return first.error();
  auto lost = LostTimes(database).find();
  if (!lost) return lost.error();
  SumTimes out;
  std::vector<TimeSpan> kept{{kFirst, *first}};
  for (const TimeSpan& span : joined(std::move(*lost))) {
    const TimeSpan later{std::max(span.begin, *first), span.end};
    const Result<bool> sums = has_sums_in(database, later);
    if (!sums) return sums.error();
    if (!*sums) continue;  // there is nothing to lose
    kept.push_back(later);
    out.records_lost = true;
  }
  kept = joined(std::move(kept));
  out.made = all_but(kept);
  for (const TimeSpan& span : kept) {
    const Result<bool> sums = has_sums_in(database, span);
    if (!sums) return sums.error();
    if (*sums) out.stay.push_back(span);
  }
  return out;
}

bool contains(const std::vector<TimeSpan>& spans, std::int64_t time) {
  return std::any_of(spans.begin(), spans.end(), [time](const TimeSpan& span) {
    return time >= span.begin && time < span.end;
  });
}

std::optional<std::string> unproven(const SumTimes& times) {
  if (times.stay.empty()) return std::nullopt;
  std::string which;
  for (const TimeSpan& span : times.stay) which += (which.empty() ? "" : ", ") + words(span);
  return "the sums of times whose records are deleted or lost stay as they were and cannot be "
         "proven (" +
         which + (times.made.empty() ? ")" : "), the others were made anew of the records") +
         ": compare them with a copy of the ledger, or with what an exporter has sent";
}

}  // namespace tollgate::ledger
