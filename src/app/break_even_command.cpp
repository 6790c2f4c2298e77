// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "break_even.hpp"
#include "commands.hpp"
#include "report_period.hpp"
#include "text_table.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/pricing/provisioned_models.hpp"
#include "wrapped_text.hpp"

namespace tollgate::app {
namespace {

using pricing::Int128;
using std::chrono::hours;

/// The whole hours that a report is of.
struct WholeHours {
  UtcTime from;
  UtcTime until;

  std::int64_t count() const { return std::chrono::duration_cast<hours>(until - from).count(); }
};

/// Of the period those hours that are over and of which records are kept.
Result<WholeHours> whole_hours(ledger::LedgerReader& reader, const ledger::Period& period,
                               UtcTime now) {
  const auto kept = reader.kept_time(ledger::SumSource::records);
  if (!kept) return kept.error();
  if (!kept->first) return Error{Errc::not_found, "the ledger has no records"};
  const WholeHours out{pricing::hour_of(std::max(*kept->first, period.from.value_or(*kept->first))),
                       pricing::hour_of(std::min(now, period.until.value_or(now)))};
  if (out.from >= out.until)
    return Error{Errc::not_found, "no whole hour of that time is over of which there are records"};
  return out;
}

Result<BreakEven> read_traffic(ledger::LedgerReader& reader, const WholeHours& time,
                               const pricing::Pricer& pricer) {
  BreakEven out(pricer);
  const auto read = [&](void (BreakEven::*take)(const usage::UsageRecord&)) {
    return reader.for_each_counting({time.from, time.until}, [&](const usage::UsageRecord& counting,
                                                                 ledger::RecordState state) {
      if (state != ledger::RecordState::awaiting) (out.*take)(counting);
    });
  };
  Result<void> done = read(&BreakEven::add);
  if (done && out.has_unnamed()) done = read(&BreakEven::add_unnamed);
  if (!done) return done.error();
  out.finish();
  return out;
}

/// As reports have amounts: what is small is not nothing.
std::string money(Int128 nano) { return pricing::to_fixed(nano, pricing::kNanoDecimals); }

/// A part of a whole, in percent with one decimal; "-" of nothing.
std::string percent(Int128 part, Int128 whole) {
  if (whole == 0) return "-";
  return pricing::to_fixed(pricing::divide_half_even(part * 1'000, whole), 1) + " %";
}

/// Of records of which some have no amount; "-" where none has one.
std::string money_of(Int128 nano, std::int64_t records, std::int64_t without) {
  return records > 0 && without == records ? "-" : money(nano);
}

Int128 capacity_tokens(std::span<const pricing::Capacity> history, const WholeHours& time,
                       std::string_view currency) {
  Int128 out = 0;
  for (UtcTime hour = time.from; hour < time.until; hour += hours(1)) {
    const auto one = pricing::capacity_in(history, hour, currency);
    if (one) out += one->tokens.value_or(0);
  }
  return out;
}

/// All traffic of a deployment, whatever models its records name.
BreakEven::Provisioned traffic_of(const BreakEven& even, const pricing::Capacity& capacity) {
  BreakEven::Provisioned out;
  for (const auto& [key, sum] : even.provisioned()) {
    if (std::get<0>(key) != capacity.backend || std::get<1>(key) != capacity.deployment) continue;
    out.records += sum.records;
    out.unpriced += sum.unpriced;
    out.list_nano += sum.list_nano;
    out.weight += sum.weight;
  }
  return out;
}

void print_provisioned(const BreakEven& even, const pricing::PriceList& list,
                       const WholeHours& time) {
  TextTable table({"provisioned", "model", "records", "capacity", "by token", "difference",
                   "capacity/by token", "utilised", "unpriced"},
                  2);
  for (const auto history : list.capacities().deployments()) {
    const pricing::Capacity& last = history.back();
    const Int128 cost = capacity_cost(history, time.from, time.until, list.currency());
    const BreakEven::Provisioned sum = traffic_of(even, last);
    table.add({last.backend + "/" + last.deployment, last.model, std::to_string(sum.records),
               money(cost), money_of(sum.list_nano, sum.records, sum.unpriced),
               money_of(sum.list_nano - cost, sum.records, sum.unpriced),
               percent(cost, sum.list_nano),
               percent(sum.weight, capacity_tokens(history, time, list.currency())),
               std::to_string(sum.unpriced)});
  }
  if (!table.empty()) std::cout << table.text() << "\n";
}

/// What a PTU may cost for an hour for the same traffic to cost the same, as prices are written.
std::string even_price(Int128 nano, std::int64_t ptu, const WholeHours& time) {
  constexpr Int128 kPicosPerNano = 1'000;
  return pricing::to_decimal(
      pricing::divide_half_even(nano * kPicosPerNano, Int128{ptu} * time.count()),
      pricing::kPicoDecimals);
}

/// By which prices each amount is: two of them are by no re-rating.
constexpr const char* kWhosePrices =
    "Capacity, and what it served by the token, are by the prices of the configuration, whatever "
    "a re-rating has changed; the cost of traffic by the token is what counts now, re-ratings "
    "included.";

void print_by_token(const BreakEven& even, const WholeHours& time,
                    const std::optional<Int128>& hourly) {
  TextTable table({"by token", "model", "records", "cost", "busiest minute", "PTU", "even PTU-hour",
                   "capacity", "difference", "unknown"},
                  2);
  for (const auto& [key, sum] : even.by_token()) {
    const auto& [backend, deployment, model] = key;
    const pricing::ProvisionedModel& known = *pricing::find_provisioned_model(model);
    const std::int64_t ptu = BreakEven::ptu_for(known, sum);
    const Int128 cost =
        hourly ? pricing::divide_half_even(*hourly * ptu * time.count(), 1'000) : Int128{0};
    table.add({std::string(backend).append("/").append(deployment), model,
               std::to_string(sum.records), money_of(sum.nano, sum.records, sum.without),
               pricing::to_decimal(sum.busiest, 0), std::to_string(ptu),
               sum.without == sum.records ? "-" : even_price(sum.nano, ptu, time),
               hourly ? money(cost) : "-",
               hourly ? money_of(sum.nano - cost, sum.records, sum.without) : "-",
               std::to_string(sum.without)});
  }
  if (!table.empty()) std::cout << table.text();
}

}  // namespace

int break_even(const BreakEvenOptions& options) {
  const UtcTime now = std::chrono::system_clock::now();
  const auto zone = find_time_zone({options.config_path, {}}, {});
  if (!zone) return complain(zone.error());
  const auto period = parse_period(options.period, now, *zone);
  if (!period) return complain(period.error());
  std::optional<Int128> hourly;
  if (!options.hourly_per_ptu.empty()) {
    const Result<Int128> price = pricing::parse_price(options.hourly_per_ptu);
    if (!price) return complain("tollgate: --hourly-per-ptu " + price.error().message);
    hourly = *price;
  }
  config::LoadResult loaded = load_without_secrets(options.config_path);
  if (!loaded.config) {
    std::cerr << config::format_errors(options.config_path, loaded.errors);
    return 1;
  }
  const pricing::PriceList list = loaded.config->prices.list;
  if (list.empty()) return complain("tollgate: the configuration has no prices");
  loaded.config->prices.list = at_list_prices(list);
  const pricing::Pricer pricer = config::make_pricer(*loaded.config);
  const auto reader = ledger::LedgerReader::open(loaded.config->ledger.path);
  if (!reader) return complain_of_ledger(reader.error());
  const Result<WholeHours> time = whole_hours(**reader, *period, now);
  if (!time) return complain_of_ledger(time.error());
  const Result<BreakEven> even = read_traffic(**reader, *time, pricer);
  if (!even) return complain_of_ledger(even.error());
  std::cout << "from " << pricing::to_minute(time->from) << " to "
            << pricing::to_minute(time->until) << ", in " << list.currency() << "\n\n";
  print_provisioned(*even, list, *time);
  print_by_token(*even, *time, hourly);
  std::cout << "\n" << wrapped(kWhosePrices, 0);
  return tell_faults((*reader)->faults());
}

}  // namespace tollgate::app
