// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "causes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "price_causes.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

std::string operations(std::int64_t number) {
  return std::to_string(number) + (number == 1 ? " operation" : " operations");
}

/// Of which gaps a doubt may be the reason.
enum class GapOf : std::uint8_t {
  more_tokens_at_azure,
  more_requests_at_azure,
  more_tokens_here,
  more_requests_here
};

GapOf kind_of(const Evidence& evidence, bool more_at_azure) {
  if (more_at_azure)
    return evidence.of_requests ? GapOf::more_requests_at_azure : GapOf::more_tokens_at_azure;
  return evidence.of_requests ? GapOf::more_requests_here : GapOf::more_tokens_here;
}

/// A doubt and what it says. An operation is told of once: by the first that fits the gap.
struct DoubtRow {
  std::string_view word;
  std::int64_t Doubts::*count;
  std::string_view text;
  std::array<bool, 4> of;  ///< by GapOf
};
constexpr std::array kDoubtRows{
    DoubtRow{cause::kInterrupted,
             &Doubts::interrupted,
             "the gateway stopped in the middle, and what they used is not known whole",
             {true, true, false, true}},
    DoubtRow{cause::kUnreported,
             &Doubts::unreported,
             "the backend may have worked, and nothing is known of what was used",
             {true, false, false, true}},
    DoubtRow{cause::kPartial,
             &Doubts::partial,
             "not all that is billed was in the backend's answer",
             {true, false, false, false}},
    DoubtRow{cause::kEstimated,
             &Doubts::estimated,
             "Tollgate counted, for the backend reported nothing",
             {true, false, true, false}},
    DoubtRow{cause::kAwaiting,
             &Doubts::awaiting,
             "still going on at the backend",
             {true, false, false, false}},
    DoubtRow{cause::kAcrossMidnight,
             &Doubts::across_midnight,
             "began on this day (UTC) and ended on the next, where Azure may count them",
             {false, false, true, true}}};

void add_doubts(const Evidence& evidence, GapOf gap, std::vector<Cause>& out) {
  if (evidence.place == nullptr) return;
  std::array<std::int64_t, kDoubtRows.size()> counts{};
  for (const auto& doubted : evidence.place->doubted) {
    const auto fits = [&](const DoubtRow& row) {
      return doubted.first.*row.count != 0 && row.of[static_cast<std::size_t>(gap)];
    };
    const auto row = std::ranges::find_if(kDoubtRows, fits);
    if (row == kDoubtRows.end()) continue;
    counts[static_cast<std::size_t>(row - kDoubtRows.begin())] += doubted.second;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const DoubtRow& row = kDoubtRows[i];
    if (counts[i] != 0)
      out.push_back({row.word, operations(counts[i]) + ": " + std::string(row.text)});
  }
}

void add_carried(const Evidence& evidence, std::vector<Cause>& out) {
  if (evidence.carried.quantity == 0) return;
  out.push_back({cause::kAcrossMidnight,
                 "up to " + quantity_text(evidence.carried.quantity) +
                     " of operations that began on an earlier day (UTC), where the records have "
                     "them and Azure does not"});
}

/// Of requests alone, for tokens are of what was answered.
void add_failed(const Evidence& evidence, std::vector<Cause>& out) {
  if (!evidence.of_requests || evidence.ours == nullptr || evidence.ours->failed == 0) return;
  const bool one = evidence.ours->failed == 1;
  out.push_back({cause::kFailedTries, quantity_text(evidence.ours->failed) +
                                          (one ? " try" : " tries") +
                                          " here ended with a 5xx or with no answer: Azure's "
                                          "figure may be without " +
                                          (one ? "it" : "them")});
}

/// Whether records of the day are gone; that is said.
bool add_lost(ComparedRow& row, const Evidence& evidence) {
  const ComparisonTerms& terms = *evidence.terms;
  const bool deleted = row.place.day <= terms.deleted_to;
  if (deleted) {
    row.causes.push_back({cause::kLost, "retention has deleted records up to " + terms.deleted_to +
                                            ": whose the rest is cannot be told any more"});
  } else if (terms.records_lost) {
    row.causes.push_back({cause::kLost,
                          "the ledger has lost records of this time: whose the rest is cannot be "
                          "told"});
  }
  return deleted || terms.records_lost;
}

