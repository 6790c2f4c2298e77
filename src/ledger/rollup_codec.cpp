// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>
#include <utility>

#include "record_codec.hpp"
#include "record_store.hpp"
#include "tollgate/base/crc32c.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::ledger {
namespace {

__extension__ using Bits128 = unsigned __int128;
constexpr std::size_t kFieldHead = 5;

/// What becomes of a field.
enum class Part : std::uint8_t { left_out, time, dimension, free_word, sum, components };
struct PartOf {
  Part part = Part::left_out;
  RollupCount count = RollupCount::operations;
};

struct Dimension {
  std::string_view field;
  Part part;
};
/// What reports group by. Of what a client or a user may write freely nothing is here: whoever
/// chooses his own words would choose how many roll-ups there are.
constexpr std::array kDimensions{Dimension{"client_name", Part::dimension},
                                 Dimension{"tags", Part::dimension},
                                 Dimension{"operation_id", Part::dimension},
                                 Dimension{"backend", Part::dimension},
                                 Dimension{"backend_deployment", Part::dimension},
                                 Dimension{"backend_region", Part::dimension},
                                 Dimension{"backend_tier", Part::dimension},
                                 Dimension{"model", Part::free_word},
                                 Dimension{"outcome", Part::dimension},
                                 Dimension{"usage_basis", Part::dimension},
                                 Dimension{"usage_reason", Part::dimension},
                                 Dimension{"service_tier", Part::free_word},
                                 Dimension{"sku", Part::dimension},
                                 Dimension{"cost_currency", Part::dimension},
                                 Dimension{"price_id", Part::dimension},
                                 Dimension{"cost_basis", Part::dimension},
                                 Dimension{"cost_reason", Part::dimension},
                                 Dimension{"provisional_currency", Part::dimension}};

struct Summed {
  std::string_view field;
  RollupCount count;
};
constexpr std::array kSummed{
    Summed{"prompt_tokens", RollupCount::prompt_tokens},
    Summed{"completion_tokens", RollupCount::completion_tokens},
    Summed{"total_tokens", RollupCount::total_tokens},
    Summed{"cached_prompt_tokens", RollupCount::cached_prompt_tokens},
    Summed{"reasoning_tokens", RollupCount::reasoning_tokens},
    Summed{"prompt_audio_tokens", RollupCount::prompt_audio_tokens},
    Summed{"completion_audio_tokens", RollupCount::completion_audio_tokens},
    Summed{"image_tokens", RollupCount::image_tokens},
    Summed{"accepted_prediction_tokens", RollupCount::accepted_prediction_tokens},
    Summed{"rejected_prediction_tokens", RollupCount::rejected_prediction_tokens},
    Summed{"cache_write_tokens", RollupCount::cache_write_tokens},
    Summed{"completion_image_tokens", RollupCount::completion_image_tokens},
    Summed{"cached_audio_tokens", RollupCount::cached_audio_tokens},
    Summed{"cached_image_tokens", RollupCount::cached_image_tokens},
    Summed{"duration_ms", RollupCount::duration_ms},
    Summed{"request_bytes", RollupCount::request_bytes},
    Summed{"response_bytes", RollupCount::response_bytes},
    Summed{"audio_duration_ms", RollupCount::audio_duration_ms},
    Summed{"web_search_calls", RollupCount::web_search_calls},
    Summed{"file_search_calls", RollupCount::file_search_calls},
    Summed{"code_interpreter_calls", RollupCount::code_interpreter_calls},
    Summed{"cost_nano", RollupCount::cost_nano},
    Summed{"images", RollupCount::images},
    Summed{"characters", RollupCount::characters},
    Summed{"computer_use_calls", RollupCount::computer_use_calls},
    Summed{"provisional_cost_nano", RollupCount::provisional_cost_nano}};

constexpr PartOf part_named(std::string_view name) {
  if (name == "event_time") return {Part::time};
  if (name == "cost_components") return {Part::components};
  for (const Dimension& dimension : kDimensions) {
    if (dimension.field == name) return {dimension.part};
  }
  for (const Summed& summed : kSummed) {
    if (summed.field == name) return {Part::sum, summed.count};
  }
  return {};
}

/// By the fields' numbers.
constexpr std::array<PartOf, 256> kFieldParts = [] {
  std::array<PartOf, 256> out{};
  std::apply(
      [&](const auto&... fields) {
        ((out[static_cast<std::size_t>(fields.number)] = part_named(fields.name)), ...);
      },
      usage::kRecordFields);
  return out;
}();
static_assert(
    [] {
      std::size_t known = 0;
      for (const PartOf& part : kFieldParts) known += part.part == Part::left_out ? 0 : 1;
      return known;
    }() == kDimensions.size() + kSummed.size() + 2,
    "every name above is that of a field");

constexpr bool is_summed(std::string_view name) {
  return std::any_of(kSummed.begin(), kSummed.end(),
                     [name](const Summed& one) { return one.field == name; });
}
static_assert(std::apply(
                  [](const auto&... fields) {
                    return ((fields.sum == usage::Sum::never || is_summed(fields.name)) && ...);
                  },
                  usage::kRecordFields),
              "what records add up, roll-ups add up as well");

/// How many numbers a row says that it begins with; the last of them is its check sum, which a
/// program without check sums passes over. What one flipped bit makes of it is no count that was
/// ever written without.
constexpr std::size_t kCountsWithSum = 35;
static_assert(kCountsWithSum > kRollupCounts, "or it needs another number that is as safe");
/// Before there were check sums.
constexpr std::size_t kFewestEarlierCounts = 24;
constexpr std::size_t kMostEarlierCounts = 28;

/// Of the row's place, as four numbers of 8 bytes, and of all its bytes but the sum's own.
Int128 check_sum(const RollupPlace& place, std::string_view before, std::string_view behind) {
  const std::array<std::int64_t, 4> numbers{place.length.count(), place.start, place.group,
                                            static_cast<std::int64_t>(place.kind)};
  std::array<char, sizeof(numbers)> bytes{};
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return crc32c(behind, crc32c(before, crc32c({bytes.data(), bytes.size()})));
}

void put_number(std::string& out, Int128 number) {
  auto bits = static_cast<Bits128>(number) << 1U;
  if (number < 0) bits = ~bits;
  for (; bits >= 0x80; bits >>= 7U) out.push_back(static_cast<char>((bits & 0x7FU) | 0x80U));
  out.push_back(static_cast<char>(bits));
}

/// Takes a number off the front. False: there is none.
bool take_number(std::string_view& bytes, Int128& number) {
  constexpr unsigned kLongest = 126;
  Bits128 bits = 0;
  for (unsigned shift = 0; shift <= kLongest && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    bits |= static_cast<Bits128>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) != 0) continue;
    number = static_cast<Int128>(bits >> 1U);
    if ((bits & 1U) != 0) number = ~number;
    return true;
  }
  return false;
}

