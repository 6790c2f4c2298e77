// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "follow_policy.hpp"
#include "temp_directory.hpp"
#include "tollgate/followup/follower.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::followup {

namespace asio = boost::asio;
namespace reason = usage::reason;

/// A backend that has these answers and remembers what it was asked.
class FakeTransport : public http::Transport {
 public:
  asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    asked.push_back(request.url);
    for (const auto& [name, value] : request.fields) credentials.push_back(name + ": " + value);
    if (std::exchange(throws, false)) throw std::runtime_error("no memory");
    const auto found = answers.find(request.url);
    if (found == answers.end()) co_return Error{Errc::unavailable, "no answer"};
    co_return found->second;
  }

  void answer(const std::string& url, int status, std::string body) {
    http::ClientResponse response;
    response.status = status;
    response.body = std::move(body);
    answers.insert_or_assign("https://backend" + url, Result<http::ClientResponse>(response));
  }

  std::map<std::string, Result<http::ClientResponse>> answers;
  std::vector<std::string> asked;
  std::vector<std::string> credentials;  ///< name and value, of each question
  bool throws = false;                   ///< at the next question
};

/// Has one key.
class FakeAuthorizer : public credentials::Authorizer {
 public:
  asio::awaitable<Result<credentials::CredentialHeader>> header(UtcTime,
                                                                std::string_view) override {
    co_return credentials::CredentialHeader{"api-key", Secret("key")};
  }
};

/// A follower of one backend, with a ledger on the disk.
class FollowerTest : public testing::Test {
 protected:
  FollowerTest() { open_ledger(); }
  /// A new, empty one.
  void open_ledger() {
    ledger_.reset();
    directory_.emplace();
    config::Ledger settings;
    settings.path = *directory_ / "ledger";
    ledger_ = *ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
    const std::vector<ledger::ExporterTerms> reader{{"test", true, true}};
    EXPECT_TRUE(ledger_->serve_exporters(reader));
  }

  /// An operation that was accepted so long ago and whose usage is still to come.
  void await(const std::string& path, seconds age) { await(path, age, {}); }
  void await(const std::string& path, seconds age, usage::UsageRecord record) {
    record.event_time = std::chrono::system_clock::now() - age;
    record.record_id = make_uuid_v7(record.event_time);
    record.backend = "backend";
    record.follow_path = path;
    record.usage_reason.insert(0, reason::kAwaitingBackend);
    ASSERT_TRUE(ledger_->journal(0).open(record));
    ASSERT_TRUE(ledger_->journal(0).close(record));
    ASSERT_TRUE(ledger_->flush());
  }

  /// Lets a follower ask once about everything; no time passes.
  void look(bool with_backend = true) {
    asio::io_context context;
    std::vector<BackendAccess> backends;
    if (with_backend) {
      backends.push_back({"backend", "https://backend", transport_, authorizer_, nullptr});
    }
    const auto follower = make_follower({.ledger = *ledger_,
                                         .metrics = metrics_,
                                         .backends = std::move(backends),
                                         .control = context.get_executor(),
                                         .disk = context.get_executor(),
                                         .pricer = pricer_,
                                         .recorder = recorder_});
    asio::co_spawn(context, follower->run(), asio::detached);
    context.poll();
    follower->stop();
    context.restart();
    context.poll();
  }

  /// The one record, once nothing is awaited any more; its reason says so otherwise.
  usage::UsageRecord settled() {
    const auto queued = *ledger_->undelivered("test", 10);
    EXPECT_EQ(ledger_->awaiting(10)->size(), 1U - queued.size());
    if (queued.size() == 1) return queued.front().record;
    usage::UsageRecord awaiting;
    awaiting.usage_reason = "still awaiting";
    return awaiting;
  }

  std::optional<ledger::TempDirectory> directory_;
  std::unique_ptr<ledger::Ledger> ledger_;
  telemetry::WorkerMetrics metrics_;
  FakeTransport transport_;
  FakeAuthorizer authorizer_;
  std::shared_ptr<const pricing::Pricer> pricer_;
  const capture::Recorder* recorder_ = nullptr;
};

inline constexpr seconds kYoung{60};
inline constexpr seconds kTooOld = kLongestFollowed + seconds(60);
inline const std::string kBatch = "/openai/v1/batches/batch_1";
inline const std::string kOutput = "/openai/v1/files/file-out/content";
inline const std::string kFinishedBatch =
    R"({"id":"batch_1","object":"batch","status":"completed","output_file_id":"file-out"})";

}  // namespace tollgate::followup
