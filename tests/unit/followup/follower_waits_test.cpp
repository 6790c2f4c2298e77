// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follower_fixture.hpp"
#include "pass_through.hpp"
#include "waiting_callers.hpp"

// A request that ends an object waits for what can be asked before it, and for nothing else. That
// takes 5 s where it waits in vain: each case gives it less.
namespace tollgate::followup {
namespace {

const std::string kPath = "/openai/v1/responses/resp_1";
const std::string kToken = "Bearer eyJhbGciOiJub25lIn0.e30.c2ln";
constexpr std::chrono::seconds kBeforeTheLongestWait{2};

class FollowerWaits : public FollowerTest {
 protected:
  /// Whether the request went on before the longest wait. Nothing of the follower is left behind.
  bool goes_on_soon(std::vector<BackendAccess> backends, ObjectEnd end) {
    asio::io_context context;
    const auto follower = make_follower({.ledger = *ledger_,
                                         .metrics = metrics_,
                                         .backends = std::move(backends),
                                         .control = context.get_executor(),
                                         .disk = context.get_executor()});
    Cancellation waiter;
    bool goes_on = false;
    asio::co_spawn(context, follower->ask_before(std::move(end), waiter),
                   [&](const std::exception_ptr&) { goes_on = true; });
    context.run_for(kBeforeTheLongestWait);
    const bool soon = goes_on;
    follower->stop();
    context.run();
    return soon;
  }
  std::vector<BackendAccess> pass_through_backend() {
    return {{"backend", "https://backend", transport_, pass_through_, nullptr}};
  }
  ObjectEnd end_with(const std::string& authorization, const std::string& backend = "backend") {
    return {"", "/responses/resp_1", {backend}, Secret(authorization)};
  }

  credentials::PassThroughAuthorizer pass_through_;
};

TEST_F(FollowerWaits, ABackendThatIsConfiguredNoMoreIsNotWaitedFor) {
  await(kPath, kYoung);
  EXPECT_TRUE(goes_on_soon({}, end_with(kToken)));
  EXPECT_EQ(settled().usage_reason, "still awaiting") << "it may be configured again";
}

TEST_F(FollowerWaits, WithoutItsCallersTokenAPassThroughBackendIsNotWaitedFor) {
  await(kPath, kYoung);
  for (const char* none : {"", "Bearer an-api-key", "Basic eA=="}) {
    EXPECT_TRUE(goes_on_soon(pass_through_backend(), end_with(none))) << none;
  }
  EXPECT_TRUE(transport_.asked.empty());
  EXPECT_EQ(settled().usage_reason, "still awaiting");
}

TEST_F(FollowerWaits, TheCallersTokenAsksItsPassThroughBackend) {
  await(kPath, kYoung);
  transport_.answer(kPath, 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}})");
  EXPECT_TRUE(goes_on_soon(pass_through_backend(), end_with(kToken)));
  EXPECT_EQ(transport_.credentials, std::vector<std::string>{"authorization: " + kToken});
  EXPECT_EQ(settled().tokens.total, 12);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::reported);
}

TEST_F(FollowerWaits, ABatchsResultsAreReadWithTheSameToken) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answer(kOutput, 200,
                    R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                    R"({"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}}}})");
  ObjectEnd end = end_with(kToken);
  end.part = "/batches";
  EXPECT_TRUE(goes_on_soon(pass_through_backend(), std::move(end)));
  EXPECT_EQ(transport_.credentials, std::vector<std::string>(2, "authorization: " + kToken));
  EXPECT_EQ(settled().tokens.total, 5);
}

TEST_F(FollowerWaits, ATokenGoesNowhereThatItsRequestDoesNotGo) {
  await(kPath, kYoung);
  EXPECT_TRUE(goes_on_soon(pass_through_backend(), end_with(kToken, "another")));
  EXPECT_TRUE(transport_.asked.empty());
}

// Of a forged token a 404 says nothing: something before the backend may have given it.
TEST_F(FollowerWaits, ATokenThatTheBackendRefusesIsNotTriedAgainAndSettlesNothing) {
  for (const int refused : {401, 403, 404}) {
    open_ledger();
    await(kPath, kYoung);
    transport_.answer(kPath, refused, "{}");
    transport_.asked.clear();
    EXPECT_TRUE(goes_on_soon(pass_through_backend(), end_with(kToken))) << refused;
    EXPECT_EQ(transport_.asked.size(), 1U);
    EXPECT_EQ(settled().usage_reason, "still awaiting");
  }
}

TEST_F(FollowerWaits, TheGatewaysOwnCredentialIsUsedWhereItHasOne) {
  await(kPath, kYoung);
  transport_.answer(kPath, 404, "{}");
  EXPECT_TRUE(goes_on_soon({{"backend", "https://backend", transport_, authorizer_, nullptr}},
                           end_with(kToken)));
  EXPECT_EQ(transport_.credentials, std::vector<std::string>{"api-key: key"});
}

TEST_F(FollowerWaits, WhatNobodyWaitsForHasNoToken) {
  await(kPath, kTooOld);
  const auto caller =
      std::make_shared<WaitingCaller>(WaitingCaller{end_with(kToken), SteadyTime(), nullptr, {}});
  WaitingCallers callers;
  callers.add(caller);
  EXPECT_EQ(callers.find({1, "", kPath}), caller);
  EXPECT_EQ(callers.find({1, "another client", kPath}), nullptr);
  EXPECT_EQ(callers.find({1, "", kPath + "2"}), nullptr);
  caller->in_vain.push_back(1);
  EXPECT_EQ(callers.find({1, "", kPath}), nullptr);
  EXPECT_EQ(callers.find({2, "", kPath}), caller);
}

TEST_F(FollowerWaits, APassThroughBackendsWorkIsNotFollowedForEver) {
  await(kPath, kTooOld);
  EXPECT_TRUE(goes_on_soon(pass_through_backend(), end_with("")));
  EXPECT_EQ(settled().usage_reason, reason::kNeverFinished);
  EXPECT_TRUE(transport_.asked.empty());
}

}  // namespace
}  // namespace tollgate::followup
