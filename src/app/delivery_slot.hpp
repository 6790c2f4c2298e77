// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/credentials/token_source.hpp"
#include "tollgate/exporters/delivery.hpp"

namespace tollgate::app {

/// The delivery of records, which a reload may replace: the next begins when the one before has ended, so that no
/// two send the same records. On the control thread but where it says otherwise.
class DeliverySlot {
 public:
  explicit DeliverySlot(boost::asio::io_context& control);

  /// The delivery, null for none, with the tokens that it uses.
  void use(std::unique_ptr<exporters::Delivery> delivery,
           std::shared_ptr<credentials::TokenSource> tokens);
  /// Once, from any thread.
  void start();
  /// Ends it, with a last chance for what is queued.
  void stop();
  /// Whether it has ended by then. Any thread, after stop() was asked for.
  bool wait_for(milliseconds limit);

  bool in_use() const { return delivery_ != nullptr; }
  exporters::DeliveryState state() const;

 private:
  boost::asio::awaitable<void> run();

  boost::asio::io_context& control_;
  boost::asio::steady_timer changed_;
  std::shared_ptr<credentials::TokenSource> tokens_;
  std::unique_ptr<exporters::Delivery> delivery_;
  std::shared_ptr<credentials::TokenSource> next_tokens_;
  std::unique_ptr<exporters::Delivery> next_;
  bool replaced_ = false;
  bool stopping_ = false;
  std::future<void> done_;
};

}  // namespace tollgate::app
