// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "test_gateway.hpp"

#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "tollgate/ledger/ledger.hpp"

namespace tollgate::integration {
namespace {

/// Never reached unless a test shortens it, however busy the machine is.
constexpr milliseconds kLong{20'000};
constexpr std::size_t kAll = 100'000;

config::Client make_client(std::string name, std::string_view key, config::OnClientAbort policy) {
  config::Client client;
  client.name = std::move(name);
  client.api_keys.push_back({"primary", sha256(key)});
  client.on_client_abort = policy;
  return client;
}

/// The name under which tests take records out of a ledger.
const std::string kReader = "test";

std::vector<usage::UsageRecord> queued_records(ledger::Ledger& ledger) {
  const std::array<ledger::ExporterTerms, 1> reader{{{kReader, true, true}}};
  ledger.serve_exporters(reader).value();
  std::vector<usage::UsageRecord> out;
  for (auto& stored : ledger.undelivered(kReader, kAll).value())
    out.push_back(std::move(stored.record));
  return out;
}

}  // namespace

config::Config TestGateway::make_config() const {
  config::Config config;
  config.gateway.name = "test";
  config.gateway.workers = 1;
  config.listeners.emplace_back().host = "127.0.0.1";
  config.admin.port = 0;
  config.limits.head_timeout = kLong;
  config.clients = {make_client("drains", kClientKey, config::OnClientAbort::drain),
                    make_client("cancels", kCancellingClientKey, config::OnClientAbort::cancel)};
  config.clients.back().api_keys.push_back({"split", sha256(kKeyWithSlashes)});
  config::Backend& backend = config.backends.emplace_back();
  backend.name = "east";
  backend.endpoint = backend_.endpoint();
  backend.region = "eastus";
  backend.credential = config::ApiKeyCredential{Secret(std::string(kBackendKey))};
  backend.ca_certificates = directory_.write("ca.pem", authority_.certificate_pem());
  backend.timeouts = {.connect = kLong, .first_byte = kLong, .idle = kLong};
  // One backend that fails on purpose, again and again.
  backend.breaker = {.consecutive_failures = 0, .failure_ratio = 0};
  config.models = {
      {.name = "gpt-4o", .targets = {{.backend = "east", .deployment = "gpt-4o-east"}}}};
  config.ledger.path = directory_.path() / "ledger" / kLedgerFile;
  return config;
}

TestGateway::TestGateway(const std::function<void(config::Config&)>& adjust) {
  config::Config config = make_config();
  if (adjust) adjust(config);
  gateway_ = app::Gateway::make(std::move(config)).value();
  const std::array<ledger::ExporterTerms, 1> reader{{{kReader, true, true}}};
  gateway_->ledger().serve_exporters(reader).value();
  gateway_->start();
}

TestGateway::~TestGateway() {
  backend_.drop_connections();  // nothing is left to wait for
  gateway_->stop(kPatience);
}

void TestGateway::settle() const {
  // Events are served in the order in which they came: this answer comes after whatever was before.
  RawConnection client = connect();
  client.write("GET / HTTP/1.1\r\nHost: gw\r\n\r\n");
  client.read_response();
}

std::vector<usage::UsageRecord> TestGateway::take_records(std::size_t count) {
  ledger::Ledger& ledger = gateway_->ledger();
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    ledger.flush().value();
    std::vector<ledger::StoredRecord> stored = ledger.undelivered(kReader, kAll).value();
    if (stored.size() < count && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
      continue;
    }
    std::vector<usage::UsageRecord> out;
    ledger::Accounting accounting;
    for (ledger::StoredRecord& one : stored) {
      accounting.accepted.push_back(one.sequence);
      out.push_back(std::move(one.record));
    }
    ledger.account(kReader, accounting, std::chrono::system_clock::now()).value();
    return out;
  }
}

std::string TestGateway::metrics() const {
  RawConnection admin = RawConnection::connect(gateway_->admin_port());
  admin.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return admin.read_response().body;
}

std::unique_ptr<TemporaryDirectory> TestGateway::copy_ledger() const {
  auto copy = std::make_unique<TemporaryDirectory>();
  std::filesystem::copy(directory_.path() / "ledger", copy->path(),
                        std::filesystem::copy_options::recursive);
  return copy;
}

std::vector<usage::UsageRecord> recover_ledger(const TemporaryDirectory& copy) {
  config::Ledger settings;
  settings.path = copy.path() / TestGateway::kLedgerFile;
  const auto ledger = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now()).value();
  return queued_records(*ledger);
}

}  // namespace tollgate::integration
