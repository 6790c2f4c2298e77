// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/sku.hpp"

namespace tollgate::pricing {

/// What a word of a meter's name says of the class, a bit each. Several words make one: "Cd Inp".
using MeterParts = std::uint8_t;
inline constexpr MeterParts kNoPart = 0;
inline constexpr MeterParts kIn = 1;
inline constexpr MeterParts kOut = 2;
inline constexpr MeterParts kCached = 4;
inline constexpr MeterParts kWritten = 8;
inline constexpr MeterParts kAudio = 16;
inline constexpr MeterParts kImage = 32;
inline constexpr MeterParts kText = 64;

enum class MeterBand : std::uint8_t { short_prompts, long_prompts };

/// A word of a meter's name behind the model, and what it says.
struct MeterWord {
  std::string_view word;  ///< in small letters
  MeterParts part = kNoPart;
  std::optional<Scope> scope{};
  std::optional<Tier> tier{};
  std::optional<MeterBand> band{};
  std::string_view unit{};  ///< what the unit of measure must begin with
};

/// Every spelling that has been seen. A word that is not here makes a meter unknown.
inline constexpr std::array kMeterWords{
    MeterWord{"inp", kIn},
    MeterWord{"inpt", kIn},
    MeterWord{"input", kIn},
    MeterWord{"in", kIn},
    MeterWord{"out", kOut},
    MeterWord{"outp", kOut},
    MeterWord{"outpt", kOut},
    MeterWord{"output", kOut},
    MeterWord{"opt", kOut},
    MeterWord{"cd", kCached},
    MeterWord{"cchd", kCached},
    MeterWord{"cached", kCached},
    MeterWord{"wr", kWritten},
    MeterWord{"aud", kAudio},
    MeterWord{"audio", kAudio},
    MeterWord{"img", kImage},
    MeterWord{"image", kImage},
    MeterWord{"txt", kText},
    MeterWord{"text", kText},
    MeterWord{"gl", kNoPart, Scope::global},
    MeterWord{"glbl", kNoPart, Scope::global},
    MeterWord{"global", kNoPart, Scope::global},
    MeterWord{"dz", kNoPart, Scope::data_zone},
    MeterWord{"dzone", kNoPart, Scope::data_zone},
    MeterWord{"datazone", kNoPart, Scope::data_zone},
    MeterWord{"regnl", kNoPart, Scope::regional},
    MeterWord{"rgnl", kNoPart, Scope::regional},
    MeterWord{"regional", kNoPart, Scope::regional},
    MeterWord{"std", kNoPart, {}, Tier::standard},
    MeterWord{"pp", kNoPart, {}, Tier::priority},
    MeterWord{"flex", kNoPart, {}, Tier::flex},
    MeterWord{"fl", kNoPart, {}, Tier::flex},
    MeterWord{"batch", kNoPart, {}, Tier::batch},
    MeterWord{"batchinp", kIn, {}, Tier::batch},
    MeterWord{"batchoutp", kOut, {}, Tier::batch},
    MeterWord{"shortco", kNoPart, {}, {}, MeterBand::short_prompts},
    MeterWord{"shco", kNoPart, {}, {}, MeterBand::short_prompts},
    MeterWord{"longco", kNoPart, {}, {}, MeterBand::long_prompts},
    MeterWord{"loco", kNoPart, {}, {}, MeterBand::long_prompts},
    MeterWord{"1k", kNoPart, {}, {}, {}, "1K"},
    MeterWord{"1m", kNoPart, {}, {}, {}, "1M"},
    MeterWord{"tokens"}};

struct MeterClass {
  int parts;  ///< of MeterParts, without kText
  PriceClass price_class;
};

inline constexpr std::array kMeterClasses{
    MeterClass{kIn, PriceClass::input},
    MeterClass{kCached | kIn, PriceClass::cached_input},
    MeterClass{kCached | kWritten, PriceClass::cache_write},
    MeterClass{kOut, PriceClass::output},
    MeterClass{kAudio | kIn, PriceClass::audio_input},
    MeterClass{kAudio | kCached | kIn, PriceClass::cached_audio_input},
    MeterClass{kAudio | kOut, PriceClass::audio_output},
    MeterClass{kImage | kIn, PriceClass::image_input},
    MeterClass{kImage | kCached | kIn, PriceClass::cached_image_input},
    MeterClass{kImage | kOut, PriceClass::image_output}};

/// For how many tokens the price is, as the digits that its point moves to be for a million.
struct MeterUnit {
  std::string_view unit;  ///< unitOfMeasure
  int shift;
};

inline constexpr std::array kMeterUnits{MeterUnit{"1K", 3}, MeterUnit{"1K Tokens", 3},
                                        MeterUnit{"1M", 0}, MeterUnit{"1M Tokens", 0}};

}  // namespace tollgate::pricing
