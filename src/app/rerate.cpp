// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "report_period.hpp"
#include "rerating.hpp"
#include "text_table.hpp"
#include "tollgate/allocation/shared_hour.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::app {
namespace {

using pricing::Capacity;
using std::chrono::hours;
using usage::CostAdjustment;
using usage::UsageRecord;

/// Adjustments of one transaction: a gateway that runs waits for no more.
constexpr std::size_t kWrittenAtOnce = 200;

/// Writes adjustments beside the gateway, some at a time.
class AdjustmentWriter {
 public:
  explicit AdjustmentWriter(std::unique_ptr<ledger::AdjustmentDesk> desk)
      : desk_(std::move(desk)) {}

  /// Without a desk nothing is written.
  void put(std::optional<CostAdjustment> adjustment) {
    if (!adjustment || desk_ == nullptr || !failed_) return;
    batch_.push_back(std::move(*adjustment));
    if (batch_.size() >= kWrittenAtOnce) write();
  }
  Result<std::size_t> finish() {
    if (failed_ && !batch_.empty()) write();
    if (failed_) return written_;
    Error error = failed_.error();
    error.message += "; " + counted(written_, "adjustment") +
                     " written before, which stay: run it again for the others";
    return error;
  }

 private:
  void write() {
    const Result<std::size_t> done = desk_->add(batch_);
    if (done) written_ += *done;
    if (!done) failed_ = done.error();
    batch_.clear();
  }

  std::unique_ptr<ledger::AdjustmentDesk> desk_;
  std::vector<CostAdjustment> batch_;
  Result<void> failed_;  ///< has a value while nothing has failed
  std::size_t written_ = 0;
};

/// The records of a period by another list.
class Rerate {
 public:
  /// `gateway`: its name, empty where nobody told.
  Rerate(const pricing::Pricer& pricer, std::string gateway, const std::string& ledger,
         const ledger::Period& period, UtcTime now, CurrencyChanges changes)
      : pricer_(pricer),
        gateway_(std::move(gateway)),
        ledger_(ledger),
        period_(period),
        now_(now),
        run_("rerate " + to_rfc3339(now)),
        rerating_(pricer, run_, now, changes) {}

  Result<std::size_t> run(std::unique_ptr<ledger::AdjustmentDesk> desk) {
    AdjustmentWriter writer(std::move(desk));
    auto reader = ledger::LedgerReader::open(ledger_);
    if (!reader) return reader.error();
    reader_ = std::move(*reader);
    Result<void> done = rerate_records(writer);
    for (const auto history : pricer_.list().capacities().deployments()) {
      if (done) done = rerate_hours(history, writer);
    }
    if (!done) return done.error();
    return writer.finish();
  }

  const Rerating& rerating() const { return rerating_; }
  std::int64_t unfinished() const { return unfinished_; }
  std::int64_t by_the_hour() const { return by_the_hour_; }
  /// Hours of capacity that have not been shared out, and the final records of them.
  std::int64_t open_hours() const { return open_hours_; }
  std::int64_t in_open_hours() const { return in_open_hours_; }
  const std::vector<std::string>& faults() const { return faults_; }
  /// What of the period is not there. After run().
  Result<PeriodFault> period_lacks() const {
    const auto kept = reader_->kept_time(ledger::SumSource::records);
    if (!kept) return kept.error();
    return period_fault(period_, *kept, !rerating_.sums().empty(), now_);
  }

 private:
  /// The record with the cost that counts for it now.
  Result<UsageRecord> counting(UsageRecord record) {
    const auto newest = reader_->adjustment_of(record.record_id);
    if (!newest) return newest.error();
    if (!*newest) return record;
    return usage::with_cost(std::move(record), (*newest)->adjustment.record);
  }

  Result<void> rerate_records(AdjustmentWriter& writer) {
    const Result<void> done = reader_->for_each_counting(
        period_, [&](const UsageRecord& counting, ledger::RecordState state) {
          if (is_left_out(counting, state)) return rerating_.note(counting);
          writer.put(rerating_.rerate(counting));
        });
    faults_ = reader_->faults();
    return done;
  }

  bool is_left_out(const UsageRecord& record, ledger::RecordState state) {
    const bool open = state == ledger::RecordState::awaiting;
    const bool by_hour = !open && pricing::is_of_capacity(record, pricer_.list().capacities());
    unfinished_ += open ? 1 : 0;
    by_the_hour_ += by_hour ? 1 : 0;
    return open || by_hour || record.usage_reason == usage::reason::kRecordDamaged;
  }

  /// The hours of the period that were closed, of a deployment that the list has; the others are
  /// counted.
  Result<void> rerate_hours(std::span<const Capacity> history, AdjustmentWriter& writer) {
    const auto hour_reader = ledger::HourReader::open(ledger_);
    if (!hour_reader) return hour_reader.error();
    const auto closed =
        (*hour_reader)->closed_to(history.front().backend, history.front().deployment);
    if (!closed) return closed.error();
    const auto first = first_hour(history);
    if (!first) return first.error();
    if (!*first) return {};
    const UtcTime until = period_.until.value_or(UtcTime::max());
    const UtcTime open = *closed ? **closed + hours(1) : **first;
    const UtcTime end = std::min(open, until);
    Result<void> done;
    UtcTime hour = **first;
    for (; done && hour + hours(1) <= end; hour += hours(1))
      done = rerate_hour(**hour_reader, history, hour, writer);
    return done ? count_open(**hour_reader, history, std::max(open, **first)) : done;
  }

