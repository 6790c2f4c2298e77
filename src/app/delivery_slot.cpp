// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_slot.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace tollgate::app {

namespace asio = boost::asio;

DeliverySlot::DeliverySlot(asio::io_context& control) : control_(control), changed_(control) {
  changed_.expires_at(asio::steady_timer::time_point::max());
}

void DeliverySlot::use(std::unique_ptr<exporters::Delivery> delivery) {
  next_ = std::move(delivery);
  replaced_ = true;
  if (delivery_) delivery_->stop();
  changed_.cancel();
}

void DeliverySlot::start() { done_ = asio::co_spawn(control_, run(), asio::use_future); }

void DeliverySlot::stop() {
  stopping_ = true;
  if (delivery_) delivery_->stop();
  changed_.cancel();
}

bool DeliverySlot::wait_for(milliseconds limit) {
  return done_.wait_for(limit) == std::future_status::ready;
}

exporters::DeliveryStatus DeliverySlot::status() const {
  return delivery_ ? delivery_->status() : exporters::DeliveryStatus();
}

asio::awaitable<void> DeliverySlot::run() {
  while (!stopping_) {
    if (std::exchange(replaced_, false)) delivery_ = std::move(next_);
    if (delivery_) {
      co_await delivery_->run(kLastChance);
    } else {
      boost::system::error_code ignored;
      co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }
}

}  // namespace tollgate::app
