// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dialer.hpp"
#include "greeting.hpp"
#include "pipeline.hpp"
#include "tollgate/base/cancellation.hpp"

namespace tollgate::redis {

class Node;

/// Seam: what a node leaves to the client.
class NodeOwner {
 public:
  virtual ~NodeOwner() = default;
  /// A call that waited is sent wherever its slot is now.
  virtual void route(Pending call) = 0;
  /// Another node is to be asked, or this one a moment later (Then::move, ask, again).
  virtual void redirect(Node& from, Pending call, const ErrorReply& error) = 0;
  /// All that was on its way to that node when its first call was redirected has been answered.
  virtual void settled(Node& from) = 0;
  /// A call's end. Told from within send() it is `at_once`: the caller hears of it later.
  virtual void finish(Pending call, Answer answer, bool at_once) = 0;
  /// A new connection serves.
  virtual void greeted(const Greeting& greeting) = 0;
  /// It serves no more.
  virtual void lost(Node& node) = 0;
  /// Its state is another.
  virtual void changed() = 0;
  /// A slot is not where it was thought to be.
  virtual void refresh() = 0;
};

/// What nodes are made with.
struct NodeParts {
  boost::asio::any_io_executor executor;
  std::shared_ptr<Dialer> dialer;
  std::shared_ptr<Login> login;
  milliseconds connect_timeout{2'000};
  bool ask_slots = true;
};

/// One server: one connection, made again whenever it ends, and the calls on it. A server that does
/// not answer, or not in time, is asked nothing until it does: callers hear so at once.
class Node : public std::enable_shared_from_this<Node> {
 public:
  enum class State : std::uint8_t {
    connecting,  ///< for the first time, or a moment after a connection ended: calls wait
    ready,
    stalled,  ///< connected, and answers that came too late are still to come
    down,     ///< another attempt follows
  };
  /// A server that has been silent for so long is given up; its connection is made anew.
  static constexpr milliseconds kSilence{2'000};
  /// How long nothing may be said on a connection before it is tried: what lies between may have
  /// forgotten it.
  static constexpr seconds kIdle{10};

  /// `owner` outlives it, or has called leave().
  Node(Address address, const NodeParts& parts, NodeOwner& owner);

  void start();
  /// Ends once the calls that are on their way have their answers or their time is over.
  void stop();
  /// Ends now; nobody is told of anything any more.
  void leave();

  /// Sends it, or ends it at once. In its order behind all that was sent before.
  void send(Pending call);
  /// Each second: sees to a connection that is idle or whose proof is to be renewed.
  void look_after(SteadyTime now, UtcTime utc);

  const Address& address() const { return address_; }
  State state() const { return state_; }
  /// Why it is down.
  const std::string& why() const { return why_; }

 private:
  /// One connection.
  struct Link {
    std::unique_ptr<net::ByteStream> stream;
    Pipeline calls;
    bool flushing = false;
    bool renewing = false;
  };
  using LinkPtr = std::shared_ptr<Link>;

  boost::asio::awaitable<void> run(std::shared_ptr<Node> self);
  /// From the attempt to connect to the connection's end.
  boost::asio::awaitable<Failure> live();
  boost::asio::awaitable<Greeted> connect();
  boost::asio::awaitable<Failure> read(LinkPtr link);
  boost::asio::awaitable<void> write(std::shared_ptr<Node> self, LinkPtr link);
  boost::asio::awaitable<void> renew(std::shared_ptr<Node> self, LinkPtr link);
  boost::asio::awaitable<void> pause();
  void renewed(const LinkPtr& link, const Proof& proof);
  void serve(const Greeting& greeting);
  void lose(const Failure& why);
  void go_down(const Failure& why);
  void enter(State state);

  void enqueue(Pending call);
  void flush();
  void take(Pending call, Reply reply);
  void take_error(Pending call, const std::string& message);
  void hold_others();
  void settle_one();
  void release_held();
  void fail(Pending call, FailureKind kind, bool maybe_done, std::string message);
  void arm(SteadyTime until);
  void expire();
  void watch_silence(SteadyTime now);
  std::vector<Pending> take_over(SteadyTime now);
  void end_if_done();

  const Address address_;
  NodeParts parts_;
  NodeOwner* owner_;
  boost::asio::steady_timer ends_;   ///< of calls
  boost::asio::steady_timer pause_;  ///< between attempts
  SteadyTime armed_ = SteadyTime::max();
  Cancellation gone_;
  LinkPtr link_;  ///< null: not connected
  State state_ = State::connecting;
  std::string why_;
  std::vector<Pending> held_;  ///< that wait for a connection, or for others to be settled
  std::size_t unsettled_ = 0;  ///< answers to come before those that are held may go
  unsigned failures_ = 0;      ///< attempts in a row
  SteadyTime since_{};         ///< the connection serves
  SteadyTime heard_{};         ///< of the server, last
  UtcTime renew_at_ = UtcTime::max();
  std::minstd_rand random_;
  bool unwell_ = false;  ///< it said so: the next attempt waits
  bool stopping_ = false;
};

}  // namespace tollgate::redis
