// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace tollgate::credentials {

/// A call in progress on a context that the test turns by hand.
template <class T>
struct Pending {
  std::optional<T> value;
  std::exception_ptr exception;
};

template <class T>
std::shared_ptr<Pending<T>> start(boost::asio::io_context& context,
                                  boost::asio::awaitable<T> call) {
  auto pending = std::make_shared<Pending<T>>();
  boost::asio::co_spawn(context, std::move(call), [pending](std::exception_ptr exception, T value) {
    pending->exception = exception;
    pending->value = std::move(value);
  });
  return pending;
}

/// Runs a call that needs nothing but its own context.
template <class T>
T run(boost::asio::awaitable<T> call) {
  boost::asio::io_context context;
  const auto pending = start(context, std::move(call));
  context.run();
  if (pending->exception) std::rethrow_exception(pending->exception);
  return std::move(pending->value.value());
}

}  // namespace tollgate::credentials
