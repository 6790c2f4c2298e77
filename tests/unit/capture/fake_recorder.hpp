// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <new>
#include <optional>
#include <stdexcept>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/run_coroutine.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/capture/capture.hpp"

namespace tollgate::capture {

/// Keeps what it is handed in memory.
class FakeRecorder : public Recorder {
  ContentMemory memory_;

 public:
  Result<void> use(const config::Config&) override { return {}; }
  ContentMemory& memory() override { return memory_; }
  std::shared_ptr<redaction::Replacer> make_replacer() const override {
    return std::make_shared<redaction::Replacer>();
  }
  /// Has one rule: what holds an `@` goes.
  std::string redacted(std::string text) const override {
    return text.find('@') == text.npos ? text : "[EMAIL]";
  }
  void keep(Exchange exchange) override { kept.push_back(std::move(exchange)); }
  boost::asio::awaitable<Kept> keep_and_wait(Exchange exchange,
                                             Cancellation& cancellation) override {
    if (++waits == hangs_at_wait) {
      const auto errand = std::make_shared<Errand>(co_await boost::asio::this_coro::executor);
      const bool done = co_await Errand::wait(errand, cancellation);
      if (!done) co_return Kept{false, Error{Errc::cancelled, "the gateway stops"}};
    }
    if (throws) throw std::bad_alloc();
    if (keeps_it_waiting) {
      kept.push_back(std::move(exchange));
      co_return Kept{false, Error{Errc::cancelled, "the gateway stops"}};
    }
    if (failure && !stores_all_the_same) co_return Kept{false, *failure};
    exchange.unstored.stored();
    kept.push_back(std::move(exchange));
    co_return Kept{true, failure ? Result<void>(*failure) : Result<void>()};
  }
  void finish(milliseconds) override {}
  void stop() override {}
  void count_lost(std::uint64_t) override {}
  RecorderStatus status() const override { return {}; }
  bool is_underway(const Uuid&) const override { return false; }
  boost::asio::any_io_executor executor() override { return context_.get_executor(); }
  void store_gathered() override {}
  Result<void> append(const std::vector<trail::AuditRow>&) override { return {}; }
  trail::AuditStore& store() override { throw std::logic_error("a fake has no store"); }

  /// Whether the capture's request is stored when it must be.
  bool keeps_request_of(Capture& capture) {
    Cancellation cancellation;
    return run_coroutine(context_, capture.keep_request(usage::UsageRecord(), cancellation))
        .has_value();
  }

  void shorten_request_of(Capture& capture) {
    run_coroutine(context_, [&]() -> boost::asio::awaitable<bool> {
      co_await capture.shorten_request();
      co_return true;
    }());
  }

  std::vector<Exchange> kept;        ///< hold memory of `memory_`, which must outlive them
  std::optional<Error> failure;      ///< of what is waited for
  bool stores_all_the_same = false;  ///< its rows, without the content
  bool keeps_it_waiting = false;     ///< the wait is given up, and nothing is stored yet
  bool throws = false;               ///< as where memory has run out
  int waits = 0;
  int hangs_at_wait = 0;  ///< the first is 1

 private:
  boost::asio::io_context context_;
};

}  // namespace tollgate::capture
