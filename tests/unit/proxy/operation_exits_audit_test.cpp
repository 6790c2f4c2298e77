// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "operation_exits.hpp"

// The exits that only a client has whose audit fails closed: nothing leaves before its request is
// stored, and no answer ends before its exchange is.
namespace tollgate::proxy {
namespace {

using usage::Outcome;

class AuditedOperationExits : public OperationExits {
 protected:
  AuditedOperationExits() { config_.audit.on_failure = config::OnFailure::fail_closed; }

  bool asked_a_backend() const {
    return std::any_of(dialers_.begin(), dialers_.end(),
                       [](const auto* dialer) { return !dialer->lines.empty(); });
  }
};

TEST_F(AuditedOperationExits, CompletedWithItsExchangeStored) {
  ask();
  ASSERT_EQ(recorder_.kept.size(), 1U);
  EXPECT_TRUE(recorder_.kept[0].request_alone);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open"})) << "the ledger knows it first";
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_TRUE(client_got_all());
}

TEST_F(AuditedOperationExits, NothingLeavesWhileItsRequestWaitsForTheTrail) {
  recorder_.hangs_at_wait = 1;
  ask();
  EXPECT_FALSE(over_);
  EXPECT_FALSE(asked_a_backend());
}

TEST_F(AuditedOperationExits, ItsRequestCouldNotBeStored) {
  recorder_.failure = Error{Errc::storage, "disk full"};
  ask();
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::refused);
  EXPECT_EQ(record().status_code, 503);
  EXPECT_EQ(record().usage_reason, "not_sent");
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 503");
  EXPECT_FALSE(asked_a_backend());
  ASSERT_EQ(recorder_.kept.size(), 1U);
  const capture::Exchange& kept = recorder_.kept[0];
  EXPECT_EQ(request_fate(kept), capture::RequestFate::lost);
  EXPECT_EQ(kept.answered_by, "gateway_error");
  ASSERT_TRUE(kept.answer) << "the trail has what the user saw";
  EXPECT_TRUE(client_got().ends_with(kept.answer->answer.body)) << kept.answer->answer.body;
  EXPECT_FALSE(kept.answer->answer.body.empty());
}

TEST_F(AuditedOperationExits, GatewayStoppedWhileItsRequestWaitedForTheTrail) {
  recorder_.hangs_at_wait = 1;
  ask();
  gateway_stops();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::interrupted);
  EXPECT_EQ(record().usage_reason, "not_sent");
  EXPECT_FALSE(asked_a_backend());
}

TEST_F(AuditedOperationExits, ItsExchangeCouldNotBeStored) {
  ask();
  recorder_.failure = Error{Errc::storage, "disk full"};
  backend_says(kHead + kBody);
  expect_over(Afterwards::abort);
  EXPECT_EQ(told(), kEveryBook);
  EXPECT_EQ(to_string(record().outcome), "completed");
  EXPECT_EQ(record().tokens.total, 12) << "paid, whatever the client sees";
  EXPECT_FALSE(client_got_all());
}

TEST_F(AuditedOperationExits, TheLastPieceComesBehindTheTrail) {
  recorder_.hangs_at_wait = 2;
  ask_and_get_a_part();
  backend_says(kBody.substr(10));
  EXPECT_EQ(told(), kEveryBook);
  EXPECT_FALSE(over_);
  EXPECT_TRUE(client_got().ends_with("\r\n\r\n" + kBody.substr(0, 10))) << client_got();
}

TEST_F(AuditedOperationExits, GatewayStoppedWhileTheEndWaitedForTheTrail) {
  recorder_.hangs_at_wait = 2;
  ask_and_get_a_part();
  backend_says(kBody.substr(10));
  gateway_stops();
  expect_over(Afterwards::abort);
  EXPECT_EQ(told(), kEveryBook);
  EXPECT_FALSE(client_got_all());
}

TEST_F(AuditedOperationExits, ItsCoroutineDestroyedWhileTheEndWaitedForTheDisk) {
  journal_.disk_hangs_at_wait = 2;
  ask_and_get_a_part();
  backend_says(kBody.substr(10));
  destroy();
  expect_told_once(Outcome::completed);
}

TEST_F(AuditedOperationExits, AnExceptionWithinTheRelayIsKeptToo) {
  authorizer_.throws = true;
  ask();
  expect_thrown();
  expect_told_once(Outcome::interrupted);
}

/// The same of a client whose audit fails open.
class OpenOperationExits : public OperationExits {};

TEST_F(OpenOperationExits, ATrailThatHangsHoldsUpNoByte) {
  recorder_.hangs_at_wait = 1;
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  EXPECT_TRUE(client_got_all());
  EXPECT_EQ(recorder_.waits, 0);
  expect_told_once(Outcome::completed);
}

TEST_F(OpenOperationExits, ALongRequestIsKeptCutAndHeldUpByNothing) {
  config_.audit.max_body = 1'000;
  ask(R"({"messages":[{"role":"user","content":")" + std::string(5'000, 'a') + R"("}]})");
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  ASSERT_EQ(recorder_.kept.size(), 1U);
  const auto& request = recorder_.kept[0].request;
  ASSERT_TRUE(request && request->shortened);
  EXPECT_TRUE(request->shortened->truncated);
  EXPECT_LE(request->shortened->text.size(), 1'000U);
}

}  // namespace
}  // namespace tollgate::proxy
