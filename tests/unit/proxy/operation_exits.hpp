// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "pipeline_world.hpp"

namespace tollgate::proxy {

/// What the tests of exits say of an operation that has ended: what the books were told, and what
/// the client sees.
class OperationExits : public PipelineWorld {
 protected:
  static inline const std::vector<std::string> kEveryBook{"journal", "objects", "quota",
                                                          "audit",   "metrics", "line"};
  static inline const std::string kBody =
      R"({"id":"x","model":"gpt-4o","usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})";
  static inline const std::string kHead =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(kBody.size()) + "\r\n\r\n";
  static inline const std::string kRefused =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

  OperationExits() {
    config_.audit.level = config::AuditLevel::redacted;
    config_.audit.max_body = 64 * 1024;
    recorder_.memory().change_limit(1024 * 1024);
    using quotas::Measure;
    using quotas::Period;
    config_.clients[0].limits = {{"", limit(Measure::requests, Period::year, 1000)},
                                 {"", limit(Measure::tokens, Period::year, 1'000'000'000)},
                                 {"", limit(Measure::in_flight, Period::none, 100)}};
  }
  static quotas::Limit limit(quotas::Measure measure, quotas::Period period, std::int64_t amount) {
    quotas::Limit out;
    out.measure = measure;
    out.period = period;
    out.amount = amount;
    return out;
  }
  ~OperationExits() override {
    if (!elsewhere_ || over_) return;
    gateway_stops();  // nothing may be left that holds timers of two contexts
    happens_elsewhere();
  }

  /// However it ended, nothing is left reserved, and what its limits count is what its record says.
  void TearDown() override {
    if (!over_ && elsewhere_ == nullptr) destroy();
    quotas::Use expected{0, 0, {}, 0, {}};
    bool known = true;
    std::size_t going_on = 0;
    forget_entries();
    for (const auto& entry : earlier_) {
      if (entry.book != "journal") continue;
      const quotas::Use use = quotas::use_of(entry.record);
      expected.requests += use.requests;
      known = known && use.prompt_tokens && use.completion_tokens;
      *expected.prompt_tokens += use.prompt_tokens.value_or(0) + use.completion_tokens.value_or(0);
      going_on += entry.record.follow_path.empty() || !entry.intent_recorded ? 0U : 1U;
    }
    EXPECT_EQ(quotas_.parked(), going_on);
    for (const quotas::LimitState& state : quotas_.states(quotas::Moment::now())) {
      const quotas::Measure measure = state.rule->limit.measure;
      const std::string text = to_text(state.rule->limit);
      if (measure == quotas::Measure::in_flight) {
        EXPECT_EQ(state.used, 0) << text;
      }
      if (going_on > 0 || !state.window) continue;
      EXPECT_EQ(state.reserved, 0) << text;
      if (measure == quotas::Measure::requests) {
        EXPECT_EQ(state.used, expected.requests) << text;
      }
      if (measure == quotas::Measure::tokens && known) {
        EXPECT_EQ(state.used, *expected.prompt_tokens) << text;
      }
    }
  }
  /// The next request is looked at by itself.
  void forget_entries() {
    earlier_.insert(earlier_.end(), entries_.begin(), entries_.end());
    entries_.clear();
  }
  void expect_told_once(usage::Outcome outcome) {
    EXPECT_EQ(told(), kEveryBook);
    EXPECT_EQ(to_string(record().outcome), to_string(outcome));
    for (const auto& entry : entries_) EXPECT_EQ(entry.record, record()) << entry.book;
    ASSERT_FALSE(recorder_.kept.empty()) << "the trail knows of it too";
    EXPECT_EQ(recorder_.kept.back().record, record());
    EXPECT_EQ(std::count_if(recorder_.kept.begin(), recorder_.kept.end(),
                            [](const auto& exchange) { return !exchange.request_alone; }),
              1);
  }
  void expect_over(Afterwards afterwards) {
    ASSERT_TRUE(over_);
    EXPECT_EQ(thrown_, nullptr);
    EXPECT_EQ(afterwards_, afterwards);
  }
  void expect_thrown() {
    ASSERT_TRUE(over_);
    EXPECT_NE(thrown_, nullptr);
  }
  void leaving_means(config::OnClientAbort policy) { config_.clients[0].on_client_abort = policy; }
  void ask_and_get_a_part() {
    ask();
    backend_says(kHead + kBody.substr(0, 10));
  }
  /// Large bodies are counted in a context of the test's own, where backend connections wake up
  /// too: what there is to do waits for happens_elsewhere().
  void count_elsewhere() {
    elsewhere_ = std::make_unique<boost::asio::io_context>();
    std::swap(context_, elsewhere_);
    pipeline();
    std::swap(context_, elsewhere_);
  }
  /// Does what there is to do there by now, then what follows from it here. How much was done
  /// there.
  std::size_t happens_elsewhere() {
    elsewhere_->restart();
    const std::size_t done = elsewhere_->poll();
    run();
    return done;
  }
  /// The backend is silent until its deadline. The count is wanted then, and has not begun.
  void ask_until_a_large_body_is_to_be_counted() {
    count_elsewhere();
    ask(R"({"messages":[{"role":"user","content":")" + std::string(100'000, 'a') + R"("}]})");
    happens_elsewhere();
    backend().runs_late();
    happens_elsewhere();
    ASSERT_FALSE(over_);
    ASSERT_TRUE(entries_.empty());
  }
  bool client_got_all() const { return client_got().find(kBody) != std::string::npos; }

 private:
  std::unique_ptr<boost::asio::io_context> elsewhere_;
  std::vector<WitnessBook::Entry> earlier_;
};

}  // namespace tollgate::proxy
