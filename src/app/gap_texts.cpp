// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gap_texts.hpp"

#include <optional>

namespace tollgate::app {
namespace {

using pricing::Int128;
using reconciliation::ComparedRow;
using reconciliation::ComparedTotal;

constexpr Int128 kPicosInNano = 1'000;
constexpr int kPercentPlaces = 2;

using Amount = std::optional<Int128>;

/// Numbers with so many decimals.
struct Decimals {
  int given = 0;
  int shown = 0;

  std::string text(Int128 number) const {
    Int128 unit = 1;
    for (int i = shown; i < given; ++i) unit *= 10;
    return pricing::to_decimal(pricing::divide_half_even(number, unit), shown);
  }
};

GapTexts gap_texts(const Amount& azure, const Amount& ours, const Decimals& decimals) {
  GapTexts out;
  if (azure) out.azure = decimals.text(*azure);
  if (!ours) return out;
  out.ours = decimals.text(*ours);
  const Int128 gap = azure.value_or(0) - *ours;
  out.gap = decimals.text(gap);
  const auto scaled = pricing::times(gap, 10'000);
  // Of a gap that is too small for the decimals, too: beside a gap of 0 a percent tells nothing.
  const bool any = out.gap != decimals.text(0);
  if (azure.value_or(0) > 0 && scaled && any)
    out.percent = pricing::to_fixed(pricing::divide_half_even(*scaled, *azure), kPercentPlaces);
  return out;
}

}  // namespace

GapTexts quantities_of(const ComparedRow& row) {
  return gap_texts(row.azure_quantity, row.our_quantity, {});
}

GapTexts quantities_of(const ComparedTotal& total) {
  return gap_texts(total.azure_quantity, total.our_quantity, {});
}

GapTexts costs_of(const ComparedRow& row, int decimals) {
  const Amount ours = row.our_nano ? Amount(*row.our_nano * kPicosInNano) : std::nullopt;
  return gap_texts(row.azure_cost, ours, {reconciliation::kBillDecimals, decimals});
}

GapTexts costs_of(const ComparedTotal& total, const std::string& bill_currency, int decimals) {
  GapTexts out =
      gap_texts(total.azure_cost, total.our_cost, {reconciliation::kBillDecimals, decimals});
  if (total.currency != bill_currency) out.gap.clear();
  return out;
}

}  // namespace tollgate::app
