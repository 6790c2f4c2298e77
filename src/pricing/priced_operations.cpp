// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/priced_operations.hpp"

#include <algorithm>
#include <array>

namespace tollgate::pricing::operation {

std::span<const PriceClass> classes_used(std::string_view id) {
  static constexpr std::array kInAndOut{PriceClass::input, PriceClass::output};
  if (id == kEmbeddings) return std::span(kInAndOut).first(1);
  const bool of_text = std::find(kOfText.begin(), kOfText.end(), id) != kOfText.end();
  return of_text ? std::span<const PriceClass>(kInAndOut) : std::span<const PriceClass>();
}

bool is_free(std::string_view id) {
  const std::size_t behind_object = id.find('_');
  if (behind_object == std::string_view::npos) return false;
  const std::string_view verb = id.substr(behind_object + 1);
  return std::any_of(kFreeVerbs.begin(), kFreeVerbs.end(),
                     [&](std::string_view free) { return verb.starts_with(free); }) ||
         std::find(kFree.begin(), kFree.end(), id) != kFree.end();
}

}  // namespace tollgate::pricing::operation
