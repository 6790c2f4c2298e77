// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reload_test.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace tollgate::integration {

const std::string ReloadTest::kStreamBegin =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
    chunk("data: {\"choices\":[{\"delta\":{\"content\":\"mark\"}}]}\n\n");
const std::string ReloadTest::kStreamEnd =
    chunk(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,"
        "\"total_tokens\":12}}\n\n") +
    chunk("data: [DONE]\n\n") + "0\r\n\r\n";

std::vector<std::string> ReloadTest::reload(const std::function<void(config::Config&)>& change) {
  config::Config next = gateway_.gateway().config();
  change(next);
  return gateway_.gateway().reload(std::move(next)).value();
}

Message ReloadTest::ask(RawConnection& client, const ClientRequest& request) {
  client.write(request.bytes());
  return client.read_response();
}

usage::UsageRecord ReloadTest::expect_served(RawConnection& client, BackendImposter& imposter,
                                             const ClientRequest& request) {
  client.write(request.bytes());
  const Arrival arrival = imposter.receive();
  EXPECT_EQ(arrival.request.wire, ForwardedRequest{.authority = imposter.authority()}.bytes());
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  const auto records = gateway_.take_records(1);
  EXPECT_EQ(records.size(), 1U);
  return records.empty() ? usage::UsageRecord() : records.front();
}

bool ReloadTest::settles_on(int generations) {
  const std::string line = "\ntollgate_config_generations " + std::to_string(generations) + "\n";
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (gateway_.metrics().find(line) == std::string::npos) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace tollgate::integration
