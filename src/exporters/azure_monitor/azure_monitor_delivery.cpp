// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "batch.hpp"
#include "delivery_policy.hpp"
#include "suspects.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/exporters/delivery.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::exporters::azure_monitor {

namespace asio = boost::asio;

namespace {

/// Records taken from the ledger at a time: about one full body.
constexpr std::size_t kTake = 1000;

UtcTime utc_now() { return std::chrono::system_clock::now(); }

class AzureMonitorDelivery : public Delivery {
 public:
  AzureMonitorDelivery(const config::AzureMonitor& settings, const DeliveryParts& parts)
      : settings_(settings),
        parts_(parts),
        timer_(parts.control),
        url_(settings.endpoint + "/dataCollectionRules/" + settings.rule_id + "/streams/" +
             settings.stream + "?api-version=2023-01-01") {}

  asio::awaitable<void> run(milliseconds last_chance) override {
    while (!stopping_) {
      const bool more = co_await deliver_round();
      if (!more && !stopping_) co_await pause(std::exchange(next_pause_, settings_.flush_interval));
    }
    forget_suspects();
    upload_timeout_ = std::min(upload_timeout_, last_chance);
    const SteadyTime until = std::chrono::steady_clock::now() + last_chance;
    while (std::chrono::steady_clock::now() < until) {
      const bool more = co_await deliver_round();
      if (!more) break;
    }
  }

  void stop() override {
    stopping_ = true;
    timer_.cancel();
  }

  DeliveryState state() const override {
    const std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  asio::awaitable<void> pause(milliseconds delay) {
    timer_.expires_after(delay);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  /// Runs a blocking ledger call where blocking is allowed.
  template <class Call>
  auto on_disk(Call call) -> asio::awaitable<decltype(call())> {
    auto work = [](Call inner) -> asio::awaitable<decltype(inner())> { co_return inner(); };
    co_return co_await asio::co_spawn(parts_.disk, work(std::move(call)), asio::use_awaitable);
  }

  /// One upload. True: there may be more to send at once.
  asio::awaitable<bool> deliver_round() {
    auto take = [this] { return parts_.ledger.queued(kTake); };
    Result<std::vector<ledger::StoredRecord>> records = co_await on_disk(take);
    if (!records) {
      note_failure(records.error().message, false);
      co_return false;
    }
    if (records->empty()) co_return false;
    const std::size_t taken = records->size();
    std::erase_if(*records,
                  [this](const auto& stored) { return suspects_.holds(stored.sequence); });
    if (suspects_.too_many()) {
      give_up_suspicion();
      co_return false;
    }
    if (records->empty()) {
      wait_for_others();
      co_return false;
    }
    const std::size_t limit = split_ == 0 ? records->size() : std::min(split_, records->size());
    const Batch batch = make_batch(std::span(*records).first(limit));
    if (batch.json.empty()) {
      co_return co_await set_aside(batch.sequences.front(),
                                   "the record alone is over the size limit");
    }
    const Decision decision = co_await upload(batch);
    co_return co_await act(decision, batch, taken);
  }

  asio::awaitable<Decision> upload(const Batch& batch) {
    const Result<credentials::AccessToken> token = co_await parts_.tokens.token(utc_now());
    if (!token) co_return policy_.after_failure(token.error(), random_());
    const Result<std::string> body = gzip(batch.json);
    if (!body) co_return policy_.after_failure(body.error(), random_());
    http::ClientRequest request;
    request.method = "POST";
    request.url = url_;
    request.timeout = upload_timeout_;
    request.fields = {{"Authorization", std::string("Bearer ").append(token->value.reveal())},
                      {"Content-Type", "application/json"},
                      {"Content-Encoding", "gzip"},
                      {"x-ms-client-request-id", make_uuid_v4().to_string()}};
    request.body = *body;
    const Result<http::ClientResponse> answer = co_await parts_.transport.send(std::move(request));
    if (!answer) co_return policy_.after_failure(answer.error(), random_());
    co_return policy_.after_answer(*answer, utc_now(), random_());
  }

  asio::awaitable<bool> act(Decision decision, const Batch& batch, std::size_t taken) {
    switch (decision.kind) {
      case Decision::Kind::delivered:
        co_return co_await mark_delivered(batch, taken);
      case Decision::Kind::renew_token:
        parts_.tokens.forget();
        co_return true;
      case Decision::Kind::split:
      case Decision::Kind::refused:
        co_return co_await halve(std::move(decision), batch);
      case Decision::Kind::wait:
        break;
    }
    note_failure(decision.reason, decision.alarm);
    next_pause_ = decision.delay;
    co_return false;
  }

  asio::awaitable<bool> mark_delivered(const Batch& batch, std::size_t taken) {
    auto mark = [this, &batch] { return parts_.ledger.mark_delivered(batch.sequences, utc_now()); };
    const Result<void> marked = co_await on_disk(mark);
    if (!marked) {
      note_failure(marked.error().message, false);
      co_return false;
    }
    note_success();
    split_ = std::min(split_ * 2, kTake);  // what was halved grows again
    if (split_ >= kTake) split_ = 0;
    co_await convict_suspects();
    co_return batch.sequences.size() < taken || taken == kTake;
  }

  asio::awaitable<bool> halve(Decision decision, const Batch& batch) {
    note_failure(decision.reason, false);
    split_ = std::max<std::size_t>(1, batch.sequences.size() / 2);
    if (batch.sequences.size() > 1) co_return true;
    if (decision.kind == Decision::Kind::split) {
      co_return co_await set_aside(batch.sequences.front(), decision.reason);
    }
    suspects_.add(batch.sequences.front(), decision.reason);
    co_return true;
  }

  /// Another record was accepted: those that were refused alone are bad.
  asio::awaitable<void> convict_suspects() {
    retry_suspects_at_.reset();
    for (const Suspects::Suspect& bad : suspects_.take()) {
      co_await set_aside(bad.sequence, bad.reason);
    }
  }

  /// Only suspects are left. The next record will tell, and is looked for as ever; while none comes they are tried
  /// again, slowly.
  void wait_for_others() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!retry_suspects_at_) {
      note_failure(suspects_.last_reason(), true);
      retry_suspects_at_ = now + DeliveryPolicy::kSlowDelay;
    } else if (now >= *retry_suspects_at_) {
      forget_suspects();
    }
  }

