// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::net {

using Socket = boost::asio::ip::tcp::socket;

/// A TCP connection, plain or TLS, with one deadline for whatever it waits for. TLS runs on the socket
/// itself (SSL_set_fd), which spares the copies and the 65 KiB of asio::ssl::stream. One reader and one
/// writer at a time, all on the socket's executor. Not movable: it is reached by its deadline.
class Stream {
 public:
  Stream(Socket socket, DeadlineSweep& sweep);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  /// Turns the stream into TLS, in the role `ssl` was made for. Error tls: the handshake or the peer's
  /// certificate failed; nothing of ours was sent.
  boost::asio::awaitable<Result<void>> handshake(SslPtr ssl);

  /// Reads at least one byte. Errors: closed (clean end: FIN, with close_notify under TLS), protocol (reset
  /// or TLS cut off), timeout (deadline), or what cancel() was given.
  boost::asio::awaitable<Result<std::size_t>> read_some(boost::asio::mutable_buffer buffer);
  /// The same for when nothing can be there yet, as right after asking: waits before it tries.
  boost::asio::awaitable<Result<std::size_t>> read_later(boost::asio::mutable_buffer buffer);

  /// Writes everything. Errors as read_some. Two pieces leave in one system call on a plain stream and in
  /// one TLS record each otherwise: callers join small pieces.
  boost::asio::awaitable<Result<void>> write(std::string_view first, std::string_view second = {});

  /// When the next waits give up. One that passes ends them with Errc::timeout until it is set anew, so that
  /// a peer that was too slow can still be told so.
  void deadline(SteadyTime at);
  void no_deadline() { deadline(SteadyTime::max()); }

  /// Ends current and later waits with `why`; for another coroutine on the same executor.
  void cancel(Errc why);

  /// Whether an idle keep-alive connection can still be used: no FIN, no error and no unasked bytes.
  bool idle_and_alive();

  /// Calls `gone` once if the peer closes or resets before the watch ends. One watch at a time; a peer that
  /// sends more bytes (pipelining) is not gone, and is no longer watched. Half-closing counts as gone.
  void watch_hangup(std::function<void()> gone);
  void end_watch();

  /// Ends what this side sends: close_notify if TLS, then FIN. Reading goes on.
  void end_sending();
  /// Sends close_notify if TLS, then FIN, and closes. After an error, or to abort, use reset().
  void close();
  /// Closes with RST, so that the peer cannot take a cut-off answer for a whole one.
  void reset();

  bool is_open() const { return socket_.is_open(); }
  bool is_tls() const { return ssl_ != nullptr; }
  SSL* ssl() { return ssl_.get(); }
  Socket& socket() { return socket_; }

 private:
  enum class Want { nothing, read, write };
  struct Step {
    Want want = Want::nothing;
    std::size_t bytes = 0;
    Errc error = Errc::internal;
    bool failed = false;
  };
  struct Watch;

  Step try_read(boost::asio::mutable_buffer buffer);
  Step try_write(std::string_view first, std::string_view second);
  Step tls_step(int result);
  boost::asio::awaitable<Result<void>> wait(Want want);
  void on_deadline();
  bool stopped() const { return cancelled_ || timed_out_; }
  Error failure(Errc code) const;
  void arm_watch();
  Step peek();

  Socket socket_;
  SslPtr ssl_;
  Deadline deadline_;
  std::shared_ptr<Watch> watch_;  // shared with the pending wait, which may outlive the stream
  bool cancelled_ = false;
  bool timed_out_ = false;
  bool broken_ = false;  ///< a plain connection was reset
  Errc cancel_reason_ = Errc::cancelled;
};

}  // namespace tollgate::net
