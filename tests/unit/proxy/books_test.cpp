// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "books.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "pipeline_world.hpp"

namespace tollgate::proxy {
namespace {

class FailingSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  int lines = 0;

 private:
  void sink_it_(const spdlog::details::log_msg&) override {
    ++lines;
    throw std::runtime_error("no line can be written");
  }
  void flush_() override {}
};

/// While it lives every line of the log throws where it is logged.
class FailingLog {
 public:
  FailingLog() {
    auto logger = std::make_shared<spdlog::logger>("failing", sink_);
    logger->set_error_handler([](const std::string& what) { throw std::runtime_error(what); });
    spdlog::set_default_logger(std::move(logger));
  }
  FailingLog(const FailingLog&) = delete;
  FailingLog& operator=(const FailingLog&) = delete;
  ~FailingLog() { spdlog::set_default_logger(before_); }

  int lines() const { return sink_->lines; }

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::shared_ptr<FailingSink> sink_ = std::make_shared<FailingSink>();
};

class BooksTest : public testing::Test {
 protected:
  usage::UsageRecord record_;
  OperationEnd end_{record_, true};
  telemetry::Metrics metrics_{1, operations::genai_name};
  ScriptedJournal journal_;
  FailingLog log_;
};

// A whole, journalled answer was reset since its line could not be written.
TEST_F(BooksTest, ALineThatCannotBeWrittenIsNoObjection) {
  EXPECT_TRUE(LineBook().enter(end_));
  EXPECT_EQ(log_.lines(), 1);
}

TEST_F(BooksTest, ThatAFailedCloseCannotBeToldOfChangesNoPolicy) {
  journal_.close_error = Error{Errc::storage, "full"};
  config::Ledger lenient;
  lenient.on_failure = config::OnFailure::fail_open;
  JournalFailures failures(metrics_.worker(0), lenient);
  JournalBook open(journal_, failures);
  EXPECT_TRUE(open.enter(end_));
  EXPECT_FALSE(end_.is_closed) << "what is served without a record has none";
  EXPECT_EQ(log_.lines(), 1);
  const config::Ledger strict;
  JournalFailures others(metrics_.worker(0), strict);  // which has told of nothing yet
  JournalBook closed(journal_, others);
  const Result<void> refused = closed.enter(end_);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::storage) << "the journal's error, not the log's";
  EXPECT_EQ(log_.lines(), 2);
}

}  // namespace
}  // namespace tollgate::proxy
