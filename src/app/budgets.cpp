// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "budgets.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "quota_actions.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/forecast.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::app {
namespace {

using quotas::Period;
using std::chrono::days;
using std::chrono::sys_days;

/// Four weeks hold every weekday as often.
constexpr days kMostDays{28};
constexpr double kSecondsOfDay = 86'400;

double in_days(UtcTime from, UtcTime to) {
  return std::chrono::duration<double>(to - from).count() / kSecondsOfDay;
}

/// Of a limit what was used, in its window and day by day before today.
struct Burn {
  Budget out;
  quotas::LimitKey key;
  std::map<sys_days, UseSums> window_days;  ///< of the window alone
  std::map<sys_days, UseSums> all_days;

  /// In the limit's own measure.
  double amount_of(const UseSums& sums) const {
    return static_cast<double>(units_of(sums)) / static_cast<double>(quotas::units_per_amount(key));
  }
  std::int64_t units_of(const UseSums& sums) const {
    return quotas::units_of(sums.use(), key, out.rule.limit.assume).value_or(0);
  }
};

bool has_windows(const quotas::Rule& rule) {
  return rule.limit.period != Period::none && rule.limit.period != Period::minute;
}

std::vector<Burn> burns_of(const BudgetQuestion& question) {
  std::vector<Burn> out;
  std::vector<quotas::LimitState> states;
  for (const quotas::Rule& rule : question.rules) {
    if (!has_windows(rule)) continue;
    Burn& burn = out.emplace_back();
    burn.out.rule = rule;
    burn.key = key_of(rule);
    burn.out.window = quotas::window_of(question.now, rule.limit.period, question.zone);
    burn.out.amount = rule.limit.amount;
    for (const quotas::TopUp& top_up : rule.limit.top_ups) {
      if (holds(burn.out.window, top_up.date, question.zone)) burn.out.amount += top_up.amount;
    }
    quotas::LimitState& state = states.emplace_back();
    state.rule = std::make_shared<quotas::Rule>(rule);
    state.window = burn.out.window;
  }
  const Changes changes = changes_in(question.actions, states);
  for (Burn& burn : out) {
    const auto more = changes.top_ups.find(burn.key);
    if (more != changes.top_ups.end()) burn.out.amount += more->second;
    const auto less = changes.forgiven.find(burn.key);
    if (less != changes.forgiven.end())
      burn.out.forgiven = less->second / quotas::units_per_amount(burn.key);
  }
  return out;
}

/// The whole days before today that the ledger has, at most kMostDays of them.
struct DaysBefore {
  sys_days from;
  sys_days today;

  std::size_t count() const {
    return from < today ? static_cast<std::size_t>((today - from).count()) : 0;
  }
};

DaysBefore days_before(const std::optional<UtcTime>& first, const BudgetQuestion& question) {
  DaysBefore out;
  out.today = sys_days(question.zone.date_at(question.now));
  out.from = out.today - kMostDays;
  if (!first) return {out.today, out.today};
  sys_days known(question.zone.date_at(*first));
  if (question.zone.start_of(Date(known)) < *first) known += days(1);
  out.from = std::max(out.from, known);
  return out;
}

/// What comes is taken to come as on those days.
struct Course {
  std::vector<double> days;
  double left_of_today = 1;  ///< the part of it that is to come

