// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_check.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "capture/trail_world.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {
namespace {

class TrailCheckTest : public testing::Test, protected capture::TrailWorld {
 protected:
  TrailCheckTest()
      : recorder_(capture::Recorder::open(config_).value()),
        check_(make_trail_check(*recorder_, config_.audit)) {
    record_.audit_level = usage::AuditLevel::redacted;
  }

  bool accepts(const usage::UsageRecord& record) {
    const std::vector<std::string> rows{usage::to_json(record)};
    // The store is the recorder's thread's.
    const exporters::SendResult result =
        boost::asio::co_spawn(recorder_->executor(), check_->send(rows, {}),
                              boost::asio::use_future)
            .get();
    return std::holds_alternative<exporters::Accepted>(result);
  }
  capture::Exchange bare_exchange() {
    capture::ContentMemory& memory = recorder_->memory();
    capture::Exchange exchange(capture::ContentHold(memory, memory.account(record_.client_name)));
    exchange.terms.level = config::AuditLevel::redacted;
    exchange.record = record_;
    return exchange;
  }
  void keep_without_content() {
    capture::Exchange exchange = bare_exchange();
    exchange.no_room = true;
    recorder_->keep(std::move(exchange));
  }
  void keep_exchange() {
    capture::Exchange exchange = bare_exchange();
    exchange.request = capture::CapturedRequest{"text/plain", std::string(500'000, 'x')};
    exchange.replacer = recorder_->make_replacer();
    recorder_->keep(std::move(exchange));
  }
  std::vector<trail::AuditRow> stored() {
    recorder_->finish(seconds(10));
    const trail::MasterKeys keys = trail::MasterKeys::read(config_.audit.encryption_keys).value();
    trail::AuditDesk desk = trail::AuditDesk::open(capture::store_settings(config_), keys).value();
    std::vector<trail::AuditRow> out;
    for (const auto& one : desk.read({}, {"test", "test"}, record_.event_time).value().rows)
      out.push_back(one.row);
    return out;
  }

  telemetry::QuietLog quiet_;
  std::unique_ptr<capture::Recorder> recorder_;
  std::unique_ptr<exporters::Exporter> check_;
};

TEST_F(TrailCheckTest, WhatTheTrailLacksIsNamedFromTheRecord) {
  record_.outcome = usage::Outcome::interrupted;
  ASSERT_TRUE(accepts(record_));
  const std::vector<trail::AuditRow> rows = stored();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].kind, "request");
  EXPECT_EQ(rows[1].kind, "response");
  for (const trail::AuditRow& row : rows) {
    EXPECT_EQ(row.source, "lost");
    EXPECT_EQ(row.content_missing, "lost");
    EXPECT_EQ(row.record_id, record_.record_id.to_string());
    EXPECT_EQ(row.outcome, "interrupted");
    EXPECT_EQ(row.client_name, "retail");
    EXPECT_EQ(row.caller_id, "user-1");
    EXPECT_EQ(row.level, "redacted");
    EXPECT_EQ(row.content, "");
    EXPECT_FALSE(row.content_bytes);
  }
}

TEST_F(TrailCheckTest, WhatIsLostHasNoCallerThatNobodyProved) {
  record_.caller_proof = "asserted";
  ASSERT_TRUE(accepts(record_));
  for (const trail::AuditRow& row : stored()) EXPECT_EQ(row.caller_id, "");
}

TEST_F(TrailCheckTest, WhatIsAskedAgainIsNamedOnce) {
  ASSERT_TRUE(accepts(record_));
  ASSERT_TRUE(accepts(record_));
  EXPECT_EQ(stored().size(), 2U);
}

// It had no memory for the content, then no room on the disk, and then it had no rows: three
// reasons for one loss.
TEST_F(TrailCheckTest, WhatIsLostForMoreReasonsThanOneIsCountedOnce) {
  const std::uint64_t room = std::exchange(config_.audit.max_size, 1);
  ASSERT_TRUE(recorder_->use(config_));
  keep_without_content();
  recorder_->finish(seconds(10));
  ASSERT_EQ(recorder_->status().failures, 1U);
  EXPECT_EQ(recorder_->status().lost, 0U) << "the check will find it";
  config_.audit.max_size = room;
  ASSERT_TRUE(recorder_->use(config_));
  ASSERT_TRUE(accepts(record_));
  EXPECT_EQ(recorder_->status().lost, 1U);
  ASSERT_TRUE(accepts(record_));
  EXPECT_EQ(recorder_->status().lost, 1U);
}

// They were tried again for ever, and no number said so.
TEST_F(TrailCheckTest, RowsThatCannotBeStoredAreCountedAndTold) {
  config_.audit.max_size = 1;
  ASSERT_TRUE(recorder_->use(config_));
  ASSERT_FALSE(accepts(record_));
  EXPECT_EQ(recorder_->status().failures, 1U);
  EXPECT_NE(recorder_->status().problem.find("max_size"), std::string::npos);
}

TEST_F(TrailCheckTest, WhatWasStoredWithoutContentIsNotCountedAgain) {
  keep_without_content();
  ASSERT_TRUE(accepts(record_));
  EXPECT_EQ(recorder_->status().lost, 1U);
}

TEST_F(TrailCheckTest, WhatWasNotToBeAuditedIsNotNamed) {
  record_.audit_level = usage::AuditLevel::off;
  ASSERT_TRUE(accepts(record_));
  EXPECT_TRUE(stored().empty());
}

// What was handed over before the check is stored before it looks, though it takes its time.
TEST_F(TrailCheckTest, WhatTheRecorderHasIsNotCalledLost) {
  keep_exchange();
  ASSERT_TRUE(accepts(record_));
  for (const trail::AuditRow& row : stored()) EXPECT_EQ(row.source, "model") << row.kind;
}

}  // namespace
}  // namespace tollgate::app
