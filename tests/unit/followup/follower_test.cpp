// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follower.hpp"

#include <tuple>

#include "follower_fixture.hpp"

namespace tollgate::followup {
namespace {

/// The end of resp_1.
ObjectEnd end_by(const char* client) { return {client, "/responses/resp_1", {"backend"}, {}}; }

TEST_F(FollowerTest, TakesTheUsageOfWhatIsFinished) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}})");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.tokens.total, 12);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.usage_reason, "");
  EXPECT_EQ(record.follow_path, "");
}

TEST_F(FollowerTest, AsksBeforeAnObjectEnds) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}})");
  asio::io_context context;
  std::vector<BackendAccess> backends;
  backends.push_back({"backend", "https://backend", transport_, authorizer_, nullptr});
  const auto follower = make_follower({.ledger = *ledger_,
                                       .metrics = metrics_,
                                       .backends = std::move(backends),
                                       .control = context.get_executor(),
                                       .disk = context.get_executor()});
  Cancellation waiter;
  asio::co_spawn(context, follower->ask_before(end_by("somebody else"), waiter), asio::detached);
  context.run();
  EXPECT_TRUE(transport_.asked.empty()) << "another client's work is none of its business";
  context.restart();
  asio::co_spawn(context, follower->ask_before(end_by(""), waiter), asio::detached);
  context.run();
  EXPECT_EQ(settled().tokens.total, 12) << "before the object may go";
}

// A client polls to the end, deletes, and the follower comes too late.
TEST_F(FollowerTest, TakesTheUsageThatAClientWasShownOnce) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  asio::io_context context;
  std::vector<BackendAccess> backends;
  backends.push_back({"backend", "https://backend", transport_, authorizer_, nullptr});
  const auto follower = make_follower({.ledger = *ledger_,
                                       .metrics = metrics_,
                                       .backends = std::move(backends),
                                       .control = context.get_executor(),
                                       .disk = context.get_executor()});
  ShownAnswer answer{.client = "", .backend = "backend", .path = "/responses/resp_1"};
  answer.outcome.status = "completed";
  answer.outcome.basis = usage::UsageBasis::reported;
  answer.outcome.tokens.total = 50;
  follower->shown(answer);
  follower->shown(answer);
  Cancellation waiter;
  asio::co_spawn(context, follower->ask_before(end_by(""), waiter), asio::detached);
  context.run();
  EXPECT_TRUE(transport_.asked.empty());
  EXPECT_EQ(settled().tokens.total, 50);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::reported);
}

// A ledger that is busy for long: nothing but its answer ended the wait of a DELETE.
TEST_F(FollowerTest, NobodyWaitsForABusyLedgerWhoIsNotWaitedForHimself) {
  asio::io_context busy;
  for (const auto end : {&Cancellation::client_left, &Cancellation::stop}) {
    asio::io_context context;
    const auto follower = make_follower({.ledger = *ledger_,
                                         .metrics = metrics_,
                                         .backends = {},
                                         .control = context.get_executor(),
                                         .disk = busy.get_executor()});
    Cancellation waiter;
    bool goes_on = false;
    asio::co_spawn(context, follower->ask_before(end_by(""), waiter),
                   [&](const std::exception_ptr&) { goes_on = true; });
    context.poll();
    EXPECT_FALSE(goes_on);
    (waiter.*end)();
    context.poll();
    EXPECT_TRUE(goes_on);
    // All of it: what is left would look for a follower that has gone.
    do {
      busy.restart();
      context.restart();
    } while (busy.poll() + context.poll() > 0);
  }
}

TEST_F(FollowerTest, WaitsForWhatIsUnfinishedOrCannotBeAskedNow) {
  await("/openai/v1/responses/resp_1", kYoung);
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  for (const int status : {401, 429, 500}) {
    transport_.answer("/openai/v1/responses/resp_1", status, "{}");
    look();
    EXPECT_EQ(settled().usage_reason, "still awaiting");
  }
  transport_.answer("/openai/v1/responses/resp_1", 200, R"({"status":"in_progress"})");
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  look(false);
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  EXPECT_EQ(transport_.asked.size(), 5U);
}

TEST_F(FollowerTest, AnObjectThatIsGoneSaysSo) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
  EXPECT_EQ(settled().tokens.total, std::nullopt) << "unknown, not zero";
}

