// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/price_entry.hpp"

// Price lists of others, made into entries of ours. Nothing is guessed: what a table does not know,
// and what the list itself says in two ways, is a warning, and is left out.
namespace tollgate::pricing {

struct ImportedPrices {
  std::string currency;
  std::vector<PriceEntry> entries;    ///< by model, scope, tier and time
  std::vector<std::string> warnings;  ///< what was left out, and why
};

/// What a list does not say by itself.
struct ImportChoice {
  std::optional<UtcTime> since;  ///< from when a list without dates holds
  /// Whose price is taken where regions differ, as the list calls it; empty: nobody's.
  std::string region;
};

/// Any of the lists below; its content tells which. Error invalid_input: it is none of them, or the
/// choice does not fit it: a list without dates needs `since`, one with dates refuses it.
Result<ImportedPrices> import_prices(std::string_view text, const ImportChoice& choice);

/// LiteLLM's model_prices_and_context_window.json: its `azure/...` entries, in USD. It has no
/// dates: `choice.since` is set. Its regions are eu, us and apac. Error invalid_input: it is no
/// such file, or names no such region.
Result<ImportedPrices> import_litellm(std::string_view json, const ImportChoice& choice);

/// Answers of the Azure Retail Prices API: one page, an array of pages, or one after the other.
/// Regions are those of armRegionName. Errors as above, and where currencies are mixed.
Result<ImportedPrices> import_retail(std::string_view json, const ImportChoice& choice);

/// A price sheet of Cost Management as CSV. Regions are those of its column MeterRegion. Errors as
/// above.
Result<ImportedPrices> import_price_sheet(std::string_view csv, const ImportChoice& choice);

/// A file of prices (config::read_price_file) that says just this.
std::string to_yaml(const ImportedPrices& prices);

}  // namespace tollgate::pricing
