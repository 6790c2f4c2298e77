// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <optional>
#include <string>

#include "stage_fixture.hpp"

// The stage that takes a request's body, by what its head says and the configuration allows. How
// bodies come in pieces is read_request_body's (request_body_test.cpp).
namespace tollgate::proxy {
namespace {

class TakeBodyTest : public StageTest {
 protected:
  TakeBodyTest() {
    memory_.change_limit(1'000'000);
    limits_.request_body = 100;
  }
  std::optional<OrRefusal<std::string>>& take(const std::string& fields) {
    body_.reset();
    begin(body_, take_body(client_, head_of("POST /x", fields), limits_, hold_));
    return body_;
  }
  void arrives(std::string_view bytes) {
    line_->arrives(bytes);
    run();
  }
  int refused_with() const { return body_ && !*body_ ? body_->error().status : -1; }

  ClientConnection client_ = client();
  config::Limits limits_;
  BodyMemory memory_;
  BodyMemory::Account& account_ = memory_.account("retail");
  BodyHold hold_{memory_, account_};
  std::optional<OrRefusal<std::string>> body_;
};

TEST_F(TakeBodyTest, ItIsTakenWithoutItsFraming) {
  received_ = "{}GET /next";
  take("Content-Length: 2\r\n");
  ASSERT_TRUE(body_ && *body_);
  EXPECT_EQ(**body_, "{}");
  EXPECT_EQ(received_, "GET /next");
  received_ = "2\r\n{}\r\n0\r\n\r\n";
  take("Transfer-Encoding: chunked\r\n");
  ASSERT_TRUE(body_ && *body_);
  EXPECT_EQ(**body_, "{}");
}

TEST_F(TakeBodyTest, WhoWaitsForItIsToldToGoOn) {
  take("Content-Length: 2\r\nExpect: 100-continue\r\n");
  EXPECT_EQ(line_->sent, "HTTP/1.1 100 Continue\r\n\r\n");
  arrives("{}");
  EXPECT_TRUE(body_ && *body_);
}

TEST_F(TakeBodyTest, TheConfigurationsLimitHolds) {
  take("Content-Length: 101\r\n");
  EXPECT_EQ(refused_with(), 413);
  limits_.request_body = 101;
  take("Content-Length: 101\r\n");
  EXPECT_FALSE(body_) << "it is read";
}

TEST_F(TakeBodyTest, ItIsHeldInItsClientsShareOfTheMemory) {
  memory_.change_limit(1'000);
  take("Content-Length: 80\r\n");
  EXPECT_EQ(account_.held, 80U);
  BodyMemory::Account& greedy = memory_.account("greedy");
  ASSERT_TRUE(memory_.take(greedy, 400));
  BodyHold hold(memory_, greedy);
  const auto refused =
      outcome(take_body(client_, head_of("POST /x", "Content-Length: 99\r\n"), limits_, hold));
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(refused.error().extra_fields, "Retry-After: 1\r\n");
  EXPECT_NE(refused.error().detail.find("share"), std::string::npos);
}

TEST_F(TakeBodyTest, OneThatStopsComingIsLateAndOneWhoseClientLeftIsAnsweredToNobody) {
  take("Content-Length: 2\r\n");
  ASSERT_TRUE(line_->deadline != SteadyTime::max()) << "limits.body_idle_timeout";
  line_->runs_late();
  run();
  EXPECT_EQ(refused_with(), 408);
  line_->late = false;
  take("Content-Length: 2\r\n");
  line_->ends();
  run();
  EXPECT_EQ(refused_with(), no_answer().status);
}

}  // namespace
}  // namespace tollgate::proxy
