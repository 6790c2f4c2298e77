// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/error_type.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace tollgate::telemetry {
namespace {

constexpr int kFirstError = 400;
constexpr std::size_t kOther = kErrorTypes.size() - 1;

std::optional<std::size_t> place_of_type(std::string_view word) {
  const auto* const found = std::find(kErrorTypes.begin(), kErrorTypes.end(), word);
  if (found == kErrorTypes.end()) return std::nullopt;
  return static_cast<std::size_t>(std::distance(kErrorTypes.begin(), found));
}

}  // namespace

std::optional<std::size_t> error_type_of(std::string_view error_code, int status,
                                         std::string_view outcome) {
  const bool failed = status >= kFirstError;
  if (!failed && error_code.empty() && outcome == "completed") return std::nullopt;
  if (const auto code = place_of_type(error_code)) return code;
  if (failed) return place_of_type(std::to_string(status)).value_or(kOther);
  return place_of_type(outcome).value_or(kOther);
}

}  // namespace tollgate::telemetry
