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

namespace {

/// What a delivery that ends may still take: a stop must end.
constexpr milliseconds kLastChance{5'000};

}  // namespace

DeliverySlot::DeliverySlot(asio::io_context& control) : control_(control), changed_(control) {
  changed_.expires_at(asio::steady_timer::time_point::max());
}

void DeliverySlot::use(std::unique_ptr<exporters::Delivery> delivery,
                       std::shared_ptr<credentials::TokenSource> tokens) {
  next_ = std::move(delivery);
  next_tokens_ = std::move(tokens);
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
  // The last chance may be in the middle of an upload: what is not acknowledged goes again next time.
  return done_.wait_for(kLastChance + limit) == std::future_status::ready;
}

exporters::DeliveryState DeliverySlot::state() const {
  return delivery_ ? delivery_->state() : exporters::DeliveryState();
}

asio::awaitable<void> DeliverySlot::run() {
  while (!stopping_) {
    if (std::exchange(replaced_, false)) {
      delivery_ = std::move(next_);
      tokens_ = std::move(next_tokens_);
    }
    if (delivery_) {
      co_await delivery_->run(kLastChance);
    } else {
      boost::system::error_code ignored;
      co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }
}

}  // namespace tollgate::app
