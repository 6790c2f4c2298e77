// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "memory_nodes.hpp"

namespace tollgate::redis {
namespace {

class ClientTest : public MemoryNodes {};

TEST_F(ClientTest, GreetsAndServes) {
  make();
  EXPECT_EQ(sent(seed_),
            "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n");
  EXPECT_FALSE(client_->ready());
  arrives(seed_, kAlone);
  EXPECT_TRUE(client_->ready());
  EXPECT_EQ(state_, Health::State::ready);
  const auto answer = get("a");
  EXPECT_EQ(sent(seed_), get_of("a"));
  arrives(seed_, "$1\r\nx\r\n");
  ASSERT_TRUE(*answer);
  EXPECT_EQ(text(**answer), "x");
  EXPECT_EQ(results_, std::vector<std::string>{"ok"});
}

TEST_F(ClientTest, WhatIsSentInOneTurnLeavesInOneWrite) {
  alone();
  line(seed_).peer_reads = true;
  boost::asio::post(context_, [&] { get("a"); });
  boost::asio::post(context_, [&] { get("b"); });
  context_.restart();
  context_.poll_one();
  EXPECT_EQ(line(seed_).sent, "");
  EXPECT_EQ(sent(seed_), get_of("a") + get_of("b"));
}

TEST_F(ClientTest, CallsWaitForTheFirstConnection) {
  make();
  const auto answer = get("a");
  poll();
  EXPECT_FALSE(*answer);
  sent(seed_);
  arrives(seed_, kAlone);
  EXPECT_EQ(sent(seed_), get_of("a"));
  arrives(seed_, "$-1\r\n");
  EXPECT_TRUE((**answer)->is_nil());
}

TEST_F(ClientTest, WithoutAServerCallsFailAtOnceAndItIsTriedAgain) {
  dialer_->error = Error{Errc::unavailable, "refused"};
  make();
  const auto waiting = get("a");
  poll();
  EXPECT_EQ(state_, Health::State::down);
  EXPECT_EQ(text(**waiting), "down");
  const auto answer = get("b");
  EXPECT_FALSE(*answer) << "told within send()";
  poll();
  EXPECT_EQ(text(**answer), "down");
  EXPECT_FALSE((**answer).error().maybe_done);
  EXPECT_NE((**answer).error().message.find("refused"), std::string::npos);
  dialer_->error.reset();
  wait([&] { return dialer_->nodes.contains(seed_); });
  arrives(seed_, kAlone);
  EXPECT_TRUE(client_->ready());
}

TEST_F(ClientTest, AnExceptionWhileDiallingIsAFailureLikeAnother) {
  dialer_->throws = true;
  make();
  EXPECT_EQ(state_, Health::State::down);
  dialer_->throws = false;
  wait([&] { return dialer_->nodes.contains(seed_); });
}

TEST_F(ClientTest, ALostConnectionFailsItsCallsAndRaisesTheSession) {
  alone();
  const std::uint64_t before = client_->session();
  const auto answer = get("a");
  sent(seed_);
  line(seed_).ends();
  poll();
  EXPECT_EQ(text(**answer), "lost");
  EXPECT_TRUE((**answer).error().maybe_done);
  EXPECT_GT(client_->session(), before);
  wait([&] { return dialer_->nodes[seed_].size() == 2; });
  arrives(seed_, kAlone);
  EXPECT_TRUE(client_->ready());
}

TEST_F(ClientTest, AnAnswerThatIsLateStopsCallsUntilItHasCome) {
  alone(milliseconds(5));
  const auto answer = get("a");
  wait([&] { return answer->has_value(); });
  EXPECT_EQ(text(**answer), "timeout");
  EXPECT_TRUE((**answer).error().maybe_done);
  EXPECT_FALSE(client_->ready());
  sent(seed_);
  const auto next = get("b");
  poll();
  EXPECT_EQ(text(**next), "down");
  EXPECT_EQ(sent(seed_), "");
  const std::uint64_t session = client_->session();
  arrives(seed_, "$1\r\nx\r\n");
  EXPECT_TRUE(client_->ready());
  EXPECT_EQ(client_->session(), session);
  get("c");
  EXPECT_EQ(sent(seed_), get_of("c"));
}

TEST_F(ClientTest, AScriptLeavesWholeOnceForEachConnection) {
  const Script script("return 1");
  alone();
  send(Call::eval(script, {"a"}, {}));
  send(Call::eval(script, {"a"}, {}));
  const std::string bytes = sent(seed_);
  EXPECT_NE(bytes.find("EVAL\r\n"), std::string::npos);
  EXPECT_NE(bytes.find("EVALSHA\r\n"), std::string::npos);
}

TEST_F(ClientTest, AForgottenScriptIsSentWholeAndTheOrderStays) {
  const Script one("return 1");
  const Script two("return 2");
  alone();
  for (const Script* script : {&one, &two}) send(Call::eval(*script, {"a"}, {}));
  arrives(seed_, ":1\r\n:2\r\n");
  sent(seed_);
  const auto first = send(Call::eval(one, {"a"}, {"first"}));
  const auto second = send(Call::eval(two, {"a"}, {"second"}));
  sent(seed_);
  arrives(seed_, "-NOSCRIPT No matching script\r\n");
  const auto third = send(Call::eval(one, {"a"}, {"third"}));
  EXPECT_EQ(sent(seed_).find("third"), std::string::npos) << "it waits for the second";
  arrives(seed_, "-NOSCRIPT No matching script\r\n");
  const std::string bytes = sent(seed_);
  const std::size_t place = bytes.find("second");
  ASSERT_NE(place, std::string::npos);
  EXPECT_GT(bytes.find("third"), place);
  arrives(seed_, ":11\r\n:22\r\n:33\r\n");
  EXPECT_EQ((**first)->integer, 11);
  EXPECT_EQ((**second)->integer, 22);
  EXPECT_EQ((**third)->integer, 33);
}

TEST_F(ClientTest, WhatWaitsForItsOrderIsNotSentOnAnotherConnection) {
  const Script script("return 1");
  alone();
  send(Call::eval(script, {"a"}, {}));
  arrives(seed_, ":1\r\n");
  send(Call::eval(script, {"a"}, {"first"}));
  get("second");
  poll();
  arrives(seed_, "-NOSCRIPT No matching script\r\n");
  const auto waits = get("third");
  line(seed_).ends();
  poll();
  ASSERT_TRUE(*waits);
  EXPECT_EQ(text(**waits), "lost");
  EXPECT_FALSE((**waits).error().maybe_done);
}

TEST_F(ClientTest, AServerThatIsNotWellIsLeftAndTriedAgain) {
  const std::pair<const char*, const char*> cases[] = {
      {"-READONLY You can't write\r\n", "read_only"},
      {"-LOADING Redis is loading\r\n", "loading"},
      {"-NOAUTH Authentication required.\r\n", "unauthenticated"}};
  for (const auto& [bytes, kind] : cases) {
    alone();
    const auto answer = get("a");
    sent(seed_);
    arrives(seed_, bytes);
    EXPECT_EQ(text(**answer), kind);
    EXPECT_FALSE((**answer).error().maybe_done);
    EXPECT_EQ(state_, Health::State::down) << kind;
  }
}

TEST_F(ClientTest, WhatIsOutOfMemoryIsToldAndTheConnectionStays) {
  alone();
  const auto answer = get("a");
  arrives(seed_, "-OOM command not allowed\r\n");
  EXPECT_EQ(text(**answer), "out_of_memory");
  EXPECT_TRUE(client_->ready());
}

TEST_F(ClientTest, BytesThatAreNoAnswerEndTheConnection) {
  alone();
  const auto answer = get("a");
  arrives(seed_, "HTTP/1.1 400 Bad Request\r\n");
  EXPECT_EQ(text(**answer), "protocol");
  EXPECT_FALSE(client_->ready());
}

TEST_F(ClientTest, AnAnswerThatNobodyAskedForEndsTheConnection) {
  alone();
  arrives(seed_, "+OK\r\n");
  EXPECT_FALSE(client_->ready());
}

TEST_F(ClientTest, ACallThatIsTooLargeIsRefused) {
  alone();
  const auto answer = send(Call::command({"GET", std::string(2U << 20U, 'a')}));
  EXPECT_FALSE(*answer);
  poll();
  EXPECT_EQ(text(**answer), "full");
}

TEST_F(ClientTest, AnExceptionOfWhoIsToldHarmsNobodyElse) {
  alone();
  client_->send(Call::command({"GET", "a"}), [](const Answer&) { throw std::runtime_error("x"); });
  const auto answer = get("b");
  arrives(seed_, "$1\r\nx\r\n$1\r\ny\r\n");
  EXPECT_EQ(text(**answer), "y");
}

TEST_F(ClientTest, WhenItStopsWhatIsOnItsWayIsAnswered) {
  alone();
  const auto answer = get("a");
  client_->stop();
  get("b");
  EXPECT_EQ(sent(seed_), get_of("a"));
  arrives(seed_, "$1\r\nx\r\n");
  EXPECT_EQ(text(**answer), "x");
  EXPECT_FALSE(dialer_->nodes[seed_].back()->alive);
}

TEST_F(ClientTest, ItsEndLeavesCallsUntold) {
  alone();
  const auto answer = get("a");
  client_.reset();
  poll();
  EXPECT_FALSE(*answer);
  EXPECT_EQ(answer.use_count(), 1);
}

TEST_F(ClientTest, ACoroutineWaitsForItsAnswer) {
  alone();
  net::Started<Answer> call(context_, client_->call(Call::command({"GET", "a"})));
  EXPECT_FALSE(call.done());
  line(seed_).arrives("$1\r\nx\r\n");
  ASSERT_TRUE(call.done());
  EXPECT_EQ(text(call.get()), "x");
}

TEST_F(ClientTest, ACoroutineThatIsGoneIsNotWoken) {
  alone();
  {
    boost::asio::io_context other;
    boost::asio::co_spawn(other, client_->call(Call::command({"GET", "a"})),
                          [](const std::exception_ptr&, const Answer&) {});
    other.poll();
  }
  arrives(seed_, "$1\r\nx\r\n");
  EXPECT_EQ(results_, std::vector<std::string>{"ok"});
}

/// A new token each time, due for renewal at once.
class RollingToken : public credentials::TokenSource {
 public:
  boost::asio::awaitable<Result<credentials::AccessToken>> token(UtcTime now) override {
    if (away) co_return Error{Errc::unavailable, "issuer away"};
    co_return credentials::AccessToken{Secret("token" + std::to_string(++given)),
                                       now + seconds(3600), now};
  }
  void forget() override { ++forgotten; }
  int given = 0;
  int forgotten = 0;
  bool away = false;
};

class TokenTest : public MemoryNodes {
 protected:
  TokenTest() {
    login_ = std::make_shared<Login>("object-id", Secret(), tokens_);
    make();
    EXPECT_NE(sent(seed_).find("AUTH\r\n$9\r\nobject-id\r\n$6\r\ntoken1\r\n"), std::string::npos);
    arrives(seed_, kAlone);
  }

