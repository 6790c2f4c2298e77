// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "operation_exits.hpp"

// Every way in which an operation can end (docs/life-of-a-request.md lists them with these tests):
// each tells every book exactly once, in order, and the client sees a whole answer only behind
// that.
namespace tollgate::proxy {
namespace {

using usage::Outcome;
using End = net::MemoryLine::End;

TEST_F(OperationExits, Completed) {
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_EQ(record().tokens.total, 12);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open", "close"}));
  EXPECT_TRUE(client_got_all());
}

TEST_F(OperationExits, TheLastPieceComesBehindTheBooks) {
  journal_.disk_hangs_at_wait = 2;
  ask_and_get_a_part();
  backend_says(kBody.substr(10));
  EXPECT_EQ(told(), kEveryBook);
  EXPECT_FALSE(over_);
  EXPECT_TRUE(client_got().ends_with("\r\n\r\n" + kBody.substr(0, 10))) << client_got();
}

TEST_F(OperationExits, RefusedByTheBackend) {
  ask();
  backend_says(kRefused);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::refused);
  EXPECT_EQ(record().status_code, 400);
}

TEST_F(OperationExits, EveryAttemptFailed) {
  pipeline();
  for (upstream::MemoryDialer* dialer : dialers_)
    dialer->error = Error{Errc::unavailable, "refused"};
  ask();
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::backend_error);
  EXPECT_EQ(record().attempts.size(), 2U);
  EXPECT_EQ(record().usage_reason, "not_sent");
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 502");
}

TEST_F(OperationExits, ClientLeftBeforeTheAnswerAndItIsReadOn) {
  ask();
  client_leaves();
  EXPECT_TRUE(entries_.empty());
  backend_says(kHead + kBody);
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().tokens.total, 12);
  EXPECT_EQ(record().status_code, 0);
  EXPECT_EQ(client_got(), "");
}

TEST_F(OperationExits, ClientLeftBeforeTheAnswerAndItIsCancelled) {
  leaving_means(config::OnClientAbort::cancel);
  ask();
  client_leaves();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().status_code, 0);
  EXPECT_EQ(backend().own, End::closed);
}

TEST_F(OperationExits, ClientLeftWithinTheAnswerAndItIsReadOn) {
  ask_and_get_a_part();
  client_leaves(End::reset);
  backend_says(kBody.substr(10));
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().tokens.total, 12);
  EXPECT_EQ(record().status_code, 200);
}

TEST_F(OperationExits, ClientLeftWithinTheAnswerAndItIsCancelled) {
  leaving_means(config::OnClientAbort::cancel);
  ask_and_get_a_part();
  client_leaves();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(backend().own, End::closed);
}

TEST_F(OperationExits, ClientLeftAndHasTooManyAnswersReadOn) {
  config_.limits.drains = 0;
  ask_and_get_a_part();
  client_leaves();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().usage_reason.substr(0, 14), "answer_cut_off");
  EXPECT_EQ(backend().own, End::closed);
}

TEST_F(OperationExits, ClientLeftWithinTheDrain) {
  ask_and_get_a_part();
  client_leaves();
  backend().ends(End::reset);
  run();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
}

TEST_F(OperationExits, ClientLeftWhileItsRequestWaitedForAConnection) {
  for (config::Backend& backend : config_.backends) backend.connections.max = 0;
  ask();
  EXPECT_FALSE(over_);
  client_leaves();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::client_aborted);
  EXPECT_EQ(record().usage_reason, "not_sent");
}

TEST_F(OperationExits, BackendBrokeOffBeforeItsAnswer) {
  ask();
  backend().ends(End::reset);
  run();
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::backend_error);
  EXPECT_EQ(record().status_code, 502);
}

TEST_F(OperationExits, BackendBrokeOffBehindItsHead) {
  ask_and_get_a_part();
  backend().ends(End::reset);
  run();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::backend_error);
  EXPECT_FALSE(client_got_all());
}

TEST_F(OperationExits, BackendWasSilentBeforeItsAnswer) {
  ask();
  backend().runs_late();
  run();
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::timeout);
  EXPECT_EQ(record().status_code, 504);
  EXPECT_EQ(record().usage_reason, "no_answer");
}

