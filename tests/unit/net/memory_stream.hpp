// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/net/byte_stream.hpp"

namespace tollgate::net {

/// What a test and one end of a connection share: what the test lets arrive there, and what it sees
/// of it. Nothing happens by itself: no socket, no clock.
struct MemoryLine {
  enum class End { open, closed, reset };

  std::deque<std::string> arriving;  ///< one piece per read
  End peer = End::open;              ///< how the peer has ended, behind what is arriving
  bool peer_reads = true;            ///< false: writes wait
  std::string sent;
  End own = End::open;
  bool sending_ended = false;
  bool secured = false;  ///< a handshake was made
  SteadyTime deadline = SteadyTime::max();
  bool late = false;
  std::optional<Errc> cancelled;
  std::function<void()> gone;  ///< the watch
  bool watched = false;        ///< and the peer has not spoken since
  boost::asio::steady_timer* waiting = nullptr;
  bool alive = true;

  bool waits() const { return waiting != nullptr; }
  void wake() {
    if (waiting != nullptr) waiting->cancel();
  }
  void arrives(std::string_view bytes) {
    arriving.emplace_back(bytes);
    wake();
  }
  void ends(End how = End::closed) {
    peer = how;
    tell_watch();
    wake();
  }
  void reads(bool on) {
    peer_reads = on;
    wake();
  }
  /// Its deadline passes, if one is set.
  void runs_late() {
    if (deadline == SteadyTime::max()) return;
    late = true;
    wake();
  }
  void tell_watch() {
    if (peer == End::open || !arriving.empty() || !gone) return;
    std::exchange(gone, nullptr)();
  }
};

/// The stream at that end. The line outlives it.
class MemoryStream : public ByteStream {
 public:
  MemoryStream(boost::asio::any_io_executor executor, std::shared_ptr<MemoryLine> line)
      : executor_(std::move(executor)), line_(std::move(line)) {}
  ~MemoryStream() override {
    line_->gone = nullptr;
    line_->alive = false;
  }

  boost::asio::awaitable<Result<void>> handshake(SslPtr) override {
    line_->secured = true;
    co_return Result<void>();
  }
  boost::asio::awaitable<Result<std::size_t>> read_some(
      boost::asio::mutable_buffer buffer) override {
    for (;;) {
      if (stopped()) co_return why();
      if (!line_->arriving.empty()) co_return take(buffer);
      if (line_->peer == MemoryLine::End::closed) co_return Error{Errc::closed, "ended"};
      if (line_->peer == MemoryLine::End::reset) co_return Error{Errc::protocol, "reset"};
      co_await wait();
    }
  }
  boost::asio::awaitable<Result<std::size_t>> read_later(
      boost::asio::mutable_buffer buffer) override {
    return read_some(buffer);
  }
  boost::asio::awaitable<Result<void>> write(std::string_view first,
                                             std::string_view second) override {
    for (;;) {
      if (stopped()) co_return why();
      if (line_->peer == MemoryLine::End::reset) co_return Error{Errc::closed, "reset"};
      if (line_->peer_reads) break;
      co_await wait();
    }
    line_->sent.append(first).append(second);
    co_return Result<void>();
  }
  void deadline(SteadyTime at) override {
    line_->late = false;
    line_->deadline = at;
  }
  void cancel(Errc why) override {
    if (!line_->cancelled) line_->cancelled = why;
    line_->wake();
  }
  bool idle_and_alive() override {
    return is_open() && !stopped() && line_->arriving.empty() &&
           line_->peer == MemoryLine::End::open;
  }
  void watch_hangup(std::function<void()> gone) override {
    line_->gone = std::move(gone);
    boost::asio::post(executor_, [line = line_] { line->tell_watch(); });
  }
  void end_watch() override { line_->gone = nullptr; }
  void end_sending() override { line_->sending_ended = true; }
  void close() override {
    if (is_open()) line_->own = MemoryLine::End::closed;
  }
  void reset() override {
    if (is_open()) line_->own = MemoryLine::End::reset;
  }
  bool is_open() const override { return line_->own == MemoryLine::End::open; }
  SSL* ssl() override { return nullptr; }

 private:
  bool stopped() const { return line_->cancelled || line_->late; }
  Error why() const {
    if (line_->cancelled) return {*line_->cancelled, "cancelled"};
    return {Errc::timeout, "late"};
  }
  std::size_t take(boost::asio::mutable_buffer buffer) {
    std::string& piece = line_->arriving.front();
    const std::size_t count = boost::asio::buffer_copy(buffer, boost::asio::buffer(piece));
    piece.erase(0, count);
    if (piece.empty()) line_->arriving.pop_front();
    return count;
  }
  boost::asio::awaitable<void> wait() {
    boost::asio::steady_timer timer(executor_, boost::asio::steady_timer::time_point::max());
    // A context that ends destroys this frame after the stream itself: the line is kept until then.
    const std::shared_ptr<MemoryLine> line = line_;
    line->waiting = &timer;
    const std::unique_ptr<MemoryLine, void (*)(MemoryLine*)> leave(
        line.get(), [](MemoryLine* of) { of->waiting = nullptr; });
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  boost::asio::any_io_executor executor_;
  std::shared_ptr<MemoryLine> line_;
};

}  // namespace tollgate::net
