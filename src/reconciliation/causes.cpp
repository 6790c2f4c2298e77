// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "causes.hpp"

#include <array>

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kPicosPerNano = 1'000;
constexpr std::int64_t kMillionth = 1'000'000;

std::string operations(std::int64_t number) {
  return std::to_string(number) + (number == 1 ? " operation" : " operations");
}

/// A doubt and what it says.
struct DoubtRow {
  std::string_view word;
  std::int64_t Doubts::*count;
  std::string_view text;
};
constexpr std::array kDoubtRows{
    DoubtRow{cause::kInterrupted, &Doubts::interrupted,
             "the gateway stopped in the middle, and what they used is not known whole"},
    DoubtRow{cause::kUnreported, &Doubts::unreported,
             "the backend may have worked, and nothing is known of what was used"},
    DoubtRow{cause::kPartial, &Doubts::partial,
             "not all that is billed was in the backend's answer"},
    DoubtRow{cause::kEstimated, &Doubts::estimated,
             "Tollgate counted, for the backend reported nothing"},
    DoubtRow{cause::kAwaiting, &Doubts::awaiting, "still going on at the backend"},
    DoubtRow{cause::kAcrossMidnight, &Doubts::across_midnight,
             "began on this day (UTC) and ended on the next, where Azure may count them"}};

void add_doubts(const Doubts& doubts, std::vector<Cause>& out) {
  for (const DoubtRow& row : kDoubtRows) {
    const std::int64_t count = doubts.*row.count;
    if (count > 0) out.push_back({row.word, operations(count) + ": " + std::string(row.text)});
  }
}

void add_lost(const Evidence& evidence, std::vector<Cause>& out) {
  if (evidence.terms->records_lost)
    out.push_back({cause::kLost,
                   "the ledger has lost records of this time, or retention has "
                   "deleted some"});
}

/// More at Azure than here.
void more_at_azure(ComparedRow& row, const Evidence& evidence) {
  if (evidence.place != nullptr) add_doubts(evidence.place->doubts, row.causes);
  add_lost(evidence, row.causes);
  const bool doubted = !row.causes.empty();
  const std::string whose =
      "other callers on the same resource (a key that is used past the gateway, another gateway)";
  std::string text = doubted ? "what the above does not explain: " + whose
                             : "every record here is reported and none is lost: " + whose;
  if (evidence.of_requests && !doubted)
    text = "Azure counts requests that this gateway has not sent: " + whose;
  row.causes.push_back({cause::kOtherCallers, std::move(text)});
  row.explained = doubted;
}

void more_here(ComparedRow& row, const Evidence& evidence) {
  add_doubts(evidence.place->doubts, row.causes);
  const bool doubted = !row.causes.empty();
  row.causes.push_back(
      {cause::kMoreHere,
       doubted
           ? "or Azure's file is not complete yet"
           : "every record here is reported: Azure's file is not complete yet, or names another "
             "deployment"});
  row.explained = doubted;
}

/// "3.52 a million", or nothing where nothing was used.
std::string a_million(Int128 picos, std::int64_t quantity, const std::string& currency) {
  if (quantity <= 0) return "nothing";
  const auto scaled = pricing::times(picos, kMillionth);
  if (!scaled) return "too much to say";
  return pricing::to_decimal(pricing::divide_half_even(*scaled, quantity), kBillDecimals) + " " +
         currency + " a million";
}

bool costs_are_equal(const ComparedRow& row, const Evidence& evidence) {
  if (!row.azure_cost || !row.our_nano) return true;
  const Int128 gap = *row.azure_cost - Int128{*row.our_nano} * kPicosPerNano;
  const std::int64_t rounded = evidence.place == nullptr ? 0 : evidence.place->operations;
  const Int128 most = Int128{rounded + 1} * kPicosPerNano;
  return gap <= most && -gap <= most;
}

/// The quantities are equal, and the costs are not.
void other_cost(ComparedRow& row, const Evidence& evidence) {
  const OurSum& ours = *evidence.ours;
  if (ours.unpriced > 0) {
    row.causes.push_back({cause::kUnpriced, std::to_string(ours.unpriced) + " of " +
                                                std::to_string(ours.quantity) +
                                                " have no price here"});
    return;
  }
  row.causes.push_back({cause::kPrice, "the quantities are equal: Azure charged " +
                                           a_million(*row.azure_cost, *row.azure_quantity,
                                                     evidence.terms->currency) +
                                           ", the price list here has " +
                                           a_million(Int128{*row.our_nano} * kPicosPerNano,
                                                     *row.our_quantity, evidence.terms->currency)});
  row.explained = false;
}

void name_unpriced(ComparedRow& row, const Evidence& evidence) {
  if (evidence.ours == nullptr || evidence.ours->unpriced == 0 || !row.our_nano) return;
  row.causes.push_back({cause::kUnpriced, std::to_string(evidence.ours->unpriced) + " of " +
                                              std::to_string(evidence.ours->quantity) +
                                              " have no price here"});
}

}  // namespace

void explain_gap(ComparedRow& row, const Evidence& evidence) {
  const std::int64_t azure = row.azure_quantity.value_or(0);
  const std::int64_t ours = row.our_quantity.value_or(0);
  if (azure > ours) {
    more_at_azure(row, evidence);
    name_unpriced(row, evidence);
  } else if (azure < ours) {
    if (!row.azure_quantity) row.causes.push_back({cause::kNoRow, "Azure's file has no row of it"});
    more_here(row, evidence);
    name_unpriced(row, evidence);
  } else if (evidence.ours != nullptr && !costs_are_equal(row, evidence)) {
    other_cost(row, evidence);
  }
}

}  // namespace tollgate::reconciliation
