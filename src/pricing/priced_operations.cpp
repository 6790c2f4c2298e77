// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/priced_operations.hpp"

#include <algorithm>

namespace tollgate::pricing::operation {

bool is_free(std::string_view id) {
  const std::size_t behind_object = id.find('_');
  if (behind_object == std::string_view::npos) return false;
  const std::string_view verb = id.substr(behind_object + 1);
  return std::any_of(kFreeVerbs.begin(), kFreeVerbs.end(),
                     [&](std::string_view free) { return verb.starts_with(free); }) ||
         std::find(kFree.begin(), kFree.end(), id) != kFree.end();
}

}  // namespace tollgate::pricing::operation
