// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/capacity.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {
namespace {

using std::chrono::minutes;

constexpr std::int64_t kMinutesAnHour = 60;
constexpr std::int64_t kPicoPerNano = 1'000;
constexpr std::size_t kCapacityIdBytes = 16;  // of the SHA-256
constexpr std::string_view kMidnight = "T00:00Z";

constexpr std::array<std::pair<Allocate, std::string_view>, 4> kAllocations{
    {{Allocate::utilisation, "utilisation"},
     {Allocate::utilisation_of_capacity, "utilisation_of_capacity"},
     {Allocate::list_price, "list_price"},
     {Allocate::none, "none"}}};

auto deployment_of(const Capacity& entry) { return std::tie(entry.backend, entry.deployment); }

bool stands_before(const Capacity& a, const Capacity& b) {
  if (deployment_of(a) != deployment_of(b)) return deployment_of(a) < deployment_of(b);
  return std::tie(a.from, a.line) < std::tie(b.from, b.line);
}

/// An entry's minutes within an hour.
struct Piece {
  const Capacity* entry = nullptr;
  UtcTime begin;
  UtcTime end;

  std::int64_t length() const { return std::chrono::duration_cast<minutes>(end - begin).count(); }
};

std::vector<Piece> pieces_of(std::span<const Capacity> history, UtcTime hour) {
  std::vector<Piece> out;
  const UtcTime over = hour + minutes(kMinutesAnHour);
  for (std::size_t i = 0; i < history.size(); ++i) {
    UtcTime end = history[i].until.value_or(over);
    if (i + 1 < history.size()) end = std::min(end, history[i + 1].from);
    const Piece piece{&history[i], std::max(hour, history[i].from), std::min(over, end)};
    if (piece.begin < piece.end) out.push_back(piece);
  }
  return out;
}

/// The month (UTC) that a time is in: its beginning, and the next one's.
std::pair<UtcTime, UtcTime> month_of(UtcTime time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  const std::chrono::year_month month{day.year(), day.month()};
  const auto first = [](std::chrono::year_month of) {
    return UtcTime(std::chrono::sys_days(of / std::chrono::day(1)));
  };
  return {first(month), first(month + std::chrono::months(1))};
}

std::int64_t minutes_between(UtcTime begin, UtcTime end) {
  return std::chrono::duration_cast<minutes>(end - begin).count();
}

/// What a month's price comes to from its beginning up to a time. An hour costs the difference of
/// two of these: all hours of the month add up to its price.
Int128 nano_up_to(Int128 pico_a_month, UtcTime month, UtcTime next, UtcTime time) {
  return divide_half_even(pico_a_month * minutes_between(month, time),
                          Int128{minutes_between(month, next)} * kPicoPerNano);
}

Int128 nano_of_month(const Piece& piece) {
  const auto [month, next] = month_of(piece.begin);
  const Int128 price = *piece.entry->pico_a_month;
  return nano_up_to(price, month, next, piece.end) - nano_up_to(price, month, next, piece.begin);
}

std::int64_t hour_cost(const std::vector<Piece>& pieces) {
  Int128 pico_minutes = 0;
  Int128 nano = 0;
  for (const Piece& piece : pieces) {
    if (piece.entry->pico_a_month) {
      nano += nano_of_month(piece);
    } else {
      pico_minutes += piece.entry->pico_an_hour * piece.entry->ptu * piece.length();
    }
  }
  nano += divide_half_even(pico_minutes, Int128{kMinutesAnHour} * kPicoPerNano);
  return static_cast<std::int64_t>(nano);  // see the limits of an entry
}

std::optional<std::int64_t> hour_tokens(const std::vector<Piece>& pieces) {
  std::int64_t out = 0;
  for (const Piece& piece : pieces) {
    if (!piece.entry->tokens_per_minute) return std::nullopt;
    out += piece.entry->ptu * *piece.entry->tokens_per_minute * piece.length();
  }
  return out;
}

void append_piece(std::string& out, const Piece& piece) {
  const Capacity& entry = *piece.entry;
  for (const std::string_view part :
       {std::string_view(entry.backend), std::string_view(entry.deployment),
        to_string(entry.allocate)}) {
    out.append(part).append("\n");
  }
  for (const std::int64_t number :
       {entry.ptu, entry.output_weight, entry.tokens_per_minute.value_or(0), piece.length()}) {
    out.append(std::to_string(number)).append("\n");
  }
  const Int128 price = entry.pico_a_month.value_or(entry.pico_an_hour);
  out.append(entry.pico_a_month ? "month=" : "hour=").append(to_decimal(price, kPicoDecimals));
  out.append("\n");
}

std::string capacity_id(const std::vector<Piece>& pieces, std::string_view currency) {
  std::string text(currency);
  text.append("\n").append(to_minute(pieces.front().begin)).append("\n");
  for (const Piece& piece : pieces) append_piece(text, piece);
  const Sha256 digest = sha256(text);
  return to_hex({reinterpret_cast<const char*>(digest.data()), kCapacityIdBytes});
}

std::string described_capacity(const Capacity& entry) {
  return "the capacity of " + entry.backend + "/" + entry.deployment;
}

void compare_capacities(const Capacity& earlier, const Capacity& later,
                        std::vector<PriceFault>& faults) {
  if (deployment_of(earlier) != deployment_of(later)) return;
  const bool overlap = earlier.from == later.from || (earlier.until && *earlier.until > later.from);
  if (!overlap) return;
  faults.push_back({later.line, described_capacity(later) + " from " + to_minute(later.from) +
                                    " overlaps the one before it (line " +
                                    std::to_string(earlier.line) + ", from " +
                                    to_minute(earlier.from) + "): end that one with until: " +
                                    to_minute(later.from) + ", or without until"});
}

std::optional<CapacityHour> hour_of_pieces(const std::vector<Piece>& pieces, UtcTime hour) {
  if (pieces.empty()) return std::nullopt;
  const Capacity& last = *pieces.back().entry;
  return CapacityHour{.begin = hour,
                      .nano = hour_cost(pieces),
                      .allocate = last.allocate,
                      .output_weight = last.output_weight,
                      .model = last.model,
                      .tokens = hour_tokens(pieces),
                      .id = {}};
}

}  // namespace

