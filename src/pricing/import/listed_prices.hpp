// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {

/// One price as a list has it: of a class, in a region, from a day on.
struct ListedPrice {
  std::string model;
  Scope scope = Scope::any;
  Tier tier = Tier::standard;
  PriceClass price_class = PriceClass::input;
  std::int64_t above_prompt_tokens = 0;  ///< 0: not in a band
  bool short_prompts_only = false;       ///< not in a band, and not for long prompts either
  std::string region;                    ///< empty: everywhere
  std::string named;                     ///< what the list calls it, for warnings
  std::size_t line = 0;                  ///< of the list, from 1 on, likewise
  bool graduated = false;                ///< the list has several, by the amount used in a month
  UtcTime from;
  std::optional<UtcTime> until;  ///< exclusive
  Rate rate;
};

/// Warnings, each said once.
class ImportWarnings {
 public:
  void add(std::string text);
  std::vector<std::string> take() && { return std::move(texts_); }

 private:
  std::set<std::string, std::less<>> said_;
  std::vector<std::string> texts_;  // in the order in which they came
};

/// Makes entries of listed prices. Left out, with a warning: a class whose price differs between
/// regions, or is graduated, or is known inside or outside a band only.
class ListedPrices {
 public:
  void take(ListedPrice price);
  /// Error invalid_input: a region is chosen that the list does not have.
  Result<std::vector<PriceEntry>> entries(std::string_view region, ImportWarnings& warnings) &&;

 private:
  using Kind = std::tuple<std::string, Scope, Tier>;  // of what an entry is the price
  std::map<Kind, std::vector<ListedPrice>> kinds_;
  std::set<std::string, std::less<>> regions_;
};

}  // namespace tollgate::pricing
