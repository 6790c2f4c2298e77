// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "failover_test.hpp"

namespace tollgate::integration {

static config::Backend backend_like(const config::Backend& model, const std::string& name,
                                    const std::string& endpoint, const std::string& ca_file) {
  config::Backend out = model;
  out.name = name;
  out.endpoint = endpoint;
  out.region = name + "us";
  out.ca_certificates = ca_file;
  return out;
}

void FailoverTest::start(const std::function<void(config::Config&)>& adjust) {
  const std::string ca_file = directory_.write("ca.pem", authority_.certificate_pem());
  gateway_ = std::make_unique<TestGateway>([&](config::Config& config) {
    const config::Backend east = config.backends[0];
    config.backends.push_back(backend_like(east, "west", west_.endpoint(), ca_file));
    config.backends.push_back(backend_like(east, "north", north_.endpoint(), ca_file));
    config.models[0].targets = {{"east", "gpt-4o-east", 1, 1},
                                {"west", "gpt-4o-west", 2, 1},
                                {"north", "gpt-4o-north", 3, 1}};
    if (adjust) adjust(config);
  });
}

void FailoverTest::TearDown() {
  if (!gateway_) return;
  for (BackendImposter* imposter : {&east(), &west_, &north_}) {
    EXPECT_TRUE(imposter->is_quiet()) << "a backend received more than it should";
    imposter->drop_connections();
  }
  EXPECT_TRUE(gateway_->take_records(0).empty()) << "the ledger holds more than it should";
}

RawConnection FailoverTest::ask(const ClientRequest& request) {
  RawConnection client = gateway_->connect();
  client.write(request.bytes());
  return client;
}

Arrival FailoverTest::receive(BackendImposter& imposter, const std::string& name) {
  Arrival arrival = imposter.receive();
  EXPECT_NE(arrival.request.wire.find("gpt-4o-" + name), std::string::npos) << arrival.request.wire;
  return arrival;
}

void FailoverTest::expect_served_by(BackendImposter& imposter, const std::string& name) {
  RawConnection client = ask();
  Arrival arrival = receive(imposter, name);
  const ForwardedRequest expected{
      .authority = imposter.authority(),
      .target = "/openai/deployments/gpt-4o-" + name + "/chat/completions?api-version=2024-10-21"};
  EXPECT_EQ(arrival.request.wire, expected.bytes());
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
}

void FailoverTest::answer_with(BackendImposter& imposter, const std::string& bytes) {
  EXPECT_TRUE(imposter.receive().connection.write(bytes));
}

usage::UsageRecord FailoverTest::take_record() {
  auto records = gateway_->take_records(1);
  EXPECT_EQ(records.size(), 1U);
  return records.empty() ? usage::UsageRecord() : std::move(records.front());
}

std::string FailoverTest::status_answer(int status, std::string_view fields,
                                        std::string_view body) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: ";
  out.append(std::to_string(body.size())).append("\r\n").append(fields);
  return out.append("\r\n").append(body);
}

std::string text_of(const std::vector<usage::Attempt>& attempts) {
  std::string out;
  for (const usage::Attempt& attempt : attempts) {
    if (!out.empty()) out.append(", ");
    out.append(attempt.backend).append(" ").append(std::to_string(attempt.status));
    if (!attempt.error.empty()) out.append(" ").append(attempt.error);
    if (attempt.retry_after_ms)
      out.append(" after ").append(std::to_string(*attempt.retry_after_ms));
    if (!attempt.sent) out.append(" unsent");
  }
  return out;
}

}  // namespace tollgate::integration