  /// The first whole hour of the period whose records are all kept; nullopt: none are.
  Result<std::optional<UtcTime>> first_hour(std::span<const Capacity> history) {
    const auto kept = reader_->kept_time(ledger::SumSource::records);
    if (!kept) return kept.error();
    if (!kept->first) return std::optional<UtcTime>();
    UtcTime hour = pricing::hour_of(std::max(*kept->first, history.front().from));
    // Of the hour in which the last deleted record arrived others may be gone, too.
    if (kept->deleted_to) hour = std::max(hour, pricing::hour_of(*kept->deleted_to) + hours(1));
    if (period_.from && *period_.from > hour) {
      hour = pricing::hour_of(*period_.from);
      if (hour < *period_.from) hour += hours(1);
    }
    return std::optional(hour);
  }

  /// Those that have begun and whose capacity will be shared out.
  Result<void> count_open(ledger::HourReader& records, std::span<const Capacity> history,
                          UtcTime from) {
    const UtcTime until = std::min(now_, period_.until.value_or(UtcTime::max()));
    for (UtcTime hour = from; hour < until; hour += hours(1)) {
      const auto capacity = pricing::capacity_in(history, hour);
      open_hours_ += capacity && capacity->allocate != pricing::Allocate::none ? 1 : 0;
    }
    if (from >= until) return {};
    return records.for_each(from, until, [&](const UsageRecord& one) {
      in_open_hours_ += allocation::is_served_by(one, history, pricer_) ? 1 : 0;
    });
  }

  Result<void> rerate_hour(ledger::HourReader& records, std::span<const Capacity> history,
                           UtcTime hour, AdjustmentWriter& writer) {
    auto capacity = pricing::capacity_in(history, hour, pricer_.list().currency());
    if (!capacity || capacity->allocate == pricing::Allocate::none) return {};
    allocation::HourOfDeployment of{gateway_, history.front().backend, history.front().deployment,
                                    std::move(*capacity), pricer_};
    allocation::SharedHour shared(of, usage::AdjustmentKind::rerate, now_, " " + run_);
    const auto each = [&](const ledger::HourReader::Visit& visit) {
      return records.for_each(hour, hour + hours(1), [&](const UsageRecord& one) {
        if (allocation::is_served_by(one, history, pricer_)) visit(one);
      });
    };
    Result<void> put;
    const Result<void> read = records.at_once([&] {
      Result<void> done = each([&](const UsageRecord& one) {
        of.gateway = one.gateway;
        shared.weigh(one);
      });
      if (done) done = shared.share_out();
      if (!done) return done;
      return each([&](const UsageRecord& one) {
        if (put) put = put_counting(shared.adjust(one), writer);
      });
    });
    if (!read || !put) return read ? put : read;
    // Whose the hour was nobody can tell where nothing was served in it.
    return of.gateway.empty() ? Result<void>() : put_counting(shared.rest(), writer);
  }

  Result<void> put_counting(CostAdjustment next, AdjustmentWriter& writer) {
    const Result<UsageRecord> now = counting(usage::with_previous(next));
    if (!now) return now.error();
    writer.put(rerating_.take(*now, std::move(next)));
    return {};
  }

