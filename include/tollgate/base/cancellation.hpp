// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/intrusive/list.hpp>

namespace tollgate {

/// Why the work for a client connection should end before its time, and the way to tell whatever
/// stage of it runs. One per connection. Nothing of it is ever taken back: a client that has left
/// does not return, and a gateway that stops does not go on. Used on the connection's executor
/// only.
class Cancellation {
 public:
  /// What becomes of an answer whose client has left.
  enum class OnLeaving { read_on, end };

  /// A stage's ear, for as long as it lives. The constructor tells nothing: what has happened
  /// before is for the stage to look at.
  class Watcher : public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
   public:
    explicit Watcher(Cancellation& cancellation) { cancellation.watchers_.push_back(*this); }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;

    /// Something has happened. May wake coroutines, but runs none, and makes and destroys no
    /// watcher.
    virtual void on_change() = 0;
  };

  /// Decides, when the client leaves, what that means.
  class Leaving {
   public:
    virtual ~Leaving() = default;
    virtual OnLeaving decide() = 0;
  };

  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  /// Of the request that begins now: whose it is decides. Null: its answer is not read on.
  void ask_on_leaving(Leaving* leaving) { leaving_ = leaving; }

  /// The client has hung up.
  void client_left();
  /// The gateway stops for good.
  void stop();

  bool client_has_left() const { return left_; }
  bool stopped() const { return stopped_; }
  /// Whether anybody waits for what is not there yet. If not, nothing new begins: no attempt, no
  /// wait for a place.
  bool wanted() const { return !left_ && !stopped_; }
  /// Whether also what is under way has to end.
  bool ended() const { return stopped_ || (left_ && on_leaving_ == OnLeaving::end); }

 private:
  using Watchers = boost::intrusive::list<Watcher, boost::intrusive::constant_time_size<false>>;

  void tell();

  Watchers watchers_;
  Leaving* leaving_ = nullptr;
  OnLeaving on_leaving_ = OnLeaving::end;  ///< once it has left
  bool left_ = false;
  bool stopped_ = false;
};

}  // namespace tollgate
