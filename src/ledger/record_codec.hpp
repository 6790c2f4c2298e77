// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// Longest text kept of one field; what is longer is cut. All ids of a list together are no longer.
/// With it no record outgrows kLargestPayload.
inline constexpr std::size_t kLongestText = 1024;
inline constexpr std::size_t kMostAttempts = 32;
inline constexpr std::size_t kMostTags = 64;
/// More than there are classes of prices: all are kept, or the parts would not add up.
inline constexpr std::size_t kMostComponents = 32;
/// Of a component's texts: the name of a class of prices, a price, a percentage.
inline constexpr std::size_t kLongestComponentText = 64;
inline constexpr std::size_t kLargestPayload = 288 * 1024;

/// Appends the record's journal form: fields as number (1 byte), length (4, little endian), bytes.
void encode_record(const usage::UsageRecord& record, std::string& out);

/// Reads it back. Unknown field numbers are skipped; nullopt when the bytes are no such sequence.
std::optional<usage::UsageRecord> decode_record(std::string_view bytes);

/// The same of fields without a record_id, such as those that a roll-up groups by.
std::optional<usage::UsageRecord> decode_fields(std::string_view bytes);

/// The value of the field `cost_components` alone, and back; nullopt as decode_record.
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

/// The id alone, for what needs no more; nullopt as decode_record.
std::optional<Uuid> decode_record_id(std::string_view bytes);

}  // namespace tollgate::ledger
