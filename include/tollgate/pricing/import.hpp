// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/price_entry.hpp"

// Price lists of others, made into entries of ours. Nothing is guessed: what a table does not know
// is a warning, and is left out.
namespace tollgate::pricing {

struct ImportedPrices {
  std::string currency;
  std::vector<PriceEntry> entries;    ///< by model, scope and tier
  std::vector<std::string> warnings;  ///< what was left out, and why
};

/// LiteLLM's model_prices_and_context_window.json: its `azure/...` entries, in USD. It has no
/// dates: `from` is the day from which its prices are to hold. Error invalid_input: it is no such
/// file.
Result<ImportedPrices> import_litellm(std::string_view json, UtcTime from);

/// A file of prices (config::read_price_file) that says just this.
std::string to_yaml(const ImportedPrices& prices);

}  // namespace tollgate::pricing
