// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/object_state.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tollgate::usage {
namespace {

enum class Ended { worked, maybe_never_began };

/// Of responses, runs and batches alike (azure-protocol.md 1.7, 1.9, 2.5).
constexpr std::array<std::pair<std::string_view, Ended>, 6> kFinished{{
    {"completed", Ended::worked},
    {"incomplete", Ended::worked},
    {"failed", Ended::maybe_never_began},
    {"cancelled", Ended::maybe_never_began},
    {"canceled", Ended::maybe_never_began},
    {"expired", Ended::maybe_never_began},
}};

auto find(std::string_view status) {
  return std::find_if(kFinished.begin(), kFinished.end(),
                      [&](const auto& finished) { return finished.first == status; });
}

}  // namespace

bool is_finished(std::string_view status) { return find(status) != kFinished.end(); }

bool has_worked(std::string_view status) {
  const auto* const found = find(status);
  return found != kFinished.end() && found->second == Ended::worked;
}

}  // namespace tollgate::usage
