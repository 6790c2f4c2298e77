// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "retry_schedule.hpp"

#include <algorithm>
#include <array>

namespace tollgate::credentials {
namespace {

constexpr std::array kTransient{seconds(0),  seconds(2),  seconds(6),
                                seconds(14), seconds(30), seconds(60)};
constexpr seconds kUntilMended{10};

bool passes_by_itself(Errc code) {
  return code == Errc::throttled || code == Errc::unavailable || code == Errc::timeout ||
         code == Errc::closed;
}

}  // namespace

seconds pause_after(const FetchFailure& failure, unsigned failures) {
  seconds pause = kUntilMended;
  if (passes_by_itself(failure.error.code)) {
    pause = kTransient[std::clamp<std::size_t>(failures, 1, kTransient.size()) - 1];
  }
  return std::min(std::max(pause, failure.retry_after.value_or(seconds(0))), kLongestPause);
}

}  // namespace tollgate::credentials
