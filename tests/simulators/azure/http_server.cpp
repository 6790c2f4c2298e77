// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "http_server.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

namespace tollgate::simulator {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t kBodyLimit = 256ULL * 1024 * 1024;
constexpr std::uint32_t kHeadLimit = 256 * 1024;

template <class Stream>
class StreamWire : public Wire {
 public:
  explicit StreamWire(Stream& stream) : stream_(stream) {}

  asio::awaitable<void> write(std::string_view bytes) override {
    if (!is_open()) throw boost::system::system_error(asio::error::not_connected);
    while (!bytes.empty()) {
      const std::size_t size = piece_ == 0 ? bytes.size() : std::min(piece_, bytes.size());
      co_await asio::async_write(stream_, asio::buffer(bytes.data(), size), asio::use_awaitable);
      bytes.remove_prefix(size);
    }
  }
  void reset() override {
    boost::system::error_code ignored;
    socket().set_option(tcp::socket::linger(true, 0), ignored);
    socket().close(ignored);
  }
  void close() override {
    boost::system::error_code ignored;
    socket().shutdown(tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }
  asio::awaitable<void> finish() override {
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      boost::system::error_code ignored;
      co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    }
    close();
    co_return;
  }
  bool is_open() const override { return const_cast<StreamWire*>(this)->socket().is_open(); }

 private:
  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, tcp::socket>) {
      return stream_;
    } else {
      return stream_.next_layer();
    }
  }

  Stream& stream_;
};

template <class Stream>
asio::awaitable<void> serve(Stream& stream, const Handler& handler) {
  boost::beast::flat_buffer buffer;
  StreamWire<Stream> wire(stream);
  while (wire.is_open()) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyLimit);
    parser.header_limit(kHeadLimit);
    co_await http::async_read_header(stream, buffer, parser, asio::use_awaitable);
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      co_await wire.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    const Request request = parser.release();
    co_await handler(request, wire);
    if (!request.keep_alive()) wire.close();
  }
}

asio::awaitable<void> run_plain(tcp::socket socket, const Handler& handler) {
  co_await serve(socket, handler);
}

asio::awaitable<void> run_tls(tcp::socket socket, asio::ssl::context& tls, const Handler& handler) {
  asio::ssl::stream<tcp::socket> stream(std::move(socket), tls);
  co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  co_await serve(stream, handler);
}

/// A connection that fails, or a client that leaves, ends only itself.
void ignore(const std::exception_ptr&) {}

}  // namespace

HttpServer::HttpServer(asio::io_context& context, std::uint16_t port, asio::ssl::context* tls,
                       Handler handler)
    : context_(context),
      acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      tls_(tls),
      handler_(std::move(handler)) {
  acceptor_.listen(4096);
}

void HttpServer::start() { asio::co_spawn(context_, accept_loop(), asio::detached); }

asio::awaitable<void> HttpServer::accept_loop() {
  for (;;) {
    boost::system::error_code error;
    tcp::socket socket(asio::make_strand(context_));
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error) continue;
    socket.set_option(tcp::no_delay(true), error);
    const auto executor = socket.get_executor();
    if (tls_ != nullptr) {
      asio::co_spawn(executor, run_tls(std::move(socket), *tls_, handler_), ignore);
    } else {
      asio::co_spawn(executor, run_plain(std::move(socket), handler_), ignore);
    }
  }
}

std::string make_response(int status, std::string_view reason, std::string_view fields,
                          std::string_view body, std::string_view content_type) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out.append(reason).append("\r\n");
  if (!body.empty()) out.append("content-type: ").append(content_type).append("\r\n");
  if (status != 204)
    out.append("content-length: ").append(std::to_string(body.size())).append("\r\n");
  return out.append(fields).append("\r\n").append(body);
}

}  // namespace tollgate::simulator
