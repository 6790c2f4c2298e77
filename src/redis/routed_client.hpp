// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "node.hpp"
#include "slot_table.hpp"
#include "tollgate/redis/make_client.hpp"

namespace tollgate::redis {

/// Sends each call to the node that has its slot, or to the one server that there is. The first
/// server's answer tells which it is.
class RoutedClient : public ConnectedClient, public NodeOwner {
 public:
  /// How long a call waits whose keys are on the move (-TRYAGAIN).
  static constexpr milliseconds kAgainAfter{3};
  static constexpr std::size_t kLargestCall = 1024UL * 1024;

  /// What the client tells of itself.
  struct Ears {
    /// One call has ended: "ok" or a FailureKind's word, after so long.
    std::function<void(std::string_view result, double seconds)> ended;
    std::function<void(Health::State, std::string_view why)> state;
    std::function<void(std::string_view policy)> eviction;
  };

  RoutedClient(const Address& seed, const NodeParts& parts, milliseconds patience, Ears ears);
  ~RoutedClient() override;

  void start() override;
  void stop() override;
  void send(Call call, Done done) override;
  std::uint64_t session() const override { return session_; }
  bool ready() const override { return state_ == Health::State::ready; }

  /// Each second by itself; public so that tests can drive it.
  void look_after();

  // What nodes tell it.
  void route(Pending call) override;
  void redirect(Node& from, Pending call, const ErrorReply& error) override;
  void settled(Node& from) override;
  void finish(Pending call, Answer answer, bool at_once) override;
  void greeted(const Greeting& greeting) override;
  void lost(Node& node) override;
  void changed() override;
  void refresh() override;

 private:
  using NodePtr = std::shared_ptr<Node>;
  /// A slot that another node has as soon as what is on its way to this one has been answered.
  struct Move {
    const Node* from;
    unsigned slot;
    Address to;
  };

  Node& node_at(const Address& address);
  void learn(const std::vector<SlotRange>& ranges);
  void drop_others();
  void ask_for_slots();
  void wait_a_second();
  void send_again();
  Health::State worst(std::string_view& why) const;

  NodeParts parts_;
  milliseconds patience_;
  Ears ears_;
  Address seed_;
  std::map<Address, NodePtr> nodes_;
  std::vector<std::weak_ptr<Node>> retired_;  ///< that have no slot any more, and calls perhaps
  SlotTable table_;
  std::vector<Move> moves_;
  std::vector<Pending> again_;
  boost::asio::steady_timer second_;
  boost::asio::steady_timer moment_;  ///< until again_ is sent
  std::uint64_t session_ = 1;
  Health::State state_ = Health::State::connecting;
  SteadyTime asked_at_{};  ///< for slots
  bool slots_wanted_ = false;
  bool stopped_ = false;
  std::shared_ptr<RoutedClient*> self_;  ///< for handlers that may run when it is gone
};

}  // namespace tollgate::redis