TEST_F(OperationExits, BackendWasSilentWithinItsAnswer) {
  ask_and_get_a_part();
  backend().runs_late();
  run();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::timeout);
}

TEST_F(OperationExits, GatewayStoppedBeforeTheAnswer) {
  ask();
  gateway_stops();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::interrupted);
  EXPECT_EQ(record().status_code, 0);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::estimated);
}

TEST_F(OperationExits, GatewayStoppedWithinTheAnswer) {
  ask_and_get_a_part();
  gateway_stops();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::interrupted);
}

TEST_F(OperationExits, GatewayStoppedWhileTheIntentWaitedForTheDisk) {
  journal_.disk_hangs_at_wait = 1;
  ask();
  EXPECT_FALSE(over_);
  gateway_stops();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::interrupted);
  EXPECT_EQ(record().usage_reason, "not_sent");
  EXPECT_TRUE(dialers_[0]->lines.empty());
}

TEST_F(OperationExits, GatewayStoppedWhileTheEndWaitedForTheDisk) {
  journal_.disk_hangs_at_wait = 2;
  ask();
  backend_says(kHead + kBody);
  EXPECT_FALSE(over_);
  gateway_stops();
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::completed);
  EXPECT_FALSE(client_got_all());
}

TEST_F(OperationExits, TheBooksComeBehindTheCountOfALargeBody) {
  ask_until_a_large_body_is_to_be_counted();
  EXPECT_EQ(happens_elsewhere(), 1U);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::timeout);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::estimated);
  EXPECT_GT(record().tokens.prompt.value_or(0), 100);
}

TEST_F(OperationExits, GatewayStoppedWhileTokensWereCounted) {
  ask_until_a_large_body_is_to_be_counted();
  gateway_stops();
  expect_over(Afterwards::abort);
  EXPECT_EQ(happens_elsewhere(), 1U)
      << "the count that was given up comes too late, and goes nowhere";
  expect_told_once(Outcome::timeout);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record().usage_reason, "no_answer");
  EXPECT_FALSE(record().tokens.prompt.has_value());
  EXPECT_EQ(client_got(), "");
}

TEST_F(OperationExits, AnExceptionWhileTheCredentialWasMade) {
  authorizer_.throws = true;
  ask();
  expect_thrown();
  expect_told_once(Outcome::interrupted);
  EXPECT_EQ(record().usage_reason, "gateway_interrupted");
}

TEST_F(OperationExits, AnExceptionWhileTheBackendWasDialled) {
  pipeline();
  dialers_[0]->throws = true;
  ask();
  expect_thrown();
  expect_told_once(Outcome::interrupted);
}

TEST_F(OperationExits, AnExceptionBetweenTwoAttempts) {
  pipeline();
  dialers_[0]->error = Error{Errc::unavailable, "refused"};
  journal_.amend_throws = true;
  ask();
  expect_thrown();
  expect_told_once(Outcome::interrupted);
}

TEST_F(OperationExits, AnExceptionWithinTheRelay) {
  const std::string words = R"(data: {"type":"response.output_text.delta","delta":"Hi"})"
                            "\n\n";
  ask(R"({"model":"gpt-4o","input":"Hi","stream":true})", "/openai/v1/responses");
  backend_says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" +
               words);
  journal_.amend_throws = true;  // a stored response's id comes
  backend_says(R"(data: {"type":"response.in_progress","response":{"id":"resp_1"}})"
               "\n\n" +
               words);
  expect_thrown();
  expect_told_once(Outcome::interrupted);
}

TEST_F(OperationExits, AfterAnExceptionInOneBookTheOthersAreStillTold) {
  journal_.close_throws = true;
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::completed);
  EXPECT_FALSE(client_got_all());
}

TEST_F(OperationExits, ItsCoroutineDestroyedBeforeTheAnswer) {
  ask();
  destroy();
  expect_told_once(Outcome::interrupted);
  EXPECT_EQ(record().usage_reason, "gateway_interrupted");
}

