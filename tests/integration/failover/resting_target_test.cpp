// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>
#include <string>

#include "failover_test.hpp"

// Targets that rest: who is spared, who is told what, and what operators see of it
// (docs/routing.md).
namespace tollgate::integration {
namespace {

class RestingTarget : public FailoverTest {
 protected:
  /// One request that this imposter refuses and the next one serves.
  void throttle_east(const std::string& fields) {
    RawConnection client = ask();
    receive(east(), "east").connection.write(status_answer(429, fields));
    receive(west(), "west").connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
    take_record();
    gateway().settle();  // west's attempt ends after the client has its answer
  }

  Message admin(const std::string& path) {
    RawConnection client = RawConnection::connect(gateway().gateway().admin_port());
    client.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return client.read_response();
  }

  bool has_metric(const std::string& sample) {
    const std::string page = gateway().metrics();
    return page.find("\n" + sample + "\n") != std::string::npos;
  }
};

void wait(milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) continue;
}

void one_target(config::Config& config) { config.models[0].targets.resize(1); }

TEST_F(RestingTarget, SpillsOverForAsLongAsItAskedAndIsThenTriedFirstAgain) {
  start();
  throttle_east("retry-after-ms: 1000\r\n");
  expect_served_by(west(), "west");
  EXPECT_EQ(text_of(take_record().attempts), "west 200");  // no retry: east is not asked at all
  wait(milliseconds(1010));
  expect_served_by(east(), "east");
  EXPECT_EQ(text_of(take_record().attempts), "east 200");
}

TEST_F(RestingTarget, U8_ARefusalsWaitOfAnySizeGoesToTheClientAndIsNotTakenForTrue) {
  start(one_target);
  RawConnection client = ask();
  const std::string refusal =
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 999999999999\r\nretry-after-ms: x\r\n"
      "x-ratelimit-limit-requests: 1\r\nContent-Length: 2\r\n\r\n{}";
  receive(east(), "east").connection.write(refusal);
  EXPECT_EQ(client.read_response().wire, refusal);
  take_record();
  RawConnection next = ask();
  const Message response = next.read_response();
  expect_refusal(response, 429);
  EXPECT_LE(std::stoi(response.field("retry-after")), 300);
}

TEST_F(RestingTarget, AWindowThatIsUsedUpIsWaitedForThoughAzureSaysASecond) {
  start(one_target);
  RawConnection client = ask();
  const std::string refusal =
      status_answer(429,
                    "retry-after: 1\r\nretry-after-ms: 0\r\nx-ratelimit-remaining-tokens: 0\r\n"
                    "x-ratelimit-renewalperiod-tokens: 60\r\n");
  receive(east(), "east").connection.write(refusal);
  EXPECT_EQ(client.read_response().wire, refusal);  // to the client as Azure gave it
  EXPECT_EQ(take_record().attempts[0].retry_after_ms, 60'000);
  RawConnection next = ask();
  const Message response = next.read_response();
  expect_refusal(response, 429);
  EXPECT_GT(std::stoi(response.field("retry-after")), 50);
}

TEST_F(RestingTarget, WhenAllRestTheClientIsToldAtOnceWithTheSmallestWait) {
  start([](config::Config& config) { config.models[0].targets.pop_back(); });
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(429, "Retry-After: 100\r\n"));
  receive(west(), "west").connection.write(status_answer(429, "Retry-After: 40\r\n"));
  EXPECT_EQ(client.read_response().field("x-should-retry"), "false");
  take_record();

  RawConnection next = ask();
  const Message response = next.read_response();
  expect_refusal(response, 429);
  const int seconds = std::stoi(response.field("retry-after"));
  EXPECT_GT(seconds, 30);
  EXPECT_LE(seconds, 40);
  EXPECT_EQ((std::stoi(response.field("retry-after-ms")) + 999) / 1000, seconds);
  EXPECT_FALSE(response.has_field("x-should-retry"));  // after that time it should
  const auto error = nlohmann::json::parse(response.body)["error"];
  EXPECT_EQ(error["code"], "429");
  EXPECT_EQ(error["type"], "too_many_requests");
  // The connection goes on, and nothing reached a backend: no record (TearDown looks).
  next.write(ClientRequest().bytes());
  expect_refusal(next.read_response(), 429);
}

TEST_F(RestingTarget, StrangersLearnNothingOfIt) {
  start(one_target);
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(429, "Retry-After: 100\r\n"));
  client.read_response();
  take_record();
  RawConnection stranger = ask({.key = "nobody"});
  const Message response = stranger.read_response();
  expect_refusal(response, 401);
  EXPECT_FALSE(response.has_field("retry-after"));
}

TEST_F(RestingTarget, AFailingOneIs503UntilItsBreakerLetsAProbeThrough) {
  start([](config::Config& config) {
    one_target(config);
    config.backends[0].breaker = {.consecutive_failures = 2, .open_for = milliseconds(1000)};
  });
  for (int i = 0; i < 2; ++i) {
    RawConnection client = ask();
    receive(east(), "east").connection.write(status_answer(401));  // no request's own fault
    EXPECT_EQ(client.read_response().status(), 401);
    take_record();
  }
  gateway().settle();
  EXPECT_TRUE(has_metric("tollgate_backend_credential_refusals_total{backend=\"east\"} 2"));
  EXPECT_EQ(nlohmann::json::parse(admin("/readyz").body)["problems"],
            nlohmann::json({"the model gpt-4o cannot be served: every target of it rests",
                            "the target east/gpt-4o-east refuses the gateway's own credential: its "
                            "key, role or firewall is wrong; see upstream.credential_refused in "
                            "the log"}));
  RawConnection refused = ask();
  const Message response = refused.read_response();
  expect_refusal(response, 503);
  EXPECT_EQ(response.field("retry-after"), "1");
  wait(milliseconds(1010));
  RawConnection probe = ask();
  Arrival arrival = receive(east(), "east");
  RawConnection meanwhile = ask();
  expect_refusal(meanwhile.read_response(), 503);  // only one may probe
  arrival.connection.write(answer());
  EXPECT_EQ(probe.read_response().wire, answer());
  take_record();
  expect_served_by(east(), "east");
  take_record();
}

