// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/admin/admin_server.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace tollgate::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr unsigned kMostConnections = 64;
constexpr std::size_t kHeadLimit = 8 * 1024;
constexpr std::chrono::seconds kDeadline{10};
constexpr std::chrono::milliseconds kRetryPause{100};

constexpr std::size_t kBodyLimit = 8 * 1024;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

/// What a page says.
struct Shown {
  std::string body;
  const char* type = "text/plain";
  http::status status = http::status::ok;
};

Response make_response(const Request& request, Shown shown) {
  Response response(shown.status, request.version());
  response.set(http::field::content_type, shown.type);
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(shown.body);
  response.prepare_payload();
  return response;
}

Shown show_health(const AdminPages&) { return {"ok\n"}; }

Shown show_readiness(const AdminPages& pages) {
  const Readiness state = pages.readiness();
  const nlohmann::json body{
      {"ready", state.ready}, {"problems", state.problems}, {"models", state.models}};
  return {body.dump() + "\n", "application/json",
          state.ready ? http::status::ok : http::status::service_unavailable};
}

Shown show_metrics(const AdminPages& pages) {
  return {pages.metrics(), "text/plain; version=0.0.4"};
}

Shown show_routes(const AdminPages& pages) { return {pages.routes(), "application/json"}; }

/// A body of JSON that says why not.
Shown refuse_action(http::status status, const char* why) {
  return {nlohmann::json{{"error", why}}.dump() + "\n", "application/json", status};
}

/// Empty: none is shown.
std::string_view shown_key(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view field(request[http::field::authorization].data(),
                               request[http::field::authorization].size());
  return field.starts_with(kBearer) ? field.substr(kBearer.size()) : std::string_view();
}

/// Why a request may change nothing; nullopt: it may.
std::optional<Shown> refuse_change(const Request& request, const AdminPages& pages) {
  const ActionRight right = pages.may_act ? pages.may_act(shown_key(request)) : ActionRight::off;
  switch (right) {
    case ActionRight::granted:
      return std::nullopt;
    case ActionRight::refused:
      return refuse_action(http::status::unauthorized,
                           "this changes something and takes admin.key as Authorization: Bearer");
    case ActionRight::off:
      break;
  }
  return refuse_action(http::status::forbidden,
                       "nothing may be changed here: the configuration has no admin.key");
}

Shown show_quotas(const AdminPages& pages) { return {pages.quotas(), "application/json"}; }

constexpr std::string_view kQuotas = "/admin/quotas";

/// A page, and what makes it.
struct Page {
  std::string_view path;
  Shown (*show)(const AdminPages&);
};

constexpr std::array kPages{
    Page{"/healthz", show_health},  Page{"/readyz", show_readiness},
    Page{"/metrics", show_metrics}, Page{"/admin/routes", show_routes},
    Page{kQuotas, show_quotas},
};

class BeastAdminServer : public AdminServer {
 public:
  BeastAdminServer(asio::io_context& context, tcp::acceptor acceptor, AdminPages pages)
      : context_(context),
        acceptor_(std::move(acceptor)),
        retry_(context),
        pages_(std::move(pages)) {}

  void start() override { asio::co_spawn(context_, accept_loop(), asio::detached); }
  void stop() override {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  }
  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept_loop() {
    while (acceptor_.is_open()) {
      boost::system::error_code error;
      tcp::socket socket(context_);
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // No descriptor left, say: at once it would fail again, and the control thread do nothing
        // else.
        co_await pause_after_failure();
        continue;
      }
      if (open_ >= kMostConnections) continue;
      ++open_;
      asio::co_spawn(context_, serve(beast::tcp_stream(std::move(socket))),
                     [this](const std::exception_ptr&) { --open_; });
    }
  }

  asio::awaitable<void> pause_after_failure() {
    retry_.expires_after(kRetryPause);
    boost::system::error_code ignored;
    co_await retry_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  asio::awaitable<void> serve(beast::tcp_stream stream) {
    beast::flat_buffer buffer(kHeadLimit);
    for (;;) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(kHeadLimit);
      parser.body_limit(kBodyLimit);
      stream.expires_after(kDeadline);
      boost::system::error_code error;
      co_await http::async_read(stream, buffer, parser,
                                asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      const Request request = parser.release();
      Response response;
      if (is_change(request)) {
        response = co_await change(request, stream);
      } else {
        response = answer(request);
      }
      if (request.method() == http::verb::head) {
        response.body().clear();  // the length stays that of the GET
      }
      http::response_serializer<http::string_body> serializer(response);
      if (request.method() == http::verb::head) serializer.split(true);
      co_await write(stream, serializer, request.method() == http::verb::head, error);
      if (error || !request.keep_alive()) co_return;
    }
  }

  static asio::awaitable<void> write(beast::tcp_stream& stream,
                                     http::response_serializer<http::string_body>& serializer,
                                     bool head_only, boost::system::error_code& error) {
    if (head_only) {
      co_await http::async_write_header(stream, serializer,
                                        asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await http::async_write(stream, serializer,
                                 asio::redirect_error(asio::use_awaitable, error));
    }
  }

  static bool is_change(const Request& request) {
    return request.method() == http::verb::post && request.target() == kQuotas;
  }

  asio::awaitable<Response> change(const Request& request, const beast::tcp_stream& stream) {
    std::optional<Shown> refused = refuse_change(request, pages_);
    if (refused) co_return make_response(request, std::move(*refused));
    boost::system::error_code error;
    const auto peer = stream.socket().remote_endpoint(error);
    std::string address;
    if (!error) address = peer.address().to_string();
    ActionAnswer done = co_await pages_.change_quotas(request.body(), std::move(address));
    co_return make_response(request, {std::move(done.body), "application/json",
                                      static_cast<http::status>(done.status)});
  }

  Response answer(const Request& request) const {
    if (request.method() != http::verb::get && request.method() != http::verb::head) {
      Response response = make_response(
          request, {"method not allowed\n", "text/plain", http::status::method_not_allowed});
      response.set(http::field::allow,
                   request.target() == kQuotas ? "GET, HEAD, POST" : "GET, HEAD");
      return response;
    }
    const std::string target(request.target());
    const std::string_view path = std::string_view(target).substr(0, target.find('?'));
    for (const Page& page : kPages) {
      if (page.path == path) return make_response(request, page.show(pages_));
    }
    return make_response(request, {"not found\n", "text/plain", http::status::not_found});
  }

  asio::io_context& context_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  AdminPages pages_;
  unsigned open_ = 0;
};

}  // namespace

Result<std::unique_ptr<AdminServer>> AdminServer::make(asio::io_context& context,
                                                       const config::Admin& settings,
                                                       AdminPages pages) {
  boost::system::error_code error;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(settings.host, std::to_string(settings.port), tcp::resolver::passive, error);
  tcp::acceptor acceptor(context);
  if (!error) acceptor.open(found.begin()->endpoint().protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(found.begin()->endpoint(), error);
  if (!error) acceptor.listen(64, error);
  if (error) {
    return Error{Errc::invalid_input, "cannot listen on the admin address " + settings.host + ":" +
                                          std::to_string(settings.port) + ": " + error.message()};
  }
  return std::unique_ptr<AdminServer>(
      new BeastAdminServer(context, std::move(acceptor), std::move(pages)));
}

}  // namespace tollgate::admin
