// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/highest_cost.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace tollgate::pricing {
namespace {

constexpr std::int64_t kUndivided = 1'000'000;
constexpr Int128 kPicosOfNano = 1000;
/// More tokens than any request can have; products stay within 128 bits.
constexpr std::int64_t kMostUnits = 1'000'000'000'000;

constexpr std::array kTokensIn{PriceClass::input,
                               PriceClass::cached_input,
                               PriceClass::cache_write,
                               PriceClass::audio_input,
                               PriceClass::image_input,
                               PriceClass::cached_audio_input,
                               PriceClass::cached_image_input};
constexpr std::array kTokensOut{PriceClass::output, PriceClass::audio_output,
                                PriceClass::image_output};

Int128 divide_up(Int128 number, Int128 by) { return (number + by - 1) / by; }

Int128 picos_of(const Rate& rate, std::int64_t units) {
  return divide_up(rate.pico * std::clamp<std::int64_t>(units, 0, kMostUnits), rate.per);
}

Int128 dearest(const Rates& rates, std::span<const PriceClass> classes, std::int64_t units) {
  Int128 out = 0;
  for (const PriceClass one : classes) {
    if (rates[index_of(one)]) out = std::max(out, picos_of(*rates[index_of(one)], units));
  }
  return out;
}

Int128 of_tokens(const Rates& rates, const HighestUse& use) {
  return dearest(rates, kTokensIn, use.prompt_tokens) +
         dearest(rates, kTokensOut, use.completion_tokens);
}

Int128 of_images(const PriceEntry& entry, std::int64_t images) {
  Int128 out = 0;
  for (const ImageRate& image : entry.image_rates)
    out = std::max(out, picos_of(image.rate, images));
  return out;
}

}  // namespace

std::int64_t highest_cost(const PriceEntry& entry, const HighestUse& use, std::int64_t millionths) {
  Int128 picos = of_tokens(entry.rates, use);
  for (const Band& band : entry.bands) picos = std::max(picos, of_tokens(band.rates, use));
  picos += of_images(entry, use.images);
  const Int128 share = kUndivided + std::max<std::int64_t>(millionths, -kUndivided);
  const Int128 nanos = divide_up(divide_up(picos, kPicosOfNano) * share, kUndivided);
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(nanos, kMost));
}

}  // namespace tollgate::pricing
