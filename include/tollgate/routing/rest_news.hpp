// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>

#include "tollgate/base/time.hpp"
#include "tollgate/routing/target_health.hpp"

namespace tollgate::routing {

/// That a target begins to rest, or serves again, for the log.
struct TargetNews {
  bool over = false;        ///< it serves again
  bool for_client = false;  ///< for the client alone whose answer was reported
  TargetHealth::Cause cause = TargetHealth::Cause::failing;  ///< of the rest
  milliseconds rest{0};                                      ///< how long it lasts at least
};

/// Which rests of a target are news, of such as come and go with every few requests: one that
/// begins, and its end once it was told. While it rests it is no news again, however many requests
/// find it so. A rest soon after one of the same cause that was told waits until it is due: where
/// it lasts until then it is told, so that the last word is never that it serves. A plain value
/// without a clock.
class RestNews {
 public:
  enum class Word { nothing, begun, over };

  static constexpr seconds kFailingEvery{60};
  /// Capacity that is used up is nothing to mend, and may be so every other second.
  static constexpr seconds kThrottledEvery{3600};

  /// After each report: what is to be told.
  Word after(const TargetHealth& health, SteadyTime now);

 private:
  bool is_due(TargetHealth::Cause cause, SteadyTime now) const;

  std::optional<TargetHealth::Cause> told_;           ///< of the rest that was told and is not over
  std::array<std::optional<SteadyTime>, 2> told_at_;  ///< by cause
};

}  // namespace tollgate::routing
