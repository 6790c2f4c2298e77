// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "tollgate/base/time.hpp"

namespace tollgate::net {

class DeadlineSweep;

/// A deadline that costs one store to move: no timer per operation. Belongs to one DeadlineSweep
/// and is used on its thread only. Fires at most one sweep interval late, never early.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Called on the sweep's thread with the owner given at construction; it may destroy the owner.
  using Expired = void (*)(void* owner);

  Deadline(DeadlineSweep& sweep, Expired expired, void* owner);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void arm(SteadyTime at) { at_ = at; }
  void disarm() { at_ = SteadyTime::max(); }
  SteadyTime at() const { return at_; }

 private:
  friend class DeadlineSweep;

  SteadyTime at_ = SteadyTime::max();
  Expired expired_;
  void* owner_;
};

/// One per worker: looks over all its deadlines at a fixed interval.
class DeadlineSweep {
 public:
  explicit DeadlineSweep(boost::asio::io_context& context,
                         milliseconds interval = milliseconds(50));
  DeadlineSweep(const DeadlineSweep&) = delete;
  DeadlineSweep& operator=(const DeadlineSweep&) = delete;

  /// Begins sweeping; keeps the io_context busy until stop().
  void start();
  void stop();

  /// Fires every deadline that has passed at `now`. Public so that tests can drive it.
  void sweep(SteadyTime now);

 private:
  friend class Deadline;
  using List = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;

  void schedule();

  boost::asio::steady_timer timer_;
  milliseconds interval_;
  List deadlines_;
  bool running_ = false;
};

}  // namespace tollgate::net
