// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pending.hpp"
#include "reply_reader.hpp"

namespace tollgate::redis {

/// One connection's calls: in which bytes they leave and whose the answers are. Sans I/O. A server
/// answers in order.
class Pipeline {
 public:
  /// Beyond this a call is refused, so that a server that answers no more costs no memory.
  static constexpr std::size_t kMostCalls = 10'000;
  static constexpr std::size_t kMostBytes = 16UL * 1024 * 1024;  ///< that wait to be written

  using Answered = std::function<void(Pending, Reply)>;

  bool has_room() const { return calls_.size() < kMostCalls && out_.size() < kMostBytes; }
  /// A script that this connection has not sent yet leaves whole.
  void add(Pending call);
  /// A command in its bytes, which may hold a secret: they are nowhere else.
  void add_written(Pending call, std::string_view bytes);
  /// What is to be written, all of it; the caller wipes it (wipe()).
  std::string take_out() { return std::exchange(out_, {}); }
  bool has_out() const { return !out_.empty(); }

  /// Calls `answered` for each answer that is whole now. Error protocol, too_large: nothing that
  /// comes can be read.
  Result<void> arrived(std::string_view bytes, const Answered& answered);

  /// Those whose time is over, to be told so; their answers are still waited for.
  std::vector<Pending> take_over(SteadyTime now);
  /// When the next one's time is over; max: never.
  SteadyTime next_end() const;
  /// Since when answers are waited for that came too late; max: there are none.
  SteadyTime late_since() const;

  std::size_t size() const { return calls_.size(); }
  bool empty() const { return calls_.empty(); }
  /// The server has forgotten its scripts.
  void forget_scripts() { known_.clear(); }
  /// All that have no answer, in their order; there are none afterwards.
  std::vector<Pending> take_all();

 private:
  std::deque<Pending> calls_;
  std::string out_;
  ReplyReader reader_;
  std::set<const Script*> known_;
};

/// Overwrites the bytes: a token may have been among them.
void wipe(std::string& bytes);

}  // namespace tollgate::redis