TEST_F(FollowerTest, WhatWasCountedStaysWhereTheObjectDoesNotSayItBetter) {
  for (const auto& [status, body, why] :
       {std::tuple(404, "{}", reason::kObjectGone),
        std::tuple(200, R"({"id":"resp_1","model":"m","status":"completed"})",
                   reason::kNoUsageInAnswer)}) {
    SCOPED_TRACE(body);
    open_ledger();
    usage::UsageRecord counted;
    counted.usage_basis = usage::UsageBasis::estimated;
    counted.tokens.prompt = 3;
    counted.tokens.total = 3;
    await("/openai/v1/responses/resp_1", kYoung, counted);
    transport_.answer("/openai/v1/responses/resp_1", status, body);
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
    EXPECT_EQ(record.tokens.total, 3);
    EXPECT_EQ(record.usage_reason, why);
  }
}

TEST_F(FollowerTest, APromptAloneIsNotCountedForWorkThatMayNeverHaveBegun) {
  for (const std::optional<std::int64_t> generated : {std::optional<std::int64_t>(), {2}}) {
    open_ledger();
    usage::UsageRecord counted;
    counted.usage_basis = usage::UsageBasis::estimated;
    counted.tokens.prompt = 3;
    counted.tokens.completion = generated;
    await("/openai/v1/responses/resp_1", kYoung, counted);
    transport_.answer("/openai/v1/responses/resp_1", 200, R"({"id":"r","status":"cancelled"})");
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.usage_basis == usage::UsageBasis::estimated, generated.has_value());
    EXPECT_EQ(record.tokens.prompt.has_value(), generated.has_value());
  }
}

// Deleted while it ran: its usage was lost.
TEST_F(FollowerTest, WhatIsDeletedWhileItRunsKeepsThePromptThatWasCounted) {
  usage::UsageRecord counted;
  counted.usage_basis = usage::UsageBasis::estimated;
  counted.usage_reason = ",image_guessed";
  counted.tokens.prompt = counted.tokens.total = 3;
  await("/openai/v1/responses/resp_1", kYoung, counted);
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, std::string(reason::kObjectGone) + ",image_guessed");
  EXPECT_EQ(settled().tokens.prompt, 3);
  EXPECT_EQ(settled().tokens.completion, std::nullopt) << "not known, which is not none";
}

TEST_F(FollowerTest, AnExceptionIsNoReasonNotToAskAgain) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.throws = true;
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
}

TEST_F(FollowerTest, NothingIsFollowedForEver) {
  await("/openai/v1/responses/resp_1", kTooOld);
  transport_.answer("/openai/v1/responses/resp_1", 200, R"({"status":"in_progress"})");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kNeverFinished);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::none);
}

TEST_F(FollowerTest, ABackendThatDoesNotComeBackSaysSo) {
  await("/openai/v1/responses/resp_1", kTooOld);
  look(false);
  EXPECT_EQ(settled().usage_reason, reason::kBackendRemoved);
  EXPECT_TRUE(transport_.asked.empty());
}

TEST_F(FollowerTest, ABatchCountsByItsOutputFile) {
  await(kBatch + "?api-version=preview", kYoung);
  transport_.answer(kBatch + "?api-version=preview", 200, kFinishedBatch);
  transport_.answer(kOutput + "?api-version=preview", 200,
                    R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                    R"({"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}}}})"
                    "\n"
                    R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                    R"({"prompt_tokens":20,"completion_tokens":30,"total_tokens":50}}}})"
                    "\n");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.tokens.total, 55);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.stored_objects, std::vector<std::string>{"file-out"})
      << "its client's from now on";
}

TEST_F(FollowerTest, ABatchWhoseOutputIsGoneSaysSo) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answer(kOutput, 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::none);
}

TEST_F(FollowerTest, ABatchWhoseOutputIsTooLargeSaysSo) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answers.emplace("https://backend" + kOutput, Error{Errc::too_large, "too large"});
  look();
  EXPECT_EQ(settled().usage_reason, reason::kUsageTooLarge);
}

TEST_F(FollowerTest, ABatchIsAskedAgainWhileItsOutputCannotBeHad) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  transport_.answer(kOutput, 503, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
}

TEST_F(FollowerTest, ABatchWhoseOutputNeverCameIsNotFollowedForEver) {
  await(kBatch, kTooOld);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answer(kOutput, 503, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kNeverFinished);
}

}  // namespace
}  // namespace tollgate::followup
