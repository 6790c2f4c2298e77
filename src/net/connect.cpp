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

#include "tollgate/net/name_service.hpp"

namespace tollgate::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// An operation raced against a timer: the operation's handler fills `error` and ends the timer's
/// wait. Shared because the slower of the two outlives the coroutine's interest in it.
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
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  NameService& names = NameService::of(asio::query(executor, asio::execution::context));
  const Result<Addresses> found = co_await names.find(std::move(host), deadline);
  if (!found) co_return found.error();
  Endpoints out;
  for (const asio::ip::address& one : *found) out.emplace_back(one, port);
  co_return out;
}

SteadyTime share_of(SteadyTime deadline, std::size_t addresses_left, SteadyTime now) {
  if (deadline <= now || addresses_left == 0) return deadline;
  return now + (deadline - now) / static_cast<int>(addresses_left);
}

asio::awaitable<Result<Socket>> connect(tcp::endpoint endpoint, SteadyTime deadline) {
  const auto race = std::make_shared<ConnectRace>(co_await asio::this_coro::executor);
  race->socket.async_connect(
      endpoint, [race](const boost::system::error_code& result) { race->finish(result); });
  const std::string name = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
  const bool in_time = co_await finished(race, deadline);
  if (!in_time) {
    boost::system::error_code ignored;
    race->socket.close(ignored);
    co_return Error{Errc::timeout, "connecting to " + name + " took too long"};
  }
  if (*race->error) {
    co_return Error{Errc::unavailable, "cannot connect to " + name + ": " + race->error->message()};
  }
  race->socket.set_option(tcp::no_delay(true));
  co_return std::move(race->socket);
}

}  // namespace tollgate::net