TEST_F(RestingTarget, OneClientsErrorsTakeNoTargetFromTheOthers) {
  start([](config::Config& config) {
    one_target(config);
    config.backends[0].breaker = {.consecutive_failures = 2, .failure_ratio = 0};
    config::Client other = config.clients[0];
    other.name = "other";
    other.api_keys = {{"primary", sha256("other-key")}};
    config.clients.push_back(other);
  });
  for (int i = 0; i < 4; ++i) {  // the last target is left to its own client as well
    RawConnection client = ask();
    const int status = i % 2 == 0 ? 500 : 403;
    receive(east(), "east").connection.write(status_answer(status));
    EXPECT_EQ(client.read_response().status(), status);
    EXPECT_EQ(text_of(take_record().attempts), "east " + std::to_string(status));
  }
  RawConnection client = ask({.key = "other-key"});
  receive(east(), "east").connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(take_record().client_name, "other");
}

TEST_F(RestingTarget, AnEmptyBudgetLeavesTheAnswerInHand) {
  start([](config::Config& config) { config.retry_budget = {.ratio = 0, .min_per_second = 0}; });
  RawConnection client = ask();
  const std::string refusal = status_answer(429, "Retry-After: 9\r\n");
  receive(east(), "east").connection.write(refusal);
  EXPECT_EQ(client.read_response().wire, refusal);
  EXPECT_EQ(text_of(take_record().attempts), "east 429 after 9000");
  expect_served_by(west(), "west");  // a spill-over is no retry
  take_record();
  EXPECT_TRUE(has_metric("tollgate_retries_total 0"));
  EXPECT_TRUE(has_metric("tollgate_retries_refused_total 1"));
}

TEST_F(RestingTarget, EqualWeightsShareTheLoadByWhatIsUnderWay) {
  start([](config::Config& config) {
    config.models[0].targets = {{"east", "gpt-4o-east", 1, 1}, {"west", "gpt-4o-west", 1, 1}};
  });
  RawConnection one = ask();
  RawConnection other = ask();
  Arrival at_east = receive(east(), "east");
  Arrival at_west = receive(west(), "west");
  // A stream counts until its end has been relayed.
  at_east.connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("x"));
  at_west.connection.write(answer());
  gateway().settle();
  for (int i = 0; i < 5; ++i) expect_served_by(west(), "west");
  at_east.connection.write("0\r\n\r\n");
  EXPECT_EQ(gateway().take_records(7).size(), 7U);
}

TEST_F(RestingTarget, IsShownToOperators) {
  start();
  throttle_east("Retry-After: 100\r\n");
  const auto page = nlohmann::json::parse(admin("/admin/routes").body);
  ASSERT_EQ(page["models"].size(), 1U);
  EXPECT_EQ(page["models"][0]["model"], "gpt-4o");
  EXPECT_EQ(page["models"][0]["usable"], true);
  const auto& targets = page["models"][0]["targets"];
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_EQ(targets[0]["backend"], "east");
  EXPECT_EQ(targets[0]["deployment"], "gpt-4o-east");
  EXPECT_EQ(targets[0]["state"], "resting");
  EXPECT_EQ(targets[0]["cause"], "throttled");
  EXPECT_GT(targets[0]["available_in_ms"], 90'000);
  EXPECT_EQ(targets[1]["state"], "serving");
  EXPECT_EQ(targets[1]["cause"], nullptr);
  EXPECT_EQ(targets[1]["attempts"], 1);
  EXPECT_EQ(targets[1]["pending"], 0);
  EXPECT_EQ(page["retry_budget"]["retries"], 1);

  const std::string east_labels = "{backend=\"east\",deployment=\"gpt-4o-east\"";
  EXPECT_TRUE(has_metric("tollgate_target_attempts_total" + east_labels + "} 1"));
  EXPECT_TRUE(
      has_metric("tollgate_target_failures_total" + east_labels + ",cause=\"throttled\"} 1"));
  EXPECT_TRUE(has_metric("tollgate_target_rests_total" + east_labels + ",cause=\"throttled\"} 1"));
  EXPECT_TRUE(has_metric("tollgate_target_state" + east_labels + ",state=\"resting\"} 1"));
  EXPECT_TRUE(has_metric("tollgate_target_state" + east_labels + ",state=\"serving\"} 0"));
}

TEST_F(RestingTarget, ReadinessTellsWhichModelsCanBeServed) {
  start([](config::Config& config) {
    config.models.push_back({.name = "other", .targets = {{"west", "other", 1, 1}}});
    one_target(config);
  });
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(429, "Retry-After: 100\r\n"));
  client.read_response();
  take_record();
  const Message ready = admin("/readyz");
  EXPECT_EQ(ready.status(), 200);  // another gateway would be no better off
  EXPECT_EQ(nlohmann::json::parse(ready.body)["models"],
            nlohmann::json({{"gpt-4o", false}, {"other", true}}));
}

}  // namespace
}  // namespace tollgate::integration
