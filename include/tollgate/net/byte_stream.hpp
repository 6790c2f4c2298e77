// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::net {

/// A connection to a peer, plain or TLS, with one deadline for whatever it waits for: a seam, so
/// that exchanges can be driven without a socket. One reader and one writer at a time, all on the
/// connection's executor.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// Turns the stream into TLS, in the role `ssl` was made for. Error tls: the handshake or the
  /// peer's certificate failed; nothing of ours was sent.
  virtual boost::asio::awaitable<Result<void>> handshake(SslPtr ssl) = 0;

  /// Reads at least one byte. Errors: closed (clean end: FIN, with close_notify under TLS),
  /// protocol (reset or TLS cut off), timeout (deadline), or what cancel() was given.
  virtual boost::asio::awaitable<Result<std::size_t>> read_some(
      boost::asio::mutable_buffer buffer) = 0;
  /// The same for when nothing can be there yet, as right after asking: waits before it tries.
  virtual boost::asio::awaitable<Result<std::size_t>> read_later(
      boost::asio::mutable_buffer buffer) = 0;

  /// Writes everything. Errors as read_some. Two pieces leave in one system call on a plain stream
  /// and in one TLS record each otherwise: callers join small pieces.
  virtual boost::asio::awaitable<Result<void>> write(std::string_view first,
                                                     std::string_view second = {}) = 0;

  /// When the next waits give up. One that passes ends them with Errc::timeout until it is set
  /// anew, so that a peer that was too slow can still be told so.
  virtual void deadline(SteadyTime at) = 0;
  void no_deadline() { deadline(SteadyTime::max()); }

  /// Ends current and later waits with `why`; for another coroutine on the same executor.
  virtual void cancel(Errc why) = 0;

  /// Whether an idle keep-alive connection can still be used: no FIN, no error and no unasked
  /// bytes.
  virtual bool idle_and_alive() = 0;

  /// Calls `gone` once if the peer closes or resets before the watch ends. One watch at a time; a
  /// peer that sends more bytes (pipelining) is not gone, and is no longer watched. Half-closing
  /// counts as gone.
  virtual void watch_hangup(std::function<void()> gone) = 0;
  virtual void end_watch() = 0;

  /// Ends what this side sends: close_notify if TLS, then FIN. Reading goes on.
  virtual void end_sending() = 0;
  /// Sends close_notify if TLS, then FIN, and closes. After an error, or to abort, use reset().
  virtual void close() = 0;
  /// Closes with RST, so that the peer cannot take a cut-off answer for a whole one.
  virtual void reset() = 0;

  virtual bool is_open() const = 0;
  /// The TLS side of it, for certificates and sessions; null: plain.
  virtual SSL* ssl() = 0;
  bool is_tls() { return ssl() != nullptr; }
};

/// While it lives, the stream's waits end as soon as the work is to end (Cancellation::ended()); at
/// once if that is so already.
class EndsWaits : public Cancellation::Watcher {
 public:
  EndsWaits(Cancellation& cancellation, ByteStream& stream)
      : Watcher(cancellation), cancellation_(cancellation), stream_(stream) {
    EndsWaits::on_change();
  }
  void on_change() override {
    if (cancellation_.ended()) stream_.cancel(Errc::cancelled);
  }

 private:
  Cancellation& cancellation_;
  ByteStream& stream_;
};

}  // namespace tollgate::net
