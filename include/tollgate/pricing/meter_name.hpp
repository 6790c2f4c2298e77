// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/sku.hpp"

namespace tollgate::pricing {

/// What a meter of Azure's counts.
struct Meter {
  std::string_view model;
  Scope scope = Scope::any;
  Tier tier = Tier::standard;
  PriceClass price_class = PriceClass::input;
  std::int64_t above_prompt_tokens = 0;  ///< 0: not for long prompts
  bool short_prompts_only = false;
  std::string_view unit;  ///< with which its unit of measure must begin; empty: any
};

/// Reads a name by the tables of models and words, all of it: "5.6 sol ShortCo Cd Inp Std Gl 1M
/// Tokens". Error invalid_input: something in it is in no table, or it says too little or two
/// things at once; as the end of a sentence.
Result<Meter> read_meter_name(std::string_view name);

/// How long a prompt of the model, dated or not, is at most for the meters of short ones; 0: it has
/// none of its own for long ones, as far as is known.
std::int64_t long_prompt_of(std::string_view model);

/// How many tokens one unit of measure is ("1K", "1M Tokens"); nullopt: it is of no tokens, or not
/// known.
std::optional<std::int64_t> tokens_in_unit(std::string_view unit);

}  // namespace tollgate::pricing
