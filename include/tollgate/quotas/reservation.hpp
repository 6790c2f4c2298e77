// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <boost/container/small_vector.hpp>

#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/moment.hpp"
#include "tollgate/quotas/use.hpp"

namespace tollgate::quotas {

class Counter;
class WindowCount;

/// Why a request gets nothing: what the most restrictive of the limits says that refuse it.
struct Exceeded {
  enum class Kind : std::uint8_t {
    rate,        ///< of a minute: it may pass after `wait`
    in_flight,   ///< it may pass once another ends; `wait` is 0, for nobody knows when
    budget,      ///< of a window: it may pass in the next one
    store_away,  ///< nobody knows, for the store does not answer; it may pass after `wait`
    unpriced,    ///< a limit of cost, and no price: asking again changes nothing
    too_large    ///< more than the whole burst or amount: asking again changes nothing
  };

  Kind kind = Kind::rate;
  /// The limit; never null.
  std::shared_ptr<const Rule> rule;
  /// Until so much would pass if nothing else came: rounded up, of budgets to the window's end.
  milliseconds wait{0};
  /// Of budgets: when the window ends.
  std::optional<UtcTime> window_end;
  /// In the limit's own measure. What is used has what is reserved in it, and is rounded up; what
  /// may be used has top-ups in it and is, of a minute, the burst.
  std::int64_t used = 0;
  std::int64_t amount = 0;
  /// A demand with fewer tokens or less cost could pass, now or (too_large) later: count exactly
  /// and ask again. False where all that is refused for are requests.
  bool smaller_may_pass = false;
};

/// What is taken of one limit; the stage's own.
struct Hold {
  Counter* counter = nullptr;
  WindowCount* window = nullptr;  ///< entered; null: of a rate, or in flight
  std::int64_t units = 0;
  /// A limit in shadow mode would have refused it. Where that is no window, nothing is taken, and
  /// what it goes on to take is not counted.
  bool shadow_hit = false;
  /// Of a minute: taken of this process's share, as the store did not answer.
  bool by_share = false;
};

/// What was taken of a request's limits, until it is known what the request took. A value: whoever
/// holds it ends it exactly once, by settle() or release(), for any number of calls after the first
/// does nothing. Destroyed without either, it stays counted as it was reserved: more than was used,
/// perhaps, and never less. Requests in flight are given back in every case. Any thread, one at a
/// time; Quotas outlives it.
class Reservation {
 public:
  Reservation() = default;  ///< of nothing
  // Moving holds allocates nothing.
  Reservation(Reservation&& other) noexcept;             // NOLINT(bugprone-exception-escape)
  Reservation& operator=(Reservation&& other) noexcept;  // NOLINT(bugprone-exception-escape)
  ~Reservation();

  /// Counts what was really used, in the windows of the reservation: less gives back the rest, more
  /// always counts, even beyond the limit. What is not known stays counted as it was reserved.
  void settle(const Use& use, Moment now);
  /// Nothing left for a backend: as though it had never been.
  void release(Moment now);
  /// More than was reserved has been used of an answer that goes on. Takes it as well, in the same
  /// windows; false, and nothing taken: a limit that cuts answers (OnExhausted::cut) has no more.
  /// `more`: with no request in it; its price may be unknown, which counts nothing here.
  [[nodiscard]] bool extend(const Demand& more, Moment now);
  /// Gives back the requests in flight: the exchange is over, its work is not.
  void end_exchange();

  /// Whether anything is held.
  bool open() const { return !holds_.empty(); }

 private:
  friend class Quotas;
  void settle_as_reserved() noexcept;

  boost::container::small_vector<Hold, 6> holds_;
};

}  // namespace tollgate::quotas