  const pricing::Pricer& pricer_;
  std::string gateway_;
  std::string ledger_;
  ledger::Period period_;
  UtcTime now_;
  std::string run_;
  Rerating rerating_;
  std::unique_ptr<ledger::LedgerReader> reader_;
  std::int64_t unfinished_ = 0;
  std::int64_t by_the_hour_ = 0;
  std::int64_t open_hours_ = 0;
  std::int64_t in_open_hours_ = 0;
  std::vector<std::string> faults_;
};

std::string amount(pricing::Int128 nano, std::int64_t records, std::int64_t without,
                   const std::string& currency = {}) {
  if (records > 0 && records == without) return "-";
  return pricing::to_fixed(nano, pricing::kNanoDecimals) + (currency.empty() ? "" : " " + currency);
}

/// Old and new where both are in one currency, and nothing lacks an amount on one side alone.
std::string difference(bool same_currency, const ReratedSum& sum) {
  return same_currency && sum.old_without == sum.new_without
             ? amount(sum.new_nano - sum.old_nano, sum.records, sum.new_without)
             : std::string("-");
}

void add_sum(TextTable& table, const Rerating::Key& key, const ReratedSum& sum) {
  const auto& [client, model, old_currency, new_currency] = key;
  table.add({client, model, std::to_string(sum.records),
             amount(sum.old_nano, sum.records, sum.old_without, old_currency),
             std::to_string(sum.old_without),
             amount(sum.new_nano, sum.records, sum.new_without, new_currency),
             std::to_string(sum.new_without), difference(old_currency == new_currency, sum),
             std::to_string(sum.changed)});
}

void print_table(const Rerating& rerating) {
  TextTable table({"client", "model", "records", "old", "without old", "new", "without new",
                   "difference", "changed"},
                  2);
  for (const auto& [key, sum] : rerating.sums()) add_sum(table, key, sum);
  for (const auto& [currencies, sum] : rerating.totals())
    add_sum(table, {"(all)", "", currencies.first, currencies.second}, sum);
  std::cout << table.text();
}

void print_json(const Rerating& rerating) {
  nlohmann::json out = nlohmann::json::array();
  const auto number = [](pricing::Int128 nano) {
    return pricing::to_decimal(nano, pricing::kNanoDecimals);
  };
  for (const auto& [key, sum] : rerating.sums()) {
    const auto& [client, model, old_currency, new_currency] = key;
    out.push_back({{"client", client},
                   {"model", model},
                   {"records", sum.records},
                   {"old", number(sum.old_nano)},
                   {"old_currency", old_currency},
                   {"old_without", sum.old_without},
                   {"new", number(sum.new_nano)},
                   {"new_currency", new_currency},
                   {"new_without", sum.new_without},
                   {"changed", sum.changed}});
  }
  std::cout << out.dump(2) << "\n";
}

std::string records_of(std::int64_t number) {
  return counted(static_cast<std::size_t>(number), "record");
}

/// What the table does not say, on standard error.
void tell_rest(const Rerate& rerate, bool has_capacity) {
  for (const auto& [reason, records] : rerate.rerating().lacks())
    std::cerr << records_of(records) << " by these prices: " << reason << "\n";
  if (rerate.rerating().kept() > 0)
    std::cerr << records_of(rerate.rerating().kept())
              << " whose cost stays: these prices know less of it\n";
  if (rerate.rerating().kept_in_currency() > 0)
    std::cerr << records_of(rerate.rerating().kept_in_currency())
              << " whose cost stays: it is in another currency than these prices "
                 "(--currency-changes takes theirs)\n";
  if (rerate.unfinished() > 0)
    std::cerr << records_of(rerate.unfinished()) << " left out: work that still goes on\n";
  if (rerate.rerating().unpriced() > 0)
    std::cerr << records_of(rerate.rerating().unpriced()) << " without a cost also then\n";
  if (rerate.open_hours() > 0)
    std::cerr << counted(static_cast<std::size_t>(rerate.open_hours()), "hour")
              << " of capacity left out: not shared out yet, with "
              << records_of(rerate.in_open_hours()) << "\n";
  if (rerate.by_the_hour() > 0 && !has_capacity)
    std::cerr << records_of(rerate.by_the_hour())
              << " left out: capacity served them, and these prices have no `provisioned`\n";
}

/// What the configuration says of deployments; without one nothing.
std::optional<config::Config> config_of(const LedgerChoice& choice) {
  if (choice.config_path.empty()) return config::Config();
  config::LoadResult loaded = load_without_secrets(choice.config_path);
  if (!loaded.config) std::cerr << config::format_errors(choice.config_path, loaded.errors);
  return std::move(loaded.config);
}

}  // namespace

int rerate(const RerateOptions& options) {
  const UtcTime now = std::chrono::system_clock::now();
  const auto zone = find_time_zone(options.ledger, {});
  if (!zone) return complain(zone.error());
  const auto period = parse_period(options.period, now, *zone);
  if (!period) return complain(period.error());
  config::PriceFile prices = config::load_price_file(options.prices);
  if (!prices.errors.empty()) {
    std::cerr << config::format_errors(options.prices, prices.errors);
    return 1;
  }
  const Result<std::string> path = find_ledger(options.ledger);
  if (!path) return complain(path.error());
  std::optional<config::Config> config = config_of(options.ledger);
  if (!config) return 1;
  config->prices = std::move(prices.prices);
  const pricing::Pricer pricer = config::make_pricer(*config);
  std::unique_ptr<ledger::AdjustmentDesk> desk;
  if (options.write) {
    auto opened = ledger::AdjustmentDesk::open(*path);
    if (!opened) return complain(opened.error());
    desk = std::move(*opened);
  }
  const bool told = !options.ledger.config_path.empty();
  Rerate work(pricer, told ? config->gateway.name : std::string(), *path, *period, now,
              options.currency_changes ? CurrencyChanges::adjust : CurrencyChanges::keep);
  const Result<std::size_t> written = work.run(std::move(desk));
  if (!written) return complain(written.error());
  if (options.format == "json") print_json(work.rerating());
  if (options.format != "json") print_table(work.rerating());
  std::cout.flush();
  tell_rest(work, !pricer.list().capacities().empty());
  if (options.write) std::cerr << counted(*written, "adjustment") << " written\n";
  const int lost = tell_faults(work.faults());
  const Result<PeriodFault> lacks = work.period_lacks();
  if (!lacks) return complain(lacks.error());
  warn(lacks->text);
  return lacks->lacks ? kIncomplete : lost;
}

}  // namespace tollgate::app
