// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The client's view of all nodes together: which there are, who has which slot, how they do.
#include <set>
#include <utility>

#include "routed_client.hpp"

namespace tollgate::redis {
namespace {

constexpr milliseconds kSlotsAtMostEvery{200};
constexpr seconds kSlotsEvery{60};

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

void RoutedClient::greeted(const Greeting& greeting) {
  const std::string& policy = greeting.facts.eviction;
  ears_.eviction(policy == "noeviction" ? std::string_view() : policy);
  if (!greeting.slots) return;
  asked_at_ = now();
  learn(*greeting.slots);
}

void RoutedClient::learn(const std::vector<SlotRange>& ranges) {
  slots_wanted_ = false;
  if (!table_.learn(ranges)) return;
  ++session_;
  for (const Address& owner : table_.owners()) node_at(owner);
  drop_others();
  changed();
}

void RoutedClient::drop_others() {
  const std::set<Address> owners = table_.owners();
  std::erase_if(retired_, [](const std::weak_ptr<Node>& node) { return node.expired(); });
  std::erase_if(nodes_, [&](const auto& entry) {
    if (entry.first == seed_ || owners.contains(entry.first)) return false;
    entry.second->stop();
    retired_.push_back(entry.second);
    return true;
  });
}

void RoutedClient::refresh() {
  slots_wanted_ = true;
  if (now() - asked_at_ >= kSlotsAtMostEvery) ask_for_slots();
}

void RoutedClient::ask_for_slots() {
  for (const auto& [address, node] : nodes_) {
    if (node->state() != Node::State::ready) continue;
    asked_at_ = now();
    Pending call;
    call.is_own = true;
    call.until = asked_at_ + Node::kSilence;
    call.call = Call::command({"CLUSTER", "SLOTS"});
    call.done = [weak = std::weak_ptr(self_), asked = address](Answer answer) {
      const auto self = weak.lock();
      if (!self || !answer) return;
      if (const auto ranges = read_slots(*answer, asked)) (*self)->learn(*ranges);
    };
    node->send(std::move(call));
    return;
  }
}

void RoutedClient::wait_a_second() {
  second_.expires_after(seconds(1));
  second_.async_wait([weak = std::weak_ptr(self_)](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    (*self)->look_after();
    (*self)->wait_a_second();
  });
}

void RoutedClient::look_after() {
  const UtcTime utc = std::chrono::system_clock::now();
  // A copy: what they are told may make new ones.
  const std::map<Address, NodePtr> nodes = nodes_;
  for (const auto& [address, node] : nodes) node->look_after(now(), utc);
  std::string_view why;
  ears_.state(worst(why), why);
  if (table_.empty()) return;
  const bool troubled = slots_wanted_ || state_ != Health::State::ready;
  if (troubled || now() - asked_at_ >= kSlotsEvery) ask_for_slots();
}

void RoutedClient::changed() {
  std::string_view why;
  const Health::State next = worst(why);
  if (std::exchange(state_, next) != next) ears_.state(next, why);
}

Health::State RoutedClient::worst(std::string_view& why) const {
  using State = Health::State;
  const std::set<Address> owners = table_.owners();
  State out = State::ready;
  for (const auto& [address, node] : nodes_) {
    // A cluster's first server is only asked for the others.
    if (!owners.empty() && !owners.contains(address)) continue;
    if (node->state() == Node::State::ready) continue;
    if (node->state() == Node::State::connecting) {
      if (out == State::ready) out = State::connecting;
      continue;
    }
    out = State::down;
    why = node->why();
  }
  return out;
}

}  // namespace tollgate::redis
