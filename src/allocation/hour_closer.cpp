// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/hour_closer.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/allocation/hour_closing.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/telemetry/repeated_failure.hpp"

namespace tollgate::allocation {

namespace asio = boost::asio;

namespace {

/// Hours are closed minutes after their end: nobody waits for seconds.
constexpr seconds kLook{30};

class LedgerHourCloser : public HourCloser {
 public:
  explicit LedgerHourCloser(HourCloserParts parts)
      : parts_(std::move(parts)), timer_(parts_.control) {}

  asio::awaitable<void> run() override {
    while (!stopping_) {
      co_await look();
      if (stopping_) co_return;
      timer_.expires_after(kLook);
      boost::system::error_code ignored;
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  void use(std::shared_ptr<const pricing::Pricer> pricer) override {
    parts_.pricer = std::move(pricer);
  }

  void stop() override {
    stopping_ = true;
    timer_.cancel();
  }

 private:
  /// Whatever goes wrong, the next look is as good as this one.
  asio::awaitable<void> look() {
    const std::shared_ptr<const pricing::Pricer> pricer = parts_.pricer;
    if (pricer == nullptr || pricer->list().capacities().empty()) co_return;
    std::string failure;
    try {
      auto work = [this, pricer]() -> asio::awaitable<Result<void>> { co_return close(*pricer); };
      const Result<void> done = co_await asio::co_spawn(parts_.disk, work(), asio::use_awaitable);
      if (!done) failure = done.error().message;
    } catch (const std::exception& exception) {
      failure = exception.what();
    }
    if (!failure_.is_news(failure, std::chrono::steady_clock::now())) co_return;
    telemetry::log::error("capacity.hours_not_closed", {{"detail", failure}});
  }

  /// On the disk's executor.
  Result<void> close(const pricing::Pricer& pricer) {
    const auto reader = ledger::HourReader::open(parts_.ledger_path);
    if (!reader) return reader.error();
    const Result<std::size_t> done =
        close_due_hours({parts_.ledger.adjustments(), **reader, pricer, parts_.gateway,
                         [this] { return stopping_.load(); }},
                        std::chrono::system_clock::now());
    return done ? Result<void>() : Result<void>(done.error());
  }

  HourCloserParts parts_;
  asio::steady_timer timer_;
  telemetry::log::RepeatedFailure failure_;
  std::atomic<bool> stopping_{false};
};

}  // namespace

std::unique_ptr<HourCloser> make_hour_closer(HourCloserParts parts) {
  return std::make_unique<LedgerHourCloser>(std::move(parts));
}

}  // namespace tollgate::allocation
