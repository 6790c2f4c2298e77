// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rollup_table.hpp"
#include "tollgate/ledger/rollup.hpp"

namespace tollgate::ledger {

/// Appends the disk's form of the sums of that row (docs/ledger-format.md, section 6): numbers of 7
/// bits a byte, a check sum of row and numbers among them.
void encode_sums(const RollupSums& sums, const RollupPlace& place, std::string& out);

/// Adds what the bytes hold. False: they are no sums, or not those of that row, and `to` is not to
/// be used any more. What an earlier version wrote has no check sum, and is taken.
bool add_encoded_sums(std::string_view bytes, const RollupPlace& place, RollupSums& to,
                      int sign = 1);

/// Whether the bytes begin as an earlier version's.
bool lacks_check_sum(std::string_view bytes);

/// What roll-ups take of one record.
struct RollupShare {
  std::int64_t event_time = 0;  ///< microseconds
  std::string dimensions;       ///< the fields that reports group by, as the record has them
  RollupSums sums;              ///< without prices
  std::string_view components;  ///< the value of `cost_components`; lives as long as the payload
};

/// Out of a record in its journal form, without decoding the rest. What are no fields at all counts
/// as a damaged record.
RollupShare read_share(std::string_view payload);
/// As read_damaged() says it: for a record whose dimensions cannot be understood.
RollupShare damaged_share(std::string_view payload);

/// The same dimensions, with the words that come from a backend (model, service tier) in place of
/// which stands kOtherWords.
std::string without_free_words(std::string_view dimensions);
inline constexpr std::string_view kOtherWords = "(other)";

}  // namespace tollgate::ledger
