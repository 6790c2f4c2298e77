// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::integration {

/// Takes the place of the process's log: what the gateway says is kept, for tests and for the
/// search for secrets after each of them.
class CapturedLog {
 public:
  /// Call once, before any gateway.
  static void install();

  /// How many lines with this event were written since the current test began.
  static std::size_t count(std::string_view event);
  static std::string text();
  static void clear();
};

}  // namespace tollgate::integration
