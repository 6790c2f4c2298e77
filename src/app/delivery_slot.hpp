// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/exporters/delivery.hpp"

namespace tollgate::app {

/// The delivery of one exporter, which a reload may replace: the next begins when the one before
/// has ended, so that no two send the same records. On the control thread but where it says
/// otherwise.
class DeliverySlot {
 public:
  /// What a delivery that ends may still take: a stop must end.
  static constexpr milliseconds kLastChance{5'000};

  explicit DeliverySlot(boost::asio::io_context& control);

  /// The delivery, null for none.
  void use(std::unique_ptr<exporters::Delivery> delivery);
  /// Once, from any thread.
  void start();
  /// Ends it, with a last chance for what is queued.
  void stop();
  /// Whether it has ended by then. Any thread, after stop() was asked for.
  bool wait_for(milliseconds limit);

  bool in_use() const { return delivery_ != nullptr; }
  exporters::DeliveryStatus status() const;

 private:
  boost::asio::awaitable<void> run();

  boost::asio::io_context& control_;
  boost::asio::steady_timer changed_;
  std::unique_ptr<exporters::Delivery> delivery_;
  std::unique_ptr<exporters::Delivery> next_;
  bool replaced_ = false;
  bool stopping_ = false;
  std::future<void> done_;
};

}  // namespace tollgate::app