TEST_F(OperationExits, ItsCoroutineDestroyedWithinTheAnswer) {
  ask_and_get_a_part();
  destroy();
  expect_told_once(Outcome::interrupted);
}

TEST_F(OperationExits, ItsCoroutineDestroyedWhileTheEndWaitedForTheDisk) {
  journal_.disk_hangs_at_wait = 2;
  ask();
  backend_says(kHead + kBody);
  destroy();
  expect_told_once(Outcome::completed);
}

TEST_F(OperationExits, IntentFailedAndTheLedgerFailsOpen) {
  config_.ledger.on_failure = config::OnFailure::fail_open;
  journal_.open_error = Error{Errc::storage, "full"};
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_FALSE(entries_[0].intent_recorded);
  EXPECT_EQ(journal_.calls, std::vector<std::string>{"open"});
  EXPECT_TRUE(client_got_all());
}

TEST_F(OperationExits, IntentFailedAndTheLedgerFailsClosed) {
  journal_.open_error = Error{Errc::storage, "full"};
  ask();
  expect_over(Afterwards::keep);
  EXPECT_TRUE(entries_.empty()) << "nothing began";
  EXPECT_TRUE(dialers_[0]->lines.empty());
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 503");
}

TEST_F(OperationExits, IntentCouldNotBeSyncedAndTheLedgerFailsClosed) {
  journal_.sync_fails_at_wait = 1;
  ask();
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::refused);  // it may have reached the disk: so does its end
  EXPECT_EQ(record().usage_reason, "not_sent");
  EXPECT_EQ(record().status_code, 503);
  EXPECT_TRUE(dialers_[0]->lines.empty());
}

TEST_F(OperationExits, IntentCouldNotBeSyncedAndTheLedgerFailsOpen) {
  config_.ledger.on_failure = config::OnFailure::fail_open;
  journal_.sync_fails_at_wait = 1;
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_TRUE(entries_[0].intent_recorded) << "it stands in the journal, and its close follows";
  EXPECT_TRUE(client_got_all());
}

TEST_F(OperationExits, CloseFailedAndTheLedgerFailsOpen) {
  config_.ledger.on_failure = config::OnFailure::fail_open;
  journal_.close_error = Error{Errc::storage, "full"};
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_TRUE(client_got_all());
}

TEST_F(OperationExits, CloseFailedAndTheLedgerFailsClosed) {
  journal_.close_error = Error{Errc::storage, "full"};
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::completed);
  EXPECT_FALSE(client_got_all());
}

TEST_F(OperationExits, CloseCouldNotBeSyncedAndTheLedgerFailsClosed) {
  journal_.sync_fails_at_wait = 2;
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::abort);
  expect_told_once(Outcome::completed);
  EXPECT_FALSE(client_got_all());
}

TEST_F(OperationExits, CloseCouldNotBeSyncedAndTheLedgerFailsOpen) {
  config_.ledger.on_failure = config::OnFailure::fail_open;
  journal_.sync_fails_at_wait = 2;
  ask();
  backend_says(kHead + kBody);
  expect_over(Afterwards::keep);
  expect_told_once(Outcome::completed);
  EXPECT_TRUE(client_got_all());
}

TEST_F(OperationExits, WhatNeverBeganTellsNoBook) {
  authenticator_.error = Error{Errc::unauthenticated, ""};
  ask();
  expect_over(Afterwards::linger);
  EXPECT_TRUE(entries_.empty());
  EXPECT_TRUE(journal_.calls.empty());
}

TEST_F(OperationExits, AnExceptionBeforeItBeganTellsNoBook) {
  authenticator_.throws = true;
  ask();
  expect_thrown();
  EXPECT_TRUE(entries_.empty());
}

TEST_F(OperationExits, AnExceptionWhileTheIntentWasWrittenTellsNoBook) {
  journal_.open_throws = true;
  ask();
  expect_thrown();
  EXPECT_TRUE(entries_.empty());
  EXPECT_TRUE(dialers_[0]->lines.empty());
}

}  // namespace
}  // namespace tollgate::proxy
