// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_list.hpp"

#include <algorithm>
#include <tuple>

namespace tollgate::pricing {
namespace {

auto key_of(const PriceEntry& entry) {
  return std::tuple(std::string_view(entry.model), entry.scope, entry.tier);
}

std::string_view key_of(const Adjustment& adjustment) { return adjustment.client; }

template <class Dated>
bool comes_before(const Dated& a, const Dated& b) {
  if (key_of(a) != key_of(b)) return key_of(a) < key_of(b);
  return std::tie(a.from, a.line) < std::tie(b.from, b.line);
}

template <class Dated>
bool applies(const Dated& dated, UtcTime time) {
  return dated.from <= time && (!dated.until || time < *dated.until);
}

std::string described(const PriceEntry& entry) {
  std::string out = "the price of " + entry.model;
  if (entry.scope != Scope::any) out.append(", scope ").append(to_string(entry.scope));
  return out.append(", tier ").append(to_string(entry.tier));
}

std::string described(const Adjustment& adjustment) {
  return adjustment.client.empty() ? "the adjustment for every client"
                                   : "the adjustment for client " + adjustment.client;
}

/// Between two neighbours of one key: the first may go on as far as the second begins, no further,
/// and must not end before.
template <class Dated>
void compare(const Dated& before, const Dated& after, std::vector<PriceFault>& faults) {
  const std::string other =
      " (line " + std::to_string(before.line) + ", from " + to_date(before.from) + ")";
  if (before.from == after.from) {
    faults.push_back({after.line, described(after) + " from " + to_date(after.from) +
                                      " is given twice: on this line and on line " +
                                      std::to_string(before.line)});
  } else if (before.until && *before.until > after.from) {
    faults.push_back({after.line, described(after) + " from " + to_date(after.from) +
                                      " overlaps the one before it" + other +
                                      ": end that one with until: " + to_date(after.from) +
                                      ", or without until"});
  } else if (before.until && *before.until < after.from) {
    faults.push_back({after.line, described(after) + " from " + to_date(after.from) +
                                      " leaves a gap from " + to_date(*before.until) + " to " +
                                      to_date(after.from) + " behind the one before it" + other});
  }
}

template <class Dated>
void check_times(std::vector<Dated> sorted, std::vector<PriceFault>& faults) {
  std::sort(sorted.begin(), sorted.end(), comes_before<Dated>);
  for (const Dated& dated : sorted) {
    if (dated.until && *dated.until <= dated.from) {
      faults.push_back({dated.line, described(dated) + " ends on " + to_date(*dated.until) +
                                        ", not after it begins"});
    }
  }
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (key_of(sorted[i - 1]) == key_of(sorted[i])) compare(sorted[i - 1], sorted[i], faults);
  }
}

/// Of several of one key that apply the last: one without an end ends there.
template <class Iterator>
Iterator last_that_applies(Iterator begin, Iterator end, UtcTime time) {
  Iterator found = end;
  for (Iterator at = begin; at != end; ++at) {
    if (applies(*at, time)) found = at;
  }
  return found;
}

struct ByClient {
  bool operator()(const Adjustment& a, std::string_view b) const { return a.client < b; }
  bool operator()(std::string_view a, const Adjustment& b) const { return a < b.client; }
};

/// How near the question was to an answer.
int nearness(std::string_view missing) {
  if (missing == no_price::kModel) return 0;
  if (missing == no_price::kScope) return 1;
  return missing == no_price::kTier ? 2 : 3;
}

}  // namespace

PriceList::PriceList(std::string currency, std::vector<PriceEntry> entries,
                     std::vector<Adjustment> adjustments, CapacityList capacities)
    : currency_(std::move(currency)),
      entries_(std::move(entries)),
      adjustments_(std::move(adjustments)),
      capacities_(std::move(capacities)) {
  std::sort(entries_.begin(), entries_.end(), comes_before<PriceEntry>);
  std::sort(adjustments_.begin(), adjustments_.end(), comes_before<Adjustment>);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].id = price_id(entries_[i], currency_);
    Range& range = models_.emplace(entries_[i].model, Range{i, i}).first->second;
    range.end = i + 1;
  }
}

FoundPrice PriceList::find_for(std::string_view model, const PriceQuestion& question) const {
  const auto range = models_.find(model);
  if (range == models_.end()) return {nullptr, no_price::kModel};
  FoundPrice out{nullptr, no_price::kScope};
  for (const Scope scope : {question.scope, Scope::any}) {
    for (std::size_t i = range->second.begin; i < range->second.end; ++i) {
      const PriceEntry& entry = entries_[i];
      if (entry.scope != scope) continue;
      if (nearness(out.missing) < 2) out.missing = no_price::kTier;
      if (entry.tier != question.tier) continue;
      out.missing = no_price::kTime;
      if (applies(entry, question.time)) out.entry = &entry;  // the last one: see until
    }
    if (out.entry != nullptr) return {out.entry, {}};
  }
  return out;
}

FoundPrice PriceList::find(const PriceQuestion& question) const {
  const FoundPrice exact = find_for(question.model, question);
  const std::string_view family = without_date(question.model);
  if (exact.entry != nullptr || family.empty()) return exact;
  const FoundPrice wider = find_for(family, question);
  const bool nearer = wider.entry != nullptr || nearness(wider.missing) > nearness(exact.missing);
  return nearer ? wider : exact;
}

std::int64_t PriceList::adjustment(std::string_view client, UtcTime time) const {
  for (const std::string_view whose : {client, std::string_view()}) {
    const auto [begin, end] =
        std::equal_range(adjustments_.begin(), adjustments_.end(), whose, ByClient());
    const auto found = last_that_applies(begin, end, time);
    if (found != end) return found->millionths;
  }
  return 0;
}

std::vector<PriceFault> faults_of(const std::vector<PriceEntry>& entries,
                                  const std::vector<Adjustment>& adjustments) {
  std::vector<PriceFault> out;
  check_times(entries, out);
  check_times(adjustments, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const PriceFault& a, const PriceFault& b) { return a.line < b.line; });
  return out;
}

}  // namespace tollgate::pricing
