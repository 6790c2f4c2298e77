// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/http/transport.hpp"

namespace tollgate::http {

/// A Transport whose answers a test makes. Keeps every request; can hold answers back.
class FakeTransport : public Transport {
 public:
  using Answer = std::function<Result<ClientResponse>(const ClientRequest&)>;

  FakeTransport(boost::asio::any_io_executor executor, Answer answer)
      : answer(std::move(answer)), gate_(executor, SteadyTime::max()) {}

  boost::asio::awaitable<Result<ClientResponse>> send(ClientRequest request) override {
    requests.push_back(request);
    if (held_) {
      boost::system::error_code ignored;
      co_await gate_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    co_return answer(request);
  }

  /// From now on nothing is answered before release().
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    gate_.cancel();
  }

  std::vector<ClientRequest> requests;
  Answer answer;

 private:
  boost::asio::steady_timer gate_;
  bool held_ = false;
};

}  // namespace tollgate::http
