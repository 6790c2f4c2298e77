// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "command_writer.hpp"
#include "node.hpp"

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

/// A connection that lasted as long may be made again at once.
constexpr seconds kLasting{1};
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
/// After a proof that could not be renewed.
constexpr seconds kRenewAgain{30};

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

void Node::start() { asio::co_spawn(parts_.executor, run(shared_from_this()), asio::detached); }

asio::awaitable<void> Node::run(std::shared_ptr<Node> /*self*/) {
  while (!stopping_) {
    Failure why;
    try {
      why = co_await live();
    } catch (const std::exception& exception) {
      // A fault of ours, or no memory: the store is worth another attempt all the same.
      unwell_ = true;
      why = {FailureKind::lost, true, exception.what()};
    }
    if (owner_ == nullptr) break;
    const bool lasted = link_ && now() - since_ >= kLasting;
    if (link_) lose(why);
    if (!std::exchange(unwell_, false) && lasted) continue;
    go_down(why);
    co_await pause();
  }
  if (link_) link_->stream->close();
  link_.reset();
}

asio::awaitable<Failure> Node::live() {
  const Greeted greeted = co_await connect();
  if (!greeted) co_return greeted.error();
  if (owner_ == nullptr) co_return Failure();
  since_ = now();
  serve(*greeted);
  co_return co_await read(link_);
}

asio::awaitable<Greeted> Node::connect() {
  const SteadyTime until = now() + parts_.connect_timeout;
  const auto proof = co_await parts_.login->proof(std::chrono::system_clock::now());
  if (!proof) co_return proof.error();
  auto stream = co_await parts_.dialer->dial(address_, until, gone_);
  if (!stream) co_return failure_of(stream.error());
  const auto link = std::make_shared<Link>();
  link->stream = std::move(*stream);
  link->stream->deadline(until);
  const net::EndsWaits watch(gone_, *link->stream);
  Greeted greeted = co_await greet(*link->stream, *proof, address_, parts_.ask_slots);
  if (!greeted) {
    if (greeted.error().kind == FailureKind::unauthenticated) parts_.login->refused();
    link->stream->close();
    co_return greeted;
  }
  link->stream->no_deadline();
  link_ = link;
  renew_at_ = proof->renew_at.value_or(UtcTime::max());
  co_return greeted;
}

void Node::serve(const Greeting& greeting) {
  failures_ = 0;
  heard_ = now();
  why_.clear();
  owner_->greeted(greeting);
  enter(State::ready);
  release_held();
  end_if_done();
}

asio::awaitable<Failure> Node::read(LinkPtr link) {
  std::array<char, 16UL * 1024> buffer{};
  for (;;) {
    const Result<std::size_t> read = co_await link->stream->read_some(asio::buffer(buffer));
    if (!read) co_return failure_of(read.error());
    heard_ = now();
    const Result<void> understood = link->calls.arrived(
        {buffer.data(), *read},
        [this](Pending call, Reply reply) { take(std::move(call), std::move(reply)); });
    if (!understood) co_return Failure{FailureKind::protocol, true, understood.error().message};
    if (state_ == State::stalled && link->calls.late_since() == SteadyTime::max())
      enter(State::ready);
    end_if_done();
  }
}

void Node::flush() {
  if (std::exchange(link_->flushing, true)) return;
  // Behind whatever else is ready to run: what it sends leaves with this.
  asio::post(parts_.executor, [self = shared_from_this(), link = link_] {
    asio::co_spawn(self->parts_.executor, self->write(self, link), asio::detached);
  });
}

asio::awaitable<void> Node::write(std::shared_ptr<Node> /*self*/, LinkPtr link) {
  while (link->calls.has_out()) {
    std::string bytes = link->calls.take_out();
    const Result<void> written = co_await link->stream->write(bytes);
    wipe(bytes);
    if (!written) {
      link->stream->cancel(Errc::closed);  // for who reads
      break;
    }
  }
  link->flushing = false;
}

void Node::lose(const Failure& why) {
  const LinkPtr link = std::exchange(link_, nullptr);
  link->stream->reset();
  unsettled_ = 0;
  why_ = why.message;
  enter(State::connecting);
  owner_->lost(*this);
  std::vector<Pending> held = std::exchange(held_, {});
  for (Pending& call : link->calls.take_all())
    fail(std::move(call), why.kind == FailureKind::protocol ? why.kind : FailureKind::lost, true,
         "the connection ended before the answer: " + why.message);
  // They were made for the connection that is gone, as session() told.
  for (Pending& call : held)
    fail(std::move(call), FailureKind::lost, false, "the connection ended: " + why.message);
}

void Node::go_down(const Failure& why) {
  ++failures_;
  why_ = why.message;
  enter(State::down);
  for (Pending& call : std::exchange(held_, {}))
    fail(std::move(call), FailureKind::down, false, why_);
  end_if_done();
}

asio::awaitable<void> Node::pause() {
  if (stopping_) co_return;
  const unsigned doublings = std::min(failures_ - 1, 10U);
  const milliseconds longest = std::min(kFirstPause * (1U << doublings), kLongestPause);
  // Not all workers at once.
  std::uniform_int_distribution<std::int64_t> spread(longest.count() / 2, longest.count());
  pause_.expires_after(milliseconds(spread(random_)));
  boost::system::error_code ignored;
  co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Node::look_after(SteadyTime at, UtcTime utc) {
  if (!link_ || state_ != State::ready) return;
  if (utc >= renew_at_ && !std::exchange(link_->renewing, true))
    asio::co_spawn(parts_.executor, renew(shared_from_this(), link_), asio::detached);
  if (!link_->calls.empty() || at - heard_ < kIdle) return;
  Pending probe;
  probe.is_own = true;
  probe.until = at + kSilence;
  probe.call = Call::command({"PING"});
  enqueue(std::move(probe));
}

asio::awaitable<void> Node::renew(std::shared_ptr<Node> /*self*/, LinkPtr link) {
  const UtcTime utc = std::chrono::system_clock::now();
  const auto proof = co_await parts_.login->proof(utc);
  link->renewing = false;
  if (link != link_ || owner_ == nullptr) co_return;
  renew_at_ =
      std::max(proof ? proof->renew_at.value_or(UtcTime::max()) : UtcTime(), utc + kRenewAgain);
  if (proof) renewed(link, *proof);
}

void Node::renewed(const LinkPtr& link, const Proof& proof) {
  Pending call;
  call.is_own = true;
  call.until = now() + kSilence;
  arm(call.until);
  call.done = [weak = weak_from_this(), link](Answer answer) {
    const std::shared_ptr<Node> self = weak.lock();
    if (!self || !answer || !answer->is_error()) return;
    self->parts_.login->refused();
    link->stream->cancel(Errc::closed);  // the next connection proves itself anew
  };
  link->calls.add_written(std::move(call), proof.command.reveal());
  flush();
}

}  // namespace tollgate::redis
