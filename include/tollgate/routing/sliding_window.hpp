// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "tollgate/base/time.hpp"

namespace tollgate::routing {

/// Counts what happened within the last `span` and how much of it was marked, in steps of a tenth
/// of the span: what is older than the span is forgotten, at the latest a step late. A plain value
/// of fixed size; the span is an argument so that a reloaded setting applies to a living window.
class SlidingWindow {
 public:
  struct Counts {
    std::uint64_t total = 0;
    std::uint64_t marked = 0;
  };

  void add(SteadyTime now, milliseconds span, Counts counts);
  Counts sum(SteadyTime now, milliseconds span) const;
  void clear() { slots_ = {}; }

 private:
  static constexpr std::int64_t kSlots = 10;

  struct Slot {
    std::int64_t step = 0;
    Counts counts;
  };

  std::array<Slot, kSlots> slots_{};
};

}  // namespace tollgate::routing
