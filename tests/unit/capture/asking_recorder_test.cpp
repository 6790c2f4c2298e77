// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/run_coroutine.hpp"
#include "recorder_fixture.hpp"

namespace tollgate::capture {
namespace {

/// A recorder that asks an external redactor.
class AskingRecorderTest : public RecorderFixture {};

/// Where nobody listens.
config::ExternalRedactor away(config::RedactorFailure on_failure) {
  config::ExternalRedactor out;
  out.url = "http://127.0.0.1:1/analyze";
  out.on_failure = on_failure;
  return out;
}

TEST_F(AskingRecorderTest, WhatTheExternalRedactorCannotSeeIsKeptAsTheSettingsSay) {
  config_.audit.redaction.external = away(config::RedactorFailure::drop_content);
  ASSERT_TRUE(recorder_->use(config_));
  Cancellation cancellation;
  const Result<void> dropped =
      run_coroutine(context_, recorder_->keep_and_wait(exchange("alice@example.com"), cancellation))
          .whole;
  ASSERT_FALSE(dropped) << "who waits does so for the content";
  EXPECT_EQ(dropped.error().code, Errc::unavailable);
  EXPECT_NE(recorder_->status().redactor_problem, "");
  config_.audit.redaction.external = away(config::RedactorFailure::keep_internal);
  ASSERT_TRUE(recorder_->use(config_));
  ASSERT_TRUE(
      run_coroutine(context_, recorder_->keep_and_wait(exchange("alice@example.com"), cancellation))
          .whole);
  EXPECT_EQ(recorder_->status().unexamined, 2U);
  std::vector<std::string> contents;
  std::vector<std::string> counts;
  for (const trail::StoredRow& one : stored()) {
    if (one.row.kind != "request" || one.row.form != "raw") continue;
    contents.push_back(one.row.content);
    counts.push_back(one.row.redactions.text);
  }
  EXPECT_THAT(contents, testing::ElementsAre("", "[EMAIL_1]"));
  EXPECT_THAT(counts, testing::ElementsAre(R"({"email":1,"external_dropped":1})",
                                           R"({"email":1,"external_missing":1})"));
}

TEST_F(AskingRecorderTest, ExchangesThatAreStillBeingAskedAboutAreStoredAtTheEnd) {
  config_.audit.redaction.external = away(config::RedactorFailure::keep_internal);
  ASSERT_TRUE(recorder_->use(config_));
  for (int i = 0; i < 20; ++i) recorder_->keep(exchange("number " + std::to_string(i)));
  std::set<std::string> found;
  for (const trail::StoredRow& one : stored()) found.insert(one.row.content);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(found.contains("number " + std::to_string(i))) << i;
  EXPECT_EQ(recorder_->status().waiting, 0U);
  EXPECT_EQ(recorder_->memory().held(), 0U);
}

/// Takes connections, and says nothing.
class SilentRedactor {
 public:
  explicit SilentRedactor(boost::asio::io_context& context)
      : acceptor_(context, {boost::asio::ip::address_v4::loopback(), 0}) {}
  config::ExternalRedactor settings(config::RedactorFailure on_failure) const {
    config::ExternalRedactor out = away(on_failure);
    out.url = "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/analyze";
    out.timeout = seconds(60);
    return out;
  }
  void wait_for_question() { acceptor_.accept(); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
};

/// No room for large rows: a trigger in the trail's database refuses them.
void refuse_large_rows(const std::string& path) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_busy_timeout(database, 10'000);
  EXPECT_EQ(sqlite3_exec(database,
                         "CREATE TRIGGER disk_full BEFORE INSERT ON audit_rows WHEN "
                         "length(NEW.sealed) > 2000 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
}

// The wait for a request was given up, the redactor had it still, its answer came first, and then
// its rows could not be stored: the answer's stood alone, and nothing said what was missing.
TEST_F(AskingRecorderTest, AnAnswerWaitsForItsRequestAndSaysThatItIsLost) {
  SilentRedactor silent(context_);
  config_.audit.redaction.external = silent.settings(config::RedactorFailure::keep_internal);
  ASSERT_TRUE(recorder_->use(config_));
  refuse_large_rows(config_.audit.path);
  Exchange request = exchange("Hello " + std::string(4'000, 'x'));
  request.request_alone = true;
  request.conversation = std::make_shared<Conversation>();
  request.unstored = UnstoredRequest(request.conversation);
  Exchange answer = exchange("");
  answer.request.reset();
  answer.conversation = request.conversation;
  Cancellation cancellation;
  cancellation.stop();
  EXPECT_FALSE(run_coroutine(context_, recorder_->keep_and_wait(std::move(request), cancellation))
                   .is_stored);
  silent.wait_for_question();
  recorder_->keep(std::move(answer));
  const std::vector<trail::StoredRow> rows = stored();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].row.kind, "request");
  EXPECT_EQ(rows[0].row.content_missing, trail::missing::kFailure);
  EXPECT_EQ(rows[1].row.kind, "response");
  EXPECT_EQ(recorder_->status().lost, 1U);
  EXPECT_EQ(recorder_->status().waiting, 0U);
}

TEST_F(AskingRecorderTest, AnAnswerThatWaitsForItsRequestIsNotWrittenTwice) {
  SilentRedactor silent(context_);
  config_.audit.redaction.external = silent.settings(config::RedactorFailure::keep_internal);
  ASSERT_TRUE(recorder_->use(config_));
  Exchange request = exchange("Hello there");
  request.request_alone = true;
  request.conversation = std::make_shared<Conversation>();
  request.unstored = UnstoredRequest(request.conversation);
  Exchange answer = exchange("");
  answer.request.reset();
  answer.conversation = request.conversation;
  Cancellation cancellation;
  cancellation.stop();
  (void)run_coroutine(context_, recorder_->keep_and_wait(std::move(request), cancellation));
  silent.wait_for_question();
  recorder_->keep(std::move(answer));
  std::vector<std::string> seen;
  for (const trail::StoredRow& one : stored())
    if (one.row.form == "raw") seen.push_back(one.row.kind + " " + one.row.content);
  EXPECT_THAT(seen, testing::ElementsAre("request Hello there", "response "));
  EXPECT_EQ(recorder_->status().lost, 0U);
}

TEST_F(AskingRecorderTest, CanBeEndedWhileTheExternalRedactorKeepsItWaiting) {
  SilentRedactor silent(context_);
  config_.audit.redaction.external = silent.settings(config::RedactorFailure::drop_content);
  ASSERT_TRUE(recorder_->use(config_));
  for (int i = 0; i < 10; ++i) recorder_->keep(exchange("Number " + std::to_string(i)));
  silent.wait_for_question();
  recorder_->stop();
  const RecorderStatus status = recorder_->status();
  EXPECT_EQ(status.waiting + status.exchanges, 10U) << "each is stored, or known not to be";
  EXPECT_EQ(status.lost, 0U) << "the next start finds them, and counts them";
  recorder_.reset();
}

TEST_F(AskingRecorderTest, NobodyIsAskedAboutMetadata) {
  config_.audit.redaction.external = away(config::RedactorFailure::drop_content);
  ASSERT_TRUE(recorder_->use(config_));
  Exchange bare = exchange("hello");
  bare.request.reset();
  recorder_->keep(std::move(bare));
  EXPECT_FALSE(stored().empty());
  EXPECT_EQ(recorder_->status().unexamined, 0U);
}

}  // namespace
}  // namespace tollgate::capture
