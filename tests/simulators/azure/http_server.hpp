// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tollgate::simulator {

using Request = boost::beast::http::request<boost::beast::http::string_body>;

/// The server's end of a connection, for a service that writes its own bytes.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Throws boost::system::system_error when the other side has gone.
  virtual boost::asio::awaitable<void> write(std::string_view bytes) = 0;
  /// Ends the connection with RST, or with FIN; later writes throw.
  virtual void reset() = 0;
  virtual void close() = 0;
  /// The orderly end of a message that has no other: close_notify under TLS, then FIN.
  virtual boost::asio::awaitable<void> finish() = 0;
  virtual bool is_open() const = 0;
  /// Splits later writes; 0 turns that off.
  void split_writes(std::size_t bytes) { piece_ = bytes; }

 protected:
  std::size_t piece_ = 0;
};

/// One service's answer to one request. Keeps the connection open unless it closes the wire.
using Handler = std::function<boost::asio::awaitable<void>(const Request& request, Wire& wire)>;

/// An HTTP/1.1 server on a port of 127.0.0.1.
class HttpServer {
 public:
  /// `tls` is null for a plain server; it outlives this object. Port 0: the kernel chooses.
  HttpServer(boost::asio::io_context& context, std::uint16_t port, boost::asio::ssl::context* tls,
             Handler handler);

  void start();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::awaitable<void> accept_loop();

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ssl::context* tls_;
  Handler handler_;
};

/// A whole response with a length; the usual thing.
std::string make_response(int status, std::string_view reason, std::string_view fields,
                          std::string_view body,
                          std::string_view content_type = "application/json");

}  // namespace tollgate::simulator