  std::shared_ptr<RollingToken> tokens_ = std::make_shared<RollingToken>();
};

TEST_F(TokenTest, ProvesItselfAnewOnTheOpenConnection) {
  const std::uint64_t session = client_->session();
  const auto before = get("a");
  client_->look_after();
  poll();
  const auto behind = get("b");
  const std::string bytes = sent(seed_);
  EXPECT_LT(bytes.find(get_of("a")), bytes.find("token2"));
  arrives(seed_, "$1\r\nx\r\n+OK\r\n$1\r\ny\r\n");
  EXPECT_EQ(text(**before) + text(**behind), "xy");
  EXPECT_TRUE(client_->ready());
  EXPECT_EQ(client_->session(), session);
  EXPECT_EQ(dialer_->nodes[seed_].size(), 1U);
  EXPECT_EQ(results_.size(), 2U) << "what it says itself is no call";
}

TEST_F(TokenTest, ATokenThatIsRefusedEndsTheConnectionAndIsForgotten) {
  client_->look_after();
  sent(seed_);
  arrives(seed_, "-WRONGPASS invalid username-password pair\r\n");
  EXPECT_FALSE(client_->ready());
  EXPECT_EQ(tokens_->forgotten, 1);
}

TEST_F(TokenTest, WithoutANewTokenTheConnectionStays) {
  tokens_->away = true;
  client_->look_after();
  EXPECT_EQ(sent(seed_), "");
  EXPECT_TRUE(client_->ready());
}

TEST_F(ClientTest, APolicyThatThrowsKeysAwayIsTold) {
  make();
  arrives(seed_, "+PONG\r\n$28\r\nmaxmemory_policy:allkeys-lru\r\n-ERR\r\n");
  EXPECT_EQ(policy_, "allkeys-lru");
  EXPECT_TRUE(client_->ready());
}

}  // namespace
}  // namespace tollgate::redis
