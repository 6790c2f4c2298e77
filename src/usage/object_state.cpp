// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/object_state.hpp"

#include <algorithm>
#include <array>

namespace tollgate::usage {
namespace {

/// Of responses, runs and batches alike (azure-protocol.md 1.7, 1.9, 2.5).
constexpr std::array<std::string_view, 6> kFinished{"completed", "failed",  "incomplete",
                                                    "cancelled", "expired", "canceled"};

}  // namespace

bool is_finished(std::string_view status) {
  return std::find(kFinished.begin(), kFinished.end(), status) != kFinished.end();
}

}  // namespace tollgate::usage
