// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>

#include <boost/intrusive/list.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/net/byte_stream.hpp"

namespace tollgate::listener {

/// A client's connection as its worker keeps track of it, for draining.
class Member : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Member(net::ByteStream& stream) : stream(stream) {}

  net::ByteStream& stream;
  bool idle = true;      ///< between requests
  bool proven = false;   ///< a request of this connection has shown whose it is
  bool leaving = false;  ///< given up for a newcomer
  Cancellation cancellation;
};

/// One worker's client connections. Used on its executor only, but for the count, which all workers
/// share.
class ConnectionSet {
 public:
  /// `total` counts the connections of all workers and outlives the set.
  ConnectionSet(std::atomic<std::size_t>& total, std::size_t limit);

  /// False when the limit is reached: the connection must be closed unserved. A stranger's
  /// connection gives way: of those that are between requests and have proven nothing yet, the one
  /// that has been here longest is ended, so that strangers who hold connections open keep no
  /// client out.
  bool admit();
  void leave() { total_.fetch_sub(1, std::memory_order_relaxed); }
  void add(Member& member) { members_.push_back(member); }

  /// A lower one closes nothing: it holds for connections to come.
  void change_limit(std::size_t limit) { limit_ = limit; }

  /// Closes idle connections now and the others after their current exchange.
  void drain();
  /// Ends the exchanges in progress; each leaves its record on the way out.
  void abort();

  bool empty() const { return members_.empty(); }
  const bool& closing() const { return closing_; }

 private:
  bool end_a_stranger();

  std::atomic<std::size_t>& total_;
  std::size_t limit_;
  boost::intrusive::list<Member, boost::intrusive::constant_time_size<false>> members_;
  bool closing_ = false;
};

}  // namespace tollgate::listener
