// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// More than there are classes of prices: all are kept, or the parts would not add up.
inline constexpr std::size_t kMostComponents = 32;
/// Of a component's texts: the name of a class of prices, a price, a percentage.
inline constexpr std::size_t kLongestComponentText = 64;

/// Appends the value of the field `cost_components`, and reads it back; nullopt as decode_record.
void encode_components(const std::vector<usage::CostComponent>& components, std::string& out);
std::optional<std::vector<usage::CostComponent>> decode_components(std::string_view bytes);

/// Reads the value of the field `cost_components` one after the other without decoding it: sums
/// need no more.
class EncodedComponents {
 public:
  /// The bytes outlive it.
  explicit EncodedComponents(std::string_view bytes) : rest_(bytes) {}
  /// False: there is none left, or the bytes are no such list (failed()).
  bool next();
  bool failed() const { return failed_; }

  /// The component without its quantity and its cost, as encode_components has it.
  const std::string& price() const { return price_; }
  std::int64_t quantity() const { return quantity_; }
  std::int64_t cost_nano() const { return cost_nano_; }

 private:
  std::string_view rest_;
  std::string price_;
  std::int64_t quantity_ = 0;
  std::int64_t cost_nano_ = 0;
  bool failed_ = false;
};

}  // namespace tollgate::ledger
