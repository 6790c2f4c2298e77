// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/routing/sliding_window.hpp"

namespace tollgate::routing {

/// What an attempt tells of its target.
enum class Signal {
  success,         ///< it answered, be it with a client's own error
  failure,         ///< it could not be reached, or refuses the gateway itself
  failed_request,  ///< it answered that it cannot, or not at all: perhaps because of the request
  throttled,       ///< 429: it works, and has had enough
  none,            ///< nothing: the client left, or the answer says nothing of the target
};

/// One target's health: whether requests may go there. A plain value without clock or lock
/// (TargetBoard shares it between workers). Three conditions:
/// - serving: all may go. A 429, or a failure with a Retry-After, sends it to rest for as long as
/// it
///   asks; so do failures by the rules of config::Breaker, for `open_for`. Failures in a row are
///   those without a success that was begun after the first of them: a completion sent a minute ago
///   does not speak for the present.
/// - resting: none may go until the time is over; then one request, the probe, may.
/// - probing: the probe's answer decides; only its answer, for others may have been sent before the
///   rest. Whoever refuses with 429 does so at once: a probe of a throttled target that is not
///   refused within kRefusalTime counts as admitted, so that a long completion does not keep
///   provisioned throughput idle. A failing target's probe that says nothing for `open_for` makes
///   room for the next one.
class TargetHealth {
 public:
  enum class Condition { serving, resting, probing };
  enum class Cause { throttled, failing };

  /// What one client's requests did to the counts, for judging without them.
  struct LeftOut {
    std::uint64_t in_row = 0;      ///< of the failures in a row
    SlidingWindow::Counts recent;  ///< of those within Breaker::window
  };

  struct Report {
    Signal signal = Signal::none;
    std::optional<milliseconds> wait;  ///< what the answer asked for
    SteadyTime begun;                  ///< when begin() was called
    bool probe = false;                ///< begin() said so
  };

  static constexpr milliseconds kUnstatedWait{1'000};  ///< after a 429 that names none
  static constexpr milliseconds kRefusalTime{1'000};
  static constexpr std::uint64_t kLeastVolume = 20;  ///< fewer requests have no failure ratio

  bool admits(SteadyTime now) const;

  /// A request goes there. True: it is the probe. Only when admits(now); each is followed by end().
  bool begin(SteadyTime now, const config::Breaker& breaker);
  /// A failed_request counts as a failure, but for two things: the breaker's rules are applied
  /// without `left_out`, and as the answer to a failing target's probe it makes room for the next
  /// probe at once, which may be a better request.
  void report(const Report& report, const config::Breaker& breaker, SteadyTime now,
              const LeftOut& left_out);
  void report(const Report& given, const config::Breaker& breaker, SteadyTime now) {
    report(given, breaker, now, {});
  }
  void end() { --pending_; }

  /// Numbers the rows of failures: a success begins a new one.
  std::uint64_t row() const { return row_; }
  std::uint32_t pending() const { return pending_; }
  /// How often it was sent to rest for this cause since start.
  std::uint64_t rests(Cause cause) const { return rests_[static_cast<std::size_t>(cause)]; }
  Condition condition() const { return condition_; }
  Cause cause() const { return cause_; }  ///< of the rest; meaningless while serving
  /// When a request may go there, as far as it is known now.
  SteadyTime available_at(SteadyTime now) const;

 private:
  void rest(Cause cause, milliseconds wait, SteadyTime now);
  void restore();
  void settle_probe(const Report& report, const config::Breaker& breaker, SteadyTime now,
                    const LeftOut& left_out);
  void count(const Report& report, const config::Breaker& breaker, SteadyTime now,
             const LeftOut& left_out);
  bool trips(const config::Breaker& breaker, SteadyTime now, const LeftOut& left_out) const;
  void begin_row();

  Condition condition_ = Condition::serving;
  Cause cause_ = Cause::throttled;
  SteadyTime until_;  ///< resting: the end; probing: when the probe is no longer waited for
  std::uint64_t consecutive_failures_ = 0;
  std::uint64_t row_ = 1;
  SteadyTime first_failure_;  ///< of those
  SlidingWindow window_;      ///< answers; failures are the marked ones
  std::uint32_t pending_ = 0;
  std::array<std::uint64_t, 2> rests_{};  ///< by Cause
};

}  // namespace tollgate::routing
