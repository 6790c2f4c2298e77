// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::pricing {

/// What has a price of its own.
enum class PriceClass : std::uint8_t {
  input,  ///< text in that came from no cache and went into none
  cached_input,
  cache_write,
  output,  ///< text out, reasoning and predictions included
  audio_input,
  cached_audio_input,
  audio_output,
  image_input,
  cached_image_input,
  image_output,
  duration,  ///< of audio that is listened to
  web_search,
  file_search,
  code_interpreter,
  images,      ///< by their number, size and quality
  characters,  ///< of text that is spoken
};

/// In what a class is measured; it decides which price settings name it.
enum class Measure : std::uint8_t { million, milliseconds, calls, images, characters };

struct PriceClassRow {
  PriceClass price_class;
  std::string_view name;  ///< in price files, records and reports: never renamed
  Measure measure;
};

/// In the order in which components of a cost stand, and a rest goes to the first.
inline constexpr std::array kPriceClasses{
    PriceClassRow{PriceClass::input, "input", Measure::million},
    PriceClassRow{PriceClass::cached_input, "cached_input", Measure::million},
    PriceClassRow{PriceClass::cache_write, "cache_write", Measure::million},
    PriceClassRow{PriceClass::output, "output", Measure::million},
    PriceClassRow{PriceClass::audio_input, "audio_input", Measure::million},
    PriceClassRow{PriceClass::cached_audio_input, "cached_audio_input", Measure::million},
    PriceClassRow{PriceClass::audio_output, "audio_output", Measure::million},
    PriceClassRow{PriceClass::image_input, "image_input", Measure::million},
    PriceClassRow{PriceClass::cached_image_input, "cached_image_input", Measure::million},
    PriceClassRow{PriceClass::image_output, "image_output", Measure::million},
    PriceClassRow{PriceClass::duration, "duration", Measure::milliseconds},
    PriceClassRow{PriceClass::web_search, "web_search", Measure::calls},
    PriceClassRow{PriceClass::file_search, "file_search", Measure::calls},
    PriceClassRow{PriceClass::code_interpreter, "code_interpreter", Measure::calls},
    PriceClassRow{PriceClass::images, "images", Measure::images},
    PriceClassRow{PriceClass::characters, "characters", Measure::characters}};

inline constexpr std::size_t kPriceClassCount = kPriceClasses.size();

constexpr std::size_t index_of(PriceClass price_class) {
  return static_cast<std::size_t>(price_class);
}

constexpr std::string_view to_string(PriceClass price_class) {
  return kPriceClasses[index_of(price_class)].name;
}

constexpr std::optional<PriceClass> price_class_from_string(std::string_view name) {
  for (const PriceClassRow& row : kPriceClasses) {
    if (row.name == name) return row.price_class;
  }
  return std::nullopt;
}

/// The rows stand in the order of the enumerators.
static_assert([] {
  for (std::size_t i = 0; i < kPriceClassCount; ++i) {
    if (index_of(kPriceClasses[i].price_class) != i) return false;
  }
  return true;
}());

}  // namespace tollgate::pricing