  void forget_suspects() {
    suspects_.take();
    retry_suspects_at_.reset();
  }

  /// Nothing is accepted at all: the fault is not in the records, so they stay and wait for an operator.
  void give_up_suspicion() {
    note_failure(suspects_.last_reason(), true);
    forget_suspects();
    next_pause_ = DeliveryPolicy::kSlowDelay;
  }

  asio::awaitable<bool> set_aside(std::int64_t sequence, std::string reason) {
    telemetry::log::error("exporter.quarantined", {{"sequence", sequence}, {"reason", reason}});
    auto aside = [this, sequence, &reason] {
      return parts_.ledger.quarantine(sequence, reason, utc_now());
    };
    const Result<void> done = co_await on_disk(aside);
    co_return done.has_value();
  }

  void note_success() {
    const std::lock_guard lock(mutex_);
    if (state_.consecutive_failures > 0) telemetry::log::info("exporter.recovered");
    state_.consecutive_failures = 0;
    state_.last_error.clear();
    state_.alarm = false;
  }

  void note_failure(const std::string& reason, bool alarm) {
    const std::lock_guard lock(mutex_);
    ++state_.failures;
    ++state_.consecutive_failures;
    state_.last_error = reason;
    state_.alarm = alarm;
    telemetry::log::warn("exporter.failed", {{"reason", reason},
                                             {"alarm", alarm ? "true" : "false"},
                                             {"consecutive", state_.consecutive_failures}});
  }

  config::AzureMonitor settings_;
  DeliveryParts parts_;
  asio::steady_timer timer_;
  std::string url_;
  DeliveryPolicy policy_;
  std::mt19937 random_{std::random_device{}()};
  Suspects suspects_;
  std::optional<SteadyTime> retry_suspects_at_;
  milliseconds upload_timeout_{30'000};
  std::size_t split_ = 0;  ///< most records in the next batch; 0: as many as fit
  milliseconds next_pause_{
      50};  ///< the first look comes soon: an earlier run may have left records
  bool stopping_ = false;
  mutable std::mutex mutex_;
  DeliveryState state_;
};

}  // namespace
}  // namespace tollgate::exporters::azure_monitor

namespace tollgate::exporters {

std::unique_ptr<Delivery> make_azure_monitor_delivery(const config::AzureMonitor& settings,
                                                      const DeliveryParts& parts) {
  return std::make_unique<azure_monitor::AzureMonitorDelivery>(settings, parts);
}

}  // namespace tollgate::exporters
