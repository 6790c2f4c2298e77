// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Durable before visible: the ledger's files are copied at the moment in
// question, and the copy is opened as the next start would open them after a crash.
namespace tollgate::integration {
namespace {

class Durability : public testing::TestWithParam<config::Durability> {
 protected:
  TestGateway gateway_{[](config::Config& config) { config.ledger.durability = GetParam(); }};
  RawConnection client_ = gateway_.connect();

  std::vector<usage::UsageRecord> after_a_crash_now() {
    const auto copy = gateway_.copy_ledger();
    return recover_ledger(*copy);
  }
};

TEST_P(Durability, TheIntentIsThereWhenTheBackendSeesTheFirstByte) {
  client_.write(ClientRequest{.fields = "X-Request-Id: mine\r\n"}.bytes());
  RawConnection& connection = gateway_.backend().accept();
  connection.read_exactly(1);
  const auto records = after_a_crash_now();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::interrupted);
  EXPECT_EQ(records[0].client_name, "drains");
  EXPECT_EQ(records[0].requested_model, "gpt-4o");
  EXPECT_EQ(records[0].backend_deployment, "gpt-4o-east");
  EXPECT_EQ(records[0].correlation_id, "mine");
  EXPECT_EQ(records[0].request_bytes, static_cast<std::int64_t>(kBody.size()));
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::none);
}

TEST_P(Durability, WhatIsRefusedLeavesNoIntent) {
  client_.write(ClientRequest{.key = "nobody"}.bytes());
  expect_refusal(client_.read_response(), 401);
  EXPECT_TRUE(after_a_crash_now().empty());
}

/// Reads until `text` is the end of what has come.
void read_last(RawConnection& client, const std::string& text) {
  std::string received;
  while (!received.ends_with(text)) {
    const std::string more = client.read_exactly(1);
    ASSERT_FALSE(more.empty()) << received;
    received.append(more);
  }
}

TEST_P(Durability, TheRecordIsThereWhenTheClientHasTheLastByte) {
  const std::string events = chunk("data: {\"choices\":[],\"usage\":{\"total_tokens\":12}}\n\n") +
                             chunk("data: [DONE]\n\n");
  const std::string answers[] = {
      answer(),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(kAnswerBody) + "0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
          events + "0\r\n\r\n",
      "HTTP/1.1 204 No Content\r\n\r\n"};
  std::size_t made = 0;
  for (const std::string& bytes : answers) {
    client_.write(ClientRequest().bytes());
    gateway_.backend().receive().connection.write(bytes);
    read_last(client_, bytes.substr(bytes.size() - 5));
    const auto records = after_a_crash_now();
    ASSERT_EQ(records.size(), ++made);
    EXPECT_EQ(records.back().outcome, usage::Outcome::completed);
    if (bytes.find("204") == std::string::npos) {
      EXPECT_EQ(records.back().tokens.total, 12);
    }
  }
}

TEST_P(Durability, ABrokenAnswerIsRecordedBeforeTheClientSeesItBreak) {
  client_.write(ClientRequest().bytes());
  Arrival arrival = gateway_.backend().receive();
  arrival.connection.write(answer().substr(0, 90));
  client_.read_through("\r\n");
  arrival.connection.reset();
  client_.read_to_end();
  const auto records = after_a_crash_now();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::backend_error);
}

TEST_P(Durability, A502IsRecordedBeforeTheClientSeesIt) {
  client_.write(ClientRequest().bytes());
  gateway_.backend().receive().connection.reset();
  client_.read_exactly(1);
  const auto records = after_a_crash_now();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::backend_error);
  EXPECT_EQ(records[0].status_code, 502);
}

/// The model's first target cannot be reached.
void put_dead_backend_first(config::Config& config) {
  config::Backend dead = config.backends.front();
  dead.name = "dead";
  dead.endpoint = "https://127.0.0.1:1";
  config.backends.push_back(dead);
  config.models.front().targets = {{.backend = "dead", .deployment = "gpt-4o-dead", .priority = 1},
                                   {.backend = "east", .deployment = "gpt-4o-east", .priority = 2}};
}

TEST(DurableObjects, AStoredResponseIsKnownWhereItLivesWhileItsStreamRuns) {
  TestGateway gateway(put_dead_backend_first);
  RawConnection client = gateway.connect();
  client.write(ClientRequest{.line = "POST /openai/v1/responses HTTP/1.1",
                             .body = R"({"model":"gpt-4o","input":"hi","stream":true})"}
                   .bytes());
  gateway.backend().receive().connection.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
      chunk("data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\","
            "\"status\":\"in_progress\"}}\n\n"));
  client.read_through("resp_1");
  gateway.settle();
  const auto copy = gateway.copy_ledger();
  config::Ledger settings;
  settings.path = copy->path() / TestGateway::kLedgerFile;
  const auto ledger = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now()).value();
  const auto waiting = ledger->awaiting(2).value();
  ASSERT_EQ(waiting.size(), 1U) << "the backend is asked what came of it";
  const std::vector<usage::UsageRecord> records{waiting[0].record};
  EXPECT_EQ(records[0].outcome, usage::Outcome::interrupted);
  EXPECT_EQ(records[0].response_id, "resp_1");
  EXPECT_EQ(records[0].stored_objects, std::vector<std::string>{"resp_1"});
  EXPECT_EQ(records[0].backend, "east");
  EXPECT_EQ(records[0].backend_deployment, "gpt-4o-east");
}

INSTANTIATE_TEST_SUITE_P(All, Durability,
                         testing::Values(config::Durability::process_crash,
                                         config::Durability::power_loss),
                         [](const auto& info) {
                           return info.param == config::Durability::power_loss ? "power_loss"
                                                                               : "process_crash";
                         });

}  // namespace
}  // namespace tollgate::integration