  /// From now until the end of the day that is `ahead` days from now; 0: today.
  double until(std::size_t ahead) const {
    const double first = reports::forecast(days, 1)->expected;
    if (ahead == 0) return first * left_of_today;
    return reports::forecast(days, ahead + 1)->expected - first * (1 - left_of_today);
  }
};

void project_by_days(Burn& burn, const DaysBefore& before, const BudgetQuestion& question) {
  Budget& out = burn.out;
  const UtcTime tomorrow = question.zone.start_of(Date(before.today + days(1)));
  Course course;
  for (sys_days day = before.from; day < before.today; day += days(1)) {
    const auto found = burn.all_days.find(day);
    course.days.push_back(found == burn.all_days.end() ? 0 : burn.amount_of(found->second));
  }
  course.left_of_today = std::min(1.0, in_days(question.now, tomorrow));
  // The window's last day; it ends where the next one begins.
  const sys_days last(question.zone.date_at(out.window.end - microseconds(1)));
  const auto ahead = static_cast<std::size_t>((last - before.today).count());
  const auto spent = static_cast<double>(out.spent);
  out.projected = spent + course.until(ahead);
  const double left = in_days(question.now, out.window.end);
  out.per_day = left > 0 ? (out.projected - spent) / left : 0;
  out.basis = "least squares over " + reports::to_text(Date(before.from)) + " to " +
              reports::to_text(Date(before.today - days(1)));
  for (std::size_t day = 0; day <= ahead && !out.exhausted_on; ++day) {
    if (spent + course.until(day) >= static_cast<double>(out.amount))
      out.exhausted_on = Date(before.today + days(day));
  }
}

/// Of short windows, and where few days are known: it goes on as in the window so far.
void project_by_pace(Burn& burn, const std::optional<UtcTime>& first,
                     const BudgetQuestion& question) {
  Budget& out = burn.out;
  const UtcTime begun = std::clamp(first.value_or(question.now), out.window.begin, question.now);
  const double gone = in_days(begun, question.now);
  const double left = in_days(question.now, out.window.end);
  const auto spent = static_cast<double>(out.spent);
  const double used = burn.amount_of(out.sums);
  out.per_day = gone > 0 ? used / gone : 0;
  out.projected = spent + out.per_day * left;
  out.basis = "the window so far";
  if (out.per_day <= 0 || out.projected < static_cast<double>(out.amount)) return;
  const double until = (static_cast<double>(out.amount) - spent) / out.per_day;
  const seconds wait(static_cast<std::int64_t>(std::max(until, 0.0) * kSecondsOfDay));
  out.exhausted_on = question.zone.date_at(question.now + wait);
}

/// What has been is no estimate.
void note_exhausted(Burn& burn) {
  Budget& out = burn.out;
  if (out.spent < out.amount) return;
  const double most = static_cast<double>(out.amount) + static_cast<double>(out.forgiven);
  UseSums so_far;
  for (const auto& [day, sums] : burn.window_days) {
    so_far.add(sums);
    out.exhausted_on = Date(day);
    if (burn.amount_of(so_far) >= most) return;
  }
}

}  // namespace

Result<BudgetAnswer> ask_budgets(ledger::LedgerReader& reader, const BudgetQuestion& question) {
  BudgetAnswer answer;
  std::vector<Burn> burns = burns_of(question);
  if (burns.empty()) return answer;
  const Result<bool> rolled_up = reader.has_rollups();
  if (!rolled_up) return rolled_up.error();
  answer.source = *rolled_up ? ledger::SumSource::rollups : ledger::SumSource::records;
  const Result<ledger::KeptTime> kept = reader.kept_time(answer.source);
  if (!kept) return kept.error();
  const DaysBefore before = days_before(kept->first, question);
  UtcTime from = question.zone.start_of(Date(before.from));
  for (const Burn& burn : burns) from = std::min(from, burn.out.window.begin);
  answer.period.from = from;
  ledger::ShareQuery query;
  query.period.from = from;
  query.source = answer.source;
  query.parts_of = [](UtcTime) { return ledger::DayParts{ledger::DayParts::Kind::many, {}}; };
  const Result<void> read = reader.for_each_share(query, [&](const ledger::UsageShare& share) {
    if (reports::kind_of_reason(share.record.cost_reason) != reports::RowKind::operations) return;
    answer.any = true;
    const sys_days day(question.zone.date_at(share.begin));
    for (Burn& burn : burns) {
      if (!counts_for(burn.out.rule.subject, share.record)) continue;
      burn.all_days[day].add(share);
      const quotas::Window& window = burn.out.window;
      if (share.begin < window.begin || share.begin >= window.end) continue;
      burn.window_days[day].add(share);
      burn.out.sums.add(share);
    }
  });
  if (!read) return read.error();
  for (Burn& burn : burns) {
    const std::int64_t used = burn.units_of(burn.out.sums) / quotas::units_per_amount(burn.key);
    burn.out.spent = std::max<std::int64_t>(used - burn.out.forgiven, 0);
    const bool is_long = burn.out.rule.limit.period >= Period::week;
    if (is_long && before.count() >= reports::kFewestDays) {
      project_by_days(burn, before, question);
    } else {
      project_by_pace(burn, kept->first, question);
    }
    note_exhausted(burn);
    answer.budgets.push_back(std::move(burn.out));
  }
  return answer;
}

}  // namespace tollgate::app
