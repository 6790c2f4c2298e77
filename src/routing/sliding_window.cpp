// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/sliding_window.hpp"

#include <algorithm>

namespace tollgate::routing {
namespace {

std::int64_t step_at(SteadyTime now, milliseconds span, std::int64_t slots) {
  const std::int64_t length = std::max<std::int64_t>(1, span.count() / slots);
  return std::chrono::floor<milliseconds>(now.time_since_epoch()).count() / length;
}

}  // namespace

void SlidingWindow::add(SteadyTime now, milliseconds span, Counts counts) {
  const std::int64_t step = step_at(now, span, kSlots);
  Slot& slot = slots_[static_cast<std::size_t>(step % kSlots)];
  if (slot.step != step) slot = {step, {}};
  slot.counts.total += counts.total;
  slot.counts.marked += counts.marked;
}

SlidingWindow::Counts SlidingWindow::sum(SteadyTime now, milliseconds span) const {
  const std::int64_t step = step_at(now, span, kSlots);
  Counts out;
  for (const Slot& slot : slots_) {
    if (slot.step <= step - kSlots || slot.step > step) continue;
    out.total += slot.counts.total;
    out.marked += slot.counts.marked;
  }
  return out;
}

}  // namespace tollgate::routing
