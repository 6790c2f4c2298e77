// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "character_codes.hpp"

#include <utf8proc.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace tollgate::redaction {
namespace {

constexpr std::int32_t kLastCode = 0x10FFFF;

/// Of a number that no `double` holds: 1e400, or 1e-400, which readers take for 0.
constexpr double kNoCharacter = -1;

/// However it is written: 106, 106.0, 1.06e2. nullopt: no whole number.
std::optional<double> whole_number(std::string_view written) {
  double out = 0;
  const auto [end, fault] = std::from_chars(written.data(), written.data() + written.size(), out);
  if (end != written.data() + written.size()) return std::nullopt;
  if (fault == std::errc::result_out_of_range) return kNoCharacter;
  if (fault != std::errc() || out != std::floor(out)) return std::nullopt;
  return out;
}

void append_character(std::string& out, std::int32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t size = utf8proc_encode_char(code, bytes.data());
  if (size > 0)
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace

void CharacterCodes::begin(std::size_t place) {
  other();
  arrays_.push_back({.text = {place, {}, 0}});
}

void CharacterCodes::number(std::string_view written) {
  if (arrays_.empty() || !arrays_.back().codes) return;
  Array& array = arrays_.back();
  const std::optional<double> whole = whole_number(written);
  if (!whole) return other();
  ++array.text.elements;
  if (*whole >= 0 && *whole <= kLastCode)
    append_character(array.text.spelled, static_cast<std::int32_t>(*whole));
}

void CharacterCodes::other() {
  if (arrays_.empty()) return;
  arrays_.back().codes = false;
  arrays_.back().text.spelled.clear();
}

std::optional<CharacterCodes::Text> CharacterCodes::end() {
  if (arrays_.empty()) return std::nullopt;
  Array last = std::move(arrays_.back());
  arrays_.pop_back();
  if (!last.codes || last.text.elements == 0) return std::nullopt;
  return std::move(last.text);
}

}  // namespace tollgate::redaction
