// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "routed_client.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "command_writer.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// Whoever is told does not throw; if he does, the others' calls go on.
void tell(const Client::Done& done, Answer answer) {
  try {
    done(std::move(answer));
  } catch (const std::exception& exception) {
    telemetry::log::error("store.exception", {{"detail", exception.what()}});
  }
}

}  // namespace

RoutedClient::RoutedClient(const Address& seed, const NodeParts& parts, milliseconds patience,
                           Ears ears)
    : parts_(parts),
      patience_(patience),
      ears_(std::move(ears)),
      seed_(seed),
      second_(parts.executor),
      moment_(parts.executor),
      self_(std::make_shared<RoutedClient*>(this)) {
  nodes_.emplace(seed, std::make_shared<Node>(seed, parts_, *this));
}

RoutedClient::~RoutedClient() {
  for (const auto& [address, node] : nodes_) node->leave();
  for (const auto& retired : retired_)
    if (const NodePtr node = retired.lock()) node->leave();
}

void RoutedClient::start() {
  nodes_.at(seed_)->start();
  wait_a_second();
}

void RoutedClient::stop() {
  stopped_ = true;
  second_.cancel();
  moment_.cancel();
  for (const auto& [address, node] : nodes_) node->stop();
}

void RoutedClient::send(Call call, Done done) {
  if (stopped_) return;
  Pending pending;
  pending.slot = slot_of(call.key());
  pending.began = now();
  pending.until = pending.began + call.patience.value_or(patience_);
  pending.call = std::move(call);
  pending.done = std::move(done);
  if (written_size(pending.call, true) > kLargestCall)
    return finish(std::move(pending), Failure{FailureKind::full, false, "the call is too large"},
                  true);
  route(std::move(pending));
}

void RoutedClient::route(Pending call) {
  const Address* const owner = table_.owner(call.slot);
  node_at(owner == nullptr ? seed_ : *owner).send(std::move(call));
}

Node& RoutedClient::node_at(const Address& address) {
  NodePtr& node = nodes_[address];
  if (!node) {
    node = std::make_shared<Node>(address, parts_, *this);
    node->start();
  }
  return *node;
}

void RoutedClient::redirect(Node& from, Pending call, const ErrorReply& error) {
  call.asking = error.then == ErrorReply::Then::ask;
  if (error.then == ErrorReply::Then::again) {
    // It may be done behind what is sent meanwhile.
    ++session_;
    again_.push_back(std::move(call));
    if (again_.size() == 1) send_again();
    return;
  }
  Address to = error.to;
  if (to.host.empty()) to.host = from.address().host;
  if (error.then == ErrorReply::Then::move) {
    moves_.push_back({&from, error.slot, to});
    slots_wanted_ = true;
  }
  node_at(to).send(std::move(call));
}

void RoutedClient::send_again() {
  moment_.expires_after(kAgainAfter);
  moment_.async_wait([weak = std::weak_ptr(self_)](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    for (Pending& call : std::exchange((*self)->again_, {})) {
      if (call.until > now()) {
        (*self)->route(std::move(call));
        continue;
      }
      (*self)->finish(std::move(call),
                      Failure{FailureKind::try_again, false, "keys are on the move"}, false);
    }
  });
}

void RoutedClient::settled(Node& from) {
  std::erase_if(moves_, [&](const Move& move) {
    if (move.from != &from) return false;
    if (table_.move(move.slot, move.to)) ++session_;
    return true;
  });
  if (slots_wanted_) refresh();
}

void RoutedClient::lost(Node& node) {
  ++session_;
  settled(node);
}

void RoutedClient::finish(Pending call, Answer answer, bool at_once) {
  if (!call.is_own) {
    const std::chrono::duration<double> took = now() - call.began;
    ears_.ended(answer ? "ok" : to_string(answer.error().kind), took.count());
  }
  if (!call.done) return;
  if (!at_once) return tell(call.done, std::move(answer));
  asio::post(parts_.executor,
             [done = std::move(call.done), answer = std::move(answer)] { tell(done, answer); });
}

}  // namespace tollgate::redis
