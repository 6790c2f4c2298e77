// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "books.hpp"
#include "pipeline_world.hpp"
#include "stage_fixture.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {
namespace {

class StagesTest : public StageTest {
 protected:
  operations::RequestTarget chat_ =
      operations::parse_target("POST", "/openai/v1/chat/completions").value();
};

TEST_F(StagesTest, ATargetIsFoundOrRefusedWithWhatIsAllowed) {
  const auto found = find_target(head_of("POST /openai/v1/chat/completions"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operation->id, "ChatCompletions_Create");
  EXPECT_EQ(find_target(head_of("POST /nowhere")).error().status, 404);
  const auto method = find_target(head_of("PUT /openai/v1/chat/completions"));
  EXPECT_EQ(method.error().status, 405);
  EXPECT_NE(method.error().extra_fields.find("Allow: "), std::string::npos);
}

TEST_F(StagesTest, AWebsocketIsRefusedInWordsOfItsOwnAndOnlyWhereOneCouldBeMeant) {
  const std::string fields =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n";
  EXPECT_EQ(find_target(head_of("GET /openai/v1/chat/completions", fields)).error().status, 426);
  EXPECT_EQ(find_target(head_of("GET /nowhere", fields)).error().status, 404);
}

TEST_F(StagesTest, AGroupThatIsClosedIsRefused) {
  config::Operations operations;
  operations.open = {config::OperationGroup::inference};
  EXPECT_FALSE(refuse_closed(chat_, operations));
  operations.open = {};
  EXPECT_TRUE(refuse_closed(chat_, operations));
}

TEST_F(StagesTest, ABodyWithoutACodingIsLeftAsItIs) {
  BodyMemory memory;
  memory.change_limit(1024);
  BodyHold hold(memory, memory.account("retail"));
  std::string body = "{}";
  const auto left = outcome(uncode_body(head_of("POST /x"), body, {}, hold));
  ASSERT_TRUE(left);
  EXPECT_FALSE(left->has_value());
  EXPECT_EQ(body, "{}");
  const auto unknown =
      outcome(uncode_body(head_of("POST /x", "Content-Encoding: snappy\r\n"), body, {}, hold));
  EXPECT_EQ(unknown.error().status, 415);
}

TEST_F(StagesTest, AByteOrderMarkGoesNoFurther) {
  BodyMemory memory;
  memory.change_limit(1 << 20);
  BodyHold hold(memory, memory.account("retail"));
  for (const auto& [sent, plain] :
       {std::pair("\xEF\xBB\xBF{}", "{}"), {"\xEF\xBB\xBF", ""}, {"\xEF\xBB", "\xEF\xBB"}}) {
    std::string body = sent;
    ASSERT_TRUE(outcome(uncode_body(head_of("POST /"), body, config::Limits{}, hold)));
    EXPECT_EQ(body, plain);
  }
}

// Who reads the first of two and who reads the last would bill different models.
TEST_F(StagesTest, ABodyThatSaysAThingTwiceIsRefusedAndOneThatSaysNothingGoesOn) {
  const http::RequestHead& head = head_of("POST /x", "Content-Type: application/json\r\n");
  EXPECT_EQ(outcome(scan_body(head, R"({"model":"a","model":"b"})")).error().status, 400);
  const auto spelt = outcome(scan_body(head, R"({"background":false,"Background":true})"));
  EXPECT_EQ(spelt.error().status, 400);
  const auto misspelt = outcome(scan_body(head, R"({"Stream_options":{}})"));
  EXPECT_EQ(misspelt.error().message,
            "The request is refused: spell the member `stream_options` as it is written here.");
  const auto understood = outcome(scan_body(head, R"({"model":"a"})"));
  ASSERT_TRUE(understood && *understood);
  const auto empty = outcome(scan_body(head, ""));
  ASSERT_TRUE(empty);
  EXPECT_FALSE(empty->has_value());
}

class OpenOperationTest : public PipelineWorld {
 protected:
  ~OpenOperationTest() override { destroy(); }  // what waits still uses what is below

  /// The stage's outcome with the journal and policy as they are now set.
  std::optional<OrRefusal<RunningOperation>>& open(config::OnFailure policy) {
    config_.ledger.on_failure = policy;
    pipeline();
    books_.emplace(OperationBooks{journal_, objects(), {}, failures_});
    opened_.reset();
    auto intent = std::make_unique<usage::UsageRecord>();
    intent->record_id = arrival_.id;
    boost::asio::co_spawn(
        *context_,
        keep(opened_, open_operation(*books_, std::move(intent), arrival_, nullptr, cancellation_)),
        [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run();
    return opened_;
  }
  /// Whether the record of an operation that shows an object of its client names it.
  bool names_what_it_shows() {
    (void)open(config::OnFailure::fail_open);
    books_->books.push_back(std::make_unique<JournalBook>(journal_, failures_));
    books_->books.push_back(std::make_unique<ObjectBook>(objects()));
    RunningOperation& operation = **opened_;
    operation.record().client_name = "retail";
    operation.record().backend = "east";
    operation.record().stored_objects = {"msg-1"};
    std::optional<bool> ended;
    boost::asio::co_spawn(*context_, keep(ended, operation.end(cancellation_)),
                          [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    run();
    EXPECT_EQ(ended, true) << "it is served all the same";
    return !operation.record().stored_objects.empty();
  }
  ledger::ObjectDirectory& objects() {
    if (!directory_of_objects_) directory_of_objects_.emplace(*ledger_, context_->get_executor());
    return *directory_of_objects_;
  }

  Arrival arrival_;
  JournalFailures failures_{metrics_.worker(0), config_.ledger};
  std::optional<ledger::ObjectDirectory> directory_of_objects_;
  std::optional<OperationBooks> books_;
  std::optional<OrRefusal<RunningOperation>> opened_;
};

TEST_F(OpenOperationTest, ItsIntentIsWrittenAndWaitedFor) {
  const auto& opened = open(config::OnFailure::fail_closed);
  ASSERT_TRUE(opened && *opened);
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"open"});
  EXPECT_EQ(journal_.waits, 1);
}

TEST_F(OpenOperationTest, WithoutItsIntentItIsRefusedOrServedAsThePolicySays) {
  journal_.open_error = Error{Errc::storage, "full"};
  const auto& refused = open(config::OnFailure::fail_closed);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error().status, 503);
  const auto& served = open(config::OnFailure::fail_open);
  ASSERT_TRUE(served && *served);
  EXPECT_FALSE((*served)->opened());
}

// Its client's next list left out what memory alone had: a restart forgot whose it is.
TEST_F(OpenOperationTest, WhatNoRecordThatIsKeptNamesIsNamedAgain) {
  const Error full{Errc::storage, "full"};
  journal_.open_error = full;
  EXPECT_TRUE(names_what_it_shows());
  journal_.open_error.reset();
  journal_.close_error = full;
  EXPECT_TRUE(names_what_it_shows());
  journal_.close_error.reset();
  journal_.sync_fails_at_wait = journal_.waits + 2;  // that of its end
  EXPECT_TRUE(names_what_it_shows());
  EXPECT_TRUE(names_what_it_shows()) << "now one is kept";
  EXPECT_FALSE(names_what_it_shows());
}

TEST_F(OpenOperationTest, WhenTheGatewayStopsMeanwhileNobodyIsTold) {
  journal_.disk_hangs_at_wait = 1;
  EXPECT_FALSE(open(config::OnFailure::fail_open)) << "it waits for the disk";
  gateway_stops();
  ASSERT_TRUE(opened_);
  EXPECT_EQ(opened_->error().status, no_answer().status);
}

}  // namespace
}  // namespace tollgate::proxy