std::string_view to_string(Allocate allocate) {
  return kAllocations[static_cast<std::size_t>(allocate)].second;
}

std::optional<Allocate> allocate_from_string(std::string_view text) {
  for (const auto& [allocate, word] : kAllocations) {
    if (word == text) return allocate;
  }
  return std::nullopt;
}

UtcTime hour_of(UtcTime time) { return UtcTime(std::chrono::floor<std::chrono::hours>(time)); }

std::optional<CapacityHour> capacity_in(std::span<const Capacity> history, UtcTime hour,
                                        std::string_view currency) {
  const std::vector<Piece> pieces = pieces_of(history, hour);
  std::optional<CapacityHour> out = hour_of_pieces(pieces, hour);
  if (out) out->id = capacity_id(pieces, currency);
  return out;
}

std::optional<CapacityHour> capacity_in(std::span<const Capacity> history, UtcTime hour) {
  return hour_of_pieces(pieces_of(history, hour), hour);
}

CapacityList::CapacityList(std::vector<Capacity> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(), stands_before);
}

std::vector<std::span<const Capacity>> CapacityList::deployments() const {
  std::vector<std::span<const Capacity>> out;
  for (auto begin = entries_.begin(); begin != entries_.end();) {
    const auto end = std::find_if(begin, entries_.end(), [&](const Capacity& entry) {
      return deployment_of(entry) != deployment_of(*begin);
    });
    out.emplace_back(begin, end);
    begin = end;
  }
  return out;
}

std::span<const Capacity> CapacityList::history(std::string_view backend,
                                                std::string_view deployment) const {
  const auto is_of = [&](const Capacity& entry) {
    return entry.backend == backend && entry.deployment == deployment;
  };
  const auto begin = std::find_if(entries_.begin(), entries_.end(), is_of);
  return {begin, std::find_if_not(begin, entries_.end(), is_of)};
}

const Capacity* CapacityList::at(std::string_view backend, std::string_view deployment,
                                 UtcTime time) const {
  const Capacity* out = nullptr;
  for (const Capacity& entry : history(backend, deployment)) {
    if (entry.from > time) break;
    out = !entry.until || time < *entry.until ? &entry : nullptr;
  }
  return out;
}

std::vector<PriceFault> faults_of(const std::vector<Capacity>& entries) {
  std::vector<PriceFault> out;
  const CapacityList sorted(entries);
  const std::vector<Capacity>& list = sorted.entries();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) compare_capacities(list[i - 1], list[i], out);
    if (!list[i].until || *list[i].until > list[i].from) continue;
    out.push_back({list[i].line, described_capacity(list[i]) + " ends at " +
                                     to_minute(*list[i].until) + ", not after it begins"});
  }
  return out;
}

std::optional<UtcTime> parse_minute(std::string_view text) {
  constexpr std::size_t kDate = 10;
  const std::optional<UtcTime> day = parse_date(text.substr(0, kDate));
  if (!day || text.size() == kDate) return day;
  if (text.size() != kDate + kMidnight.size()) return std::nullopt;
  std::string whole(text);
  return from_rfc3339(whole.insert(whole.size() - 1, ":00"));
}

std::string to_minute(UtcTime time) { return to_rfc3339(time).substr(0, 16) + "Z"; }

}  // namespace tollgate::pricing
