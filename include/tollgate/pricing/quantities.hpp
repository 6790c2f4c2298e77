// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/pricing/price_class.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::pricing {

/// How much is known of what an operation used.
enum class Knowledge : std::uint8_t {
  unknown,  ///< nothing: it cannot be priced
  free,     ///< that nothing is charged, by the record's own reason and operation
  amounts,  ///< what `amounts` says; and more, where `lacking` says so
};

/// What an operation is billed for, each thing once.
struct Quantities {
  Knowledge knowledge = Knowledge::unknown;
  /// By class: tokens, calls, milliseconds, images or characters.
  std::array<std::int64_t, kPriceClassCount> amounts{};
  /// What decides the band: all tokens in.
  std::int64_t prompt_tokens = 0;
  /// The tokens are the sum of several requests, each with a band of its own: the one with the
  /// longest prompt had so many tokens in, where that is known.
  bool of_several_requests = false;
  std::optional<std::int64_t> longest_prompt;
  /// Of the images, as the record has it, whose texts these are; empty: nobody told.
  std::string_view image_size;
  std::string_view image_quality;
  /// Words of CostReason, commas between: why more may be billed than the amounts, or, when nothing
  /// is known, why. Empty: the amounts are all.
  std::string lacking;

  std::int64_t operator[](PriceClass price_class) const { return amounts[index_of(price_class)]; }
  std::int64_t& operator[](PriceClass price_class) { return amounts[index_of(price_class)]; }
};

/// Words of CostReason that are about the counts. Beside them stand those of UsageReason.
namespace lacking {
/// A part of the tokens is larger than its whole: what to multiply is not known.
inline constexpr std::string_view kContradiction = usage::reason::kCountsContradict;
inline constexpr std::string_view kNoCounts = "usage_unknown";
/// An operation without tokens that may be billed all the same, by another measure.
inline constexpr std::string_view kNotByToken = "not_by_token";
inline constexpr std::string_view kCompletion = "completion_unknown";
/// Cached tokens beside audio or images, and nobody told whose they are.
inline constexpr std::string_view kCachedSplit = "cached_split_unknown";
/// The backend's total is more than the tokens in and out: it counts something beside them.
inline constexpr std::string_view kTotal = "total_is_more";
}  // namespace lacking

/// Reads a record's billed quantities (docs/cost.md): uncached input is what is left of the prompt
/// without the cached and the cache-written part, without audio and without images; reasoning and
/// predictions are in the output. Images by their number and characters are billed where no tokens
/// were told.
Quantities quantities_of(const usage::UsageRecord& record);

}  // namespace tollgate::pricing
