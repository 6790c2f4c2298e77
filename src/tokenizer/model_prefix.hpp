// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::tokenizer {

/// The row whose `prefix` is the longest that the model begins with; null when none does. ASCII
/// case does not matter, nor does the "ft:" of fine-tuned models.
template <class Rows>
const typename Rows::value_type* longest_prefix(const Rows& rows, std::string_view model) {
  if (iequals(model.substr(0, 3), "ft:")) model.remove_prefix(3);
  const typename Rows::value_type* best = nullptr;
  for (const auto& row : rows) {
    if (!iequals(model.substr(0, row.prefix.size()), row.prefix)) continue;
    if (best == nullptr || row.prefix.size() > best->prefix.size()) best = &row;
  }
  return best;
}

}  // namespace tollgate::tokenizer
