// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "node.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/post.hpp>

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

using Then = ErrorReply::Then;

}  // namespace

Node::Node(Address address, const NodeParts& parts, NodeOwner& owner)
    : address_(std::move(address)),
      parts_(parts),
      owner_(&owner),
      ends_(parts.executor),
      pause_(parts.executor),
      random_(std::random_device()()) {}

void Node::enter(State state) {
  if (std::exchange(state_, state) != state && owner_ != nullptr) owner_->changed();
}

void Node::fail(Pending call, FailureKind kind, bool maybe_done, std::string message) {
  if (owner_ != nullptr && !call.told)
    owner_->finish(std::move(call), Failure{kind, maybe_done, std::move(message)}, false);
}

void Node::send(Pending call) {
  const auto refuse = [&](FailureKind kind, std::string why) {
    owner_->finish(std::move(call), Failure{kind, false, std::move(why)}, true);
  };
  if (state_ == State::down || state_ == State::stalled) return refuse(FailureKind::down, why_);
  const bool full = held_.size() >= Pipeline::kMostCalls || (link_ && !link_->calls.has_room());
  if (full) return refuse(FailureKind::full, "too many calls wait for the store");
  if (!link_ || unsettled_ > 0) {
    arm(call.until);
    held_.push_back(std::move(call));
    return;
  }
  enqueue(std::move(call));
}

void Node::enqueue(Pending call) {
  arm(call.until);
  link_->calls.add(std::move(call));
  flush();
}

void Node::take(Pending call, Reply reply) {
  if (owner_ == nullptr) return;
  if (reply.is_error() && !call.is_own && !call.told) {
    take_error(std::move(call), reply.text);
  } else if (!call.told) {
    owner_->finish(std::move(call), std::move(reply), false);
  }
  settle_one();
}

void Node::take_error(Pending call, const std::string& message) {
  const ErrorReply error = read_error(message);
  const bool once_more = call.hops < Pending::kMostHops;
  if (error.then == Then::whole && once_more) {
    ++call.hops;
    call.whole = true;
    hold_others();  // those behind it may be of the same script
    link_->calls.forget_scripts();
    return enqueue(std::move(call));
  }
  const bool elsewhere =
      error.then == Then::move || error.then == Then::ask || error.then == Then::again;
  if (elsewhere && once_more) {
    ++call.hops;
    if (error.then == Then::move) hold_others();
    return owner_->redirect(*this, std::move(call), error);
  }
  owner_->finish(std::move(call), Failure{error.kind, !error.undone, tellable(message)}, false);
  if (owner_ == nullptr) return;
  if (error.then == Then::refresh) owner_->refresh();
  if (error.then != Then::reconnect) return;
  unwell_ = true;
  link_->stream->cancel(Errc::closed);
}

/// What is on its way keeps its order, sent once more or not; what comes waits until it is done.
void Node::hold_others() {
  if (unsettled_ == 0) unsettled_ = link_->calls.size() + 1;
}

void Node::settle_one() {
  if (owner_ == nullptr || unsettled_ == 0 || --unsettled_ > 0) return;
  owner_->settled(*this);
  release_held();
}

void Node::release_held() {
  for (Pending& call : std::exchange(held_, {})) owner_->route(std::move(call));
}

void Node::arm(SteadyTime until) {
  if (until >= armed_) return;
  armed_ = until;
  ends_.expires_at(until);
  ends_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const std::shared_ptr<Node> self = weak.lock();
    if (error || !self) return;
    // Behind what has arrived by now: a worker that was busy is no server that was late.
    asio::post(self->parts_.executor, [self] { self->expire(); });
  });
}

void Node::expire() {
  if (owner_ == nullptr) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  armed_ = SteadyTime::max();
  std::vector<Pending> waited = take_over(now);
  std::vector<Pending> late;
  if (link_) late = link_->calls.take_over(now);
  if (!late.empty()) {
    why_ = "the server does not answer in time";
    if (state_ == State::ready) enter(State::stalled);
  }
  if (link_) watch_silence(now);
  // Last: who is told may send.
  for (Pending& call : waited)
    fail(std::move(call), FailureKind::timeout, false, "no connection to the store in time");
  for (Pending& call : late) fail(std::move(call), FailureKind::timeout, true, "no answer in time");
  end_if_done();
}

void Node::watch_silence(SteadyTime now) {
  arm(link_->calls.next_end());
  const SteadyTime since = link_->calls.late_since();
  if (since == SteadyTime::max()) return;
  if (since + kSilence > now) return arm(since + kSilence);
  link_->stream->cancel(Errc::timeout);
}

std::vector<Pending> Node::take_over(SteadyTime now) {
  const auto over = std::stable_partition(held_.begin(), held_.end(),
                                          [&](const Pending& call) { return call.until > now; });
  std::vector<Pending> out(std::make_move_iterator(over), std::make_move_iterator(held_.end()));
  held_.erase(over, held_.end());
  for (const Pending& call : held_) arm(call.until);
  return out;
}

void Node::stop() {
  stopping_ = true;
  pause_.cancel();
  end_if_done();
}

void Node::end_if_done() {
  if (stopping_ && (!link_ || link_->calls.next_end() == SteadyTime::max()) && held_.empty())
    leave();
}

void Node::leave() {
  stopping_ = true;
  owner_ = nullptr;
  gone_.stop();
  pause_.cancel();
  ends_.cancel();
  if (link_) link_->stream->cancel(Errc::cancelled);
}

}  // namespace tollgate::redis
