// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "listed_prices.hpp"

namespace tollgate::pricing {

/// A row of one of Azure's lists, each member as its text has it; empty: the list does not say.
struct MeterRow {
  std::string meter;
  std::string product;
  std::string type;  ///< Consumption, or a way to pay that is not by use
  std::string unit;
  std::string price;
  std::string currency;
  std::string region;
  std::string from;
  std::string until;
  std::string least;     ///< the amount in a month from which the price is
  std::string included;  ///< the amount in a month that is free
  std::size_t line = 0;  ///< of the list, from 1 on, where it begins
  std::string twice;     ///< what the row says in two ways; empty: nothing
};

/// Makes prices of meters.
class MeterList {
 public:
  /// Error invalid_input: the list cannot be read on.
  std::optional<Error> take(const MeterRow& row);
  void warn(std::string text) { warnings_.add(std::move(text)); }
  Result<ImportedPrices> finish(const ImportChoice& choice) &&;

 private:
  Result<ListedPrice> read(const MeterRow& row) const;

  std::string currency_;
  ListedPrices prices_;
  ImportWarnings warnings_;
  std::size_t other_products_ = 0;
  std::size_t other_types_ = 0;
};

}  // namespace tollgate::pricing
