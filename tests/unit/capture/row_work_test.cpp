// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_work.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "trail_world.hpp"

namespace tollgate::capture {
namespace {

class RowWorkTest : public testing::Test, protected TrailWorld {
 protected:
  RowWorkTest() { memory_.change_limit(1024 * 1024); }

  Exchange exchange() {
    Exchange out(ContentHold(memory_, memory_.account(record_.client_name)));
    out.terms.level = config::AuditLevel::redacted;
    out.record = record_;
    out.replacer = replacer_;
    out.conversation = conversation_;
    return out;
  }
  Exchange request_alone() {
    Exchange out = exchange();
    out.request = CapturedRequest{"application/json", R"({"conversation":"conversation-1"})"};
    out.request_alone = true;
    return out;
  }
  /// Of two steps, so that something can go wrong in between.
  Exchange long_answer() {
    Exchange out = exchange();
    out.answered_by = source::kGateway;
    out.answer = CapturedAnswer{"text/plain", {.body = std::string(2 * Preparation::kStep, '.')}};
    return out;
  }
  MadeRows made(RowWork& work) {
    while (!work.step(making_)) continue;
    return work.rows();
  }

  boost::asio::io_context context_;
  net::DeadlineSweep sweep_{context_};
  std::shared_ptr<const Making> making_ =
      Making::make(config_, sweep_, context_.get_executor()).value();
  ContentMemory memory_;
  std::shared_ptr<redaction::Replacer> replacer_ = std::make_shared<redaction::Replacer>();
  std::shared_ptr<Conversation> conversation_ = std::make_shared<Conversation>();
};

TEST_F(RowWorkTest, RowsThatCouldNotBeMadeSayWhoAnsweredAndInWhichConversation) {
  RowWork request(request_alone());
  const MadeRows asked = made(request);
  ASSERT_FALSE(asked.rows.empty());
  conversation_->request = RequestFate::stored;
  RowWork answer(long_answer());
  ASSERT_FALSE(answer.step(making_));
  replacer_->count("\xff");  // no UTF-8, so no JSON either
  const MadeRows bare = made(answer);
  EXPECT_EQ(bare.unmade, "JSON exception 316") << "which it is, and nothing of what it is about";
  ASSERT_EQ(bare.rows.size(), 1U);
  EXPECT_EQ(bare.rows[0].content, "");
  EXPECT_EQ(bare.rows[0].content_missing, trail::missing::kFailure);
  EXPECT_EQ(bare.rows[0].source, source::kGateway);
  EXPECT_NE(bare.rows[0].conversation_id, "");
  EXPECT_EQ(bare.rows[0].conversation_id, asked.rows[0].conversation_id);
}

// Whatever ends it: an exception, the end of the process, a disk that takes nothing.
TEST_F(RowWorkTest, ARequestThatEndsWithoutItsRowsIsLostAndCountedWithItsAnswer) {
  for (const bool stored : {false, true}) {
    conversation_ = std::make_shared<Conversation>();
    Exchange asked = request_alone();
    asked.unstored = UnstoredRequest(conversation_);
    RowWork answer(long_answer());
    int told = 0;
    {
      RowWork request(std::move(asked));
      EXPECT_FALSE(request.waits_for_request());
      EXPECT_TRUE(answer.waits_for_request());
      answer.when_request_is_settled([&] { ++told; });
      EXPECT_TRUE(request.note_lost()) << "as if its content could not be made into rows";
      if (stored) request.note_stored();
    }
    EXPECT_EQ(told, 1) << "whoever waits for it need not look";
    EXPECT_FALSE(answer.waits_for_request());
    EXPECT_EQ(answer.lacks_request(), !stored);
    EXPECT_EQ(answer.note_lost(), !stored) << "what stands nowhere has been counted nowhere";
  }
}

TEST_F(RowWorkTest, OfTwoSidesWithoutContentTheFirstAloneIsALoss) {
  RowWork request(request_alone());
  RowWork answer(long_answer());
  EXPECT_TRUE(request.note_lost());
  EXPECT_FALSE(answer.note_lost());
  conversation_ = nullptr;
  EXPECT_TRUE(RowWork(exchange()).note_lost());
}

}  // namespace
}  // namespace tollgate::capture
