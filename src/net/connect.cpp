// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/connect.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// An operation raced against a timer: the operation's handler fills `error` and ends the timer's wait.
/// Shared because the slower of the two outlives the coroutine's interest in it.
struct Race {
  explicit Race(const asio::any_io_executor& executor) : timer(executor) {}

  asio::steady_timer timer;
  std::optional<boost::system::error_code> error;

  void finish(const boost::system::error_code& result) {
    error = result;
    timer.cancel();
  }
};

/// Waits until the operation finished or the deadline passed; false means the latter.
asio::awaitable<bool> finished(std::shared_ptr<Race> race, SteadyTime deadline) {
  if (race->error) co_return true;
  race->timer.expires_at(deadline);
  boost::system::error_code ignored;
  co_await race->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return race->error.has_value();
}

/// An address that swallows packets may use up only its share of the time, so that the others get theirs.
SteadyTime share_of(SteadyTime deadline, std::size_t addresses_left) {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (deadline <= now) return deadline;
  return now + (deadline - now) / static_cast<int>(addresses_left);
}

struct ResolveRace : Race {
  explicit ResolveRace(const asio::any_io_executor& executor)
      : Race(executor), resolver(executor) {}
  tcp::resolver resolver;
  Endpoints endpoints;
};

struct ConnectRace : Race {
  explicit ConnectRace(const asio::any_io_executor& executor) : Race(executor), socket(executor) {}
  Socket socket;
};

}  // namespace

asio::awaitable<Result<Endpoints>> resolve(std::string host, std::uint16_t port,
                                           SteadyTime deadline) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) co_return Endpoints{tcp::endpoint(address, port)};
  const auto race = std::make_shared<ResolveRace>(co_await asio::this_coro::executor);
  race->resolver.async_resolve(
      host, std::to_string(port),
      [race](const boost::system::error_code& result, const tcp::resolver::results_type& found) {
        for (const auto& entry : found) race->endpoints.push_back(entry.endpoint());
        race->finish(result);
      });
  const bool in_time = co_await finished(race, deadline);
  if (!in_time) {
    race->resolver.cancel();
    co_return Error{Errc::timeout, "resolving " + host + " took too long"};
  }
  if (*race->error) {
    co_return Error{Errc::unavailable, "cannot resolve " + host + ": " + race->error->message()};
  }
  co_return std::move(race->endpoints);
}

asio::awaitable<Result<Socket>> connect(Endpoints endpoints, SteadyTime deadline) {
  Error last{Errc::unavailable, "no address to connect to"};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto& endpoint = endpoints[i];
    const auto race = std::make_shared<ConnectRace>(co_await asio::this_coro::executor);
    race->socket.async_connect(
        endpoint, [race](const boost::system::error_code& result) { race->finish(result); });
    const bool in_time = co_await finished(race, share_of(deadline, endpoints.size() - i));
    if (!in_time) {
      boost::system::error_code ignored;
      race->socket.close(ignored);
      last = Error{Errc::timeout,
                   "connecting to " + endpoint.address().to_string() + " took too long"};
      continue;
    }
    if (!*race->error) {
      race->socket.set_option(tcp::no_delay(true));
      co_return std::move(race->socket);
    }
    last = Error{Errc::unavailable, "cannot connect to " + endpoint.address().to_string() + ": " +
                                        race->error->message()};
  }
  co_return last;
}

}  // namespace tollgate::net
