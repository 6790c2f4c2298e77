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
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::net {

using Socket = boost::asio::ip::tcp::socket;

/// A TCP connection, plain or TLS. TLS runs on the socket itself (SSL_set_fd), which spares the
/// copies and the 65 KiB of asio::ssl::stream. Stays where it was made: its deadline holds its
/// address.
class Stream final : public ByteStream {
 public:
  Stream(Socket socket, DeadlineSweep& sweep);
  ~Stream() override;

  boost::asio::awaitable<Result<void>> handshake(SslPtr ssl) override;
  boost::asio::awaitable<Result<std::size_t>> read_some(
      boost::asio::mutable_buffer buffer) override;
  boost::asio::awaitable<Result<std::size_t>> read_later(
      boost::asio::mutable_buffer buffer) override;
  boost::asio::awaitable<Result<void>> write(std::string_view first,
                                             std::string_view second = {}) override;
  void deadline(SteadyTime at) override;
  void cancel(Errc why) override;
  bool idle_and_alive() override;
  void watch_hangup(std::function<void()> gone) override;
  void end_watch() override;
  void end_sending() override;
  void close() override;
  void reset() override;
  bool is_open() const override { return socket_.is_open(); }
  SSL* ssl() override { return ssl_.get(); }

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
  /// Lets others have their turn when this stream has had its own without ever having to wait.
  boost::asio::awaitable<void> end_turn();
  void on_deadline();
  bool stopped() const { return cancelled_ || timed_out_; }
  Error failure(Errc code) const;
  void arm_watch();
  Step peek();

  Socket socket_;
  SslPtr ssl_;
  Deadline deadline_;
  std::shared_ptr<Watch> watch_;  // shared with the pending wait, which may outlive the stream
  std::size_t turn_ = 0;          ///< bytes moved since others could last run
  bool cancelled_ = false;
  bool timed_out_ = false;
  bool broken_ = false;  ///< a plain connection was reset
  Errc cancel_reason_ = Errc::cancelled;
};

}  // namespace tollgate::net
