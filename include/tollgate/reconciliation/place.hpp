// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <string>

namespace tollgate::reconciliation {

/// What both sides can tell apart, whatever was used there.
struct Place {
  std::string day;         ///< UTC: 2026-11-29
  std::string resource;    ///< Resources' name for it
  std::string deployment;  ///< empty: the bill's row names none

  auto operator<=>(const Place&) const = default;
};

}  // namespace tollgate::reconciliation