/// Takes a field off the front: its number and its value. False: there is none.
bool take_field(std::string_view& bytes, unsigned char& number, std::string_view& field) {
  if (bytes.size() < kFieldHead) return false;
  std::uint32_t length = 0;
  number = static_cast<unsigned char>(bytes.front());
  std::memcpy(&length, bytes.data() + 1, sizeof(length));
  if (length > bytes.size() - kFieldHead) return false;
  field = bytes.substr(0, kFieldHead + length);
  bytes.remove_prefix(field.size());
  return true;
}

bool take_part(const PartOf& part, std::string_view field, RollupShare& out, bool& has_total) {
  const std::string_view value = field.substr(kFieldHead);
  std::int64_t number = 0;
  const bool is_number = part.part == Part::time || part.part == Part::sum;
  if (is_number && value.size() != sizeof(number)) return false;
  if (is_number) std::memcpy(&number, value.data(), sizeof(number));
  switch (part.part) {
    case Part::left_out:
      break;
    case Part::time:
      out.event_time = number;
      break;
    case Part::dimension:
    case Part::free_word:
      out.dimensions.append(field);
      break;
    case Part::sum:
      out.sums[part.count] = number;
      has_total = has_total || part.count == RollupCount::total_tokens;
      break;
    case Part::components:
      out.components = value;
      break;
  }
  return true;
}