/// How much of a gap our own records have on another tier's meter, or Azure has there.
Int128 add_other_tiers(ComparedRow& row, const Evidence& evidence, bool more_at_azure) {
  Int128 all = 0;
  for (const OtherTier& other : evidence.other_tiers) {
    all += other.quantity;
    const std::string so_many = quantity_text(other.quantity) + " more on tier " +
                                std::string(pricing::to_string(other.tier));
    row.causes.push_back(
        {cause::kTier, more_at_azure ? "the records here have " + so_many +
                                           ": Azure billed another tier than they were priced by"
                                     : "Azure has " + so_many +
                                           ": it billed another tier than they were priced by"});
  }
  return all;
}

Int128 add_capacity(ComparedRow& row, const Evidence& evidence) {
  if (evidence.served_by_capacity == 0) return 0;
  row.causes.push_back(
      {cause::kByCapacity,
       quantity_text(evidence.served_by_capacity) +
           " here were served by capacity that is paid by the hour (by their sku, or "
           "prices.provisioned): "
           "Azure billed them by the token as well, or that sku is not the deployment's"});
  return evidence.served_by_capacity;
}

/// Of a gap for which the records know no reason: speech and images are counted here, and some
/// operations are estimated.
std::string without_doubt(const Evidence& evidence) {
  const bool all =
      evidence.place == nullptr || evidence.place->reported == evidence.place->operations;
  return all ? "every record here is reported" : "nothing that is doubted here can be the reason";
}

/// `known`: what the causes above may be at most.
void add_other_callers(ComparedRow& row, const Evidence& evidence, Int128 gap, Int128 known) {
  const std::string whose =
      "other callers on the same resource (a key that is used past the gateway, another gateway)";
  std::string text = without_doubt(evidence) + " and none is lost: " + whose;
  if (evidence.of_requests) text = "Azure counts requests that this gateway has not sent: " + whose;
  if (!row.causes.empty())
    text = quantity_text(gap - known) + " is more than the above can be: " + whose;
  row.causes.push_back({cause::kOtherCallers, std::move(text)});
}

void more_at_azure(ComparedRow& row, const Evidence& evidence, Int128 gap) {
  add_doubts(evidence, kind_of(evidence, true), row.causes);
  add_carried(evidence, row.causes);
  if (add_lost(row, evidence)) return;
  const Int128 elsewhere = add_other_tiers(row, evidence, true) + add_capacity(row, evidence);
  const Int128 doubted = evidence.possible + evidence.carried.quantity;
  row.explained = elsewhere == 0 && gap <= doubted;
  if (gap > doubted + elsewhere) add_other_callers(row, evidence, gap, doubted + elsewhere);
}

/// What our numbers may have too much, by the records themselves.
Int128 most_too_much(const Evidence& evidence) {
  return evidence.ours == nullptr ? Int128{0} : evidence.ours->doubted + evidence.across_midnight;
}

void more_here(ComparedRow& row, const Evidence& evidence, Int128 gap) {
  if (!row.azure_quantity) row.causes.push_back({cause::kNoRow, "Azure's file has no row of it"});
  const std::size_t before = row.causes.size();
  add_doubts(evidence, kind_of(evidence, false), row.causes);
  add_failed(evidence, row.causes);
  const Int128 elsewhere = add_other_tiers(row, evidence, false);
  const Int128 doubted = most_too_much(evidence);
  row.explained = elsewhere == 0 && gap <= doubted;
  if (gap <= doubted + elsewhere) return;
  std::string text = without_doubt(evidence);
  if (evidence.of_requests) text = "this gateway has sent more requests than Azure counts";
  if (row.causes.size() > before)
    text = quantity_text(gap - doubted - elsewhere) + " is more than the above can be";
  row.causes.push_back(
      {cause::kMoreHere, text + ": Azure's file is not complete yet, or names another deployment"});
}

}  // namespace

void explain_gap(ComparedRow& row, const Evidence& evidence) {
  const Int128 gap = row.azure_quantity.value_or(0) - row.our_quantity.value_or(0);
  if (gap > 0) more_at_azure(row, evidence, gap);
  if (gap < 0) more_here(row, evidence, -gap);
  if (!evidence.currency.empty() && evidence.ours != nullptr) explain_costs(row, evidence);
}

Int128 taken_of_possible(const ComparedRow& row, const Evidence& evidence) {
  const Int128 gap = row.azure_quantity.value_or(0) - row.our_quantity.value_or(0);
  return std::clamp(gap - evidence.carried.quantity, Int128{0}, evidence.possible);
}

}  // namespace tollgate::reconciliation