std::optional<RollupShare> walk(std::string_view payload) {
  RollupShare out;
  bool has_total = false;
  unsigned char number = 0;
  std::string_view field;
  while (!payload.empty()) {
    if (!take_field(payload, number, field)) return std::nullopt;
    if (!take_part(kFieldParts[number], field, out, has_total)) return std::nullopt;
  }
  out.sums[RollupCount::operations] = 1;
  out.sums[RollupCount::with_total] = has_total ? 1 : 0;
  out.sums.last_time = out.event_time;
  return out;
}

}  // namespace

void encode_sums(const RollupSums& sums, const RollupPlace& place, std::string& out) {
  const std::size_t begin = out.size();
  put_number(out, static_cast<Int128>(kCountsWithSum));
  for (const Int128 count : sums.counts) put_number(out, count);
  for (std::size_t i = kRollupCounts + 1; i < kCountsWithSum; ++i) put_number(out, 0);
  std::string behind;
  put_number(behind, sums.last_time);
  for (const PriceSums& price : sums.prices) {
    for (const Int128 number :
         {Int128{price.price}, price.records, price.quantity, price.cost_nano})
      put_number(behind, number);
  }
  put_number(out, check_sum(place, std::string_view(out).substr(begin), behind));
  out.append(behind);
}

bool lacks_check_sum(std::string_view bytes) {
  Int128 counts = 0;
  return take_number(bytes, counts) && counts >= kFewestEarlierCounts &&
         counts <= kMostEarlierCounts;
}

bool add_encoded_sums(std::string_view bytes, const RollupPlace& place, RollupSums& to, int sign) {
  std::string_view rest = bytes;
  Int128 counts = 0;
  Int128 number = 0;
  const bool earlier = lacks_check_sum(bytes);
  if (!take_number(rest, counts) || (!earlier && counts != kCountsWithSum)) return false;
  for (Int128 i = 0; i < counts - (earlier ? 0 : 1); ++i) {
    if (!take_number(rest, number)) return false;
    if (i < static_cast<Int128>(kRollupCounts))
      to.counts[static_cast<std::size_t>(i)] += sign * number;
  }
  if (!earlier) {
    const std::string_view before = bytes.substr(0, bytes.size() - rest.size());
    if (!take_number(rest, number) || number != check_sum(place, before, rest)) return false;
  }
  if (!take_number(rest, number)) return false;
  to.last_time = std::max(to.last_time, static_cast<std::int64_t>(number));
  while (!rest.empty()) {
    PriceSums price;
    if (!take_number(rest, number) || !take_number(rest, price.records) ||
        !take_number(rest, price.quantity) || !take_number(rest, price.cost_nano))
      return false;
    price.price = static_cast<std::int64_t>(number);
    to.add(price, sign);
  }
  return true;
}

RollupShare read_share(std::string_view payload) {
  std::optional<RollupShare> share = walk(payload);
  return share ? std::move(*share) : damaged_share(payload);
}

RollupShare damaged_share(std::string_view payload) {
  std::string damaged;
  encode_record(read_damaged(payload), damaged);
  RollupShare out = walk(damaged).value_or(RollupShare{});
  out.components = {};
  return out;
}

std::string without_free_words(std::string_view dimensions) {
  std::string out;
  unsigned char number = 0;
  std::string_view field;
  while (take_field(dimensions, number, field)) {
    if (kFieldParts[number].part != Part::free_word) {
      out.append(field);
      continue;
    }
    const auto length = static_cast<std::uint32_t>(kOtherWords.size());
    out.push_back(static_cast<char>(number));
    out.append(reinterpret_cast<const char*>(&length), sizeof(length)).append(kOtherWords);
  }
  return out;
}

}  // namespace tollgate::ledger
