// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/fake_recorder.hpp"
#include "ledger/temp_directory.hpp"
#include "net/memory_stream.hpp"
#include "telemetry/quiet_log.hpp"
#include "test_place.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "upstream/memory_dialer.hpp"

// A pipeline with nothing but memory around it: both ends of a client's connection and of each
// backend connection are the test's, and so are the journal and the books.
namespace tollgate::proxy {

class ScriptedAuthenticator : public auth::Authenticator {
 public:
  boost::asio::awaitable<Result<auth::Caller>> authenticate(auth::RequestProof, UtcTime) override {
    if (throws) throw std::runtime_error("authenticator");
    if (error) co_return *error;
    auth::Caller caller;
    caller.client = client;
    co_return caller;
  }
  const config::Client* client = nullptr;
  std::optional<Error> error;
  bool throws = false;
};

/// Fails, waits and throws as it is told to.
class ScriptedJournal : public ledger::Journal {
 public:
  Result<void> open(const usage::UsageRecord& intent) override {
    calls.push_back("open");
    if (open_throws) throw std::runtime_error("journal");
    opened = intent;
    return answer(open_error);
  }
  Result<void> amend(const usage::UsageRecord& intent) override {
    calls.push_back("amend");
    if (amend_throws) throw std::runtime_error("journal");
    opened = intent;
    return {};
  }
  Result<void> close(const usage::UsageRecord& record) override {
    calls.push_back("close");
    if (close_throws) throw std::runtime_error("journal");
    closed.push_back(record);
    return answer(close_error);
  }
  boost::asio::awaitable<Result<void>> until_durable(Cancellation& cancellation) override {
    ++waits;
    if (waits == disk_hangs_at_wait) {
      const auto errand = std::make_shared<Errand>(co_await boost::asio::this_coro::executor);
      const bool done = co_await Errand::wait(errand, cancellation);
      if (!done) co_return Error{Errc::cancelled, "the gateway stops"};
    }
    if (waits == sync_fails_at_wait) co_return Error{Errc::storage, "sync failed"};
    co_return Result<void>();
  }

  static Result<void> answer(const std::optional<Error>& error) {
    if (error) return *error;
    return {};
  }

  std::vector<std::string> calls;
  std::optional<usage::UsageRecord> opened;
  std::vector<usage::UsageRecord> closed;
  std::optional<Error> open_error;
  std::optional<Error> close_error;
  bool open_throws = false;
  bool amend_throws = false;
  bool close_throws = false;
  int waits = 0;
  int disk_hangs_at_wait = 0;  ///< the first is 1
  int sync_fails_at_wait = 0;
};

/// Writes its name down with what it is told; may wrap a real book.
class WitnessBook : public Book {
 public:
  struct Entry {
    std::string book;
    usage::UsageRecord record;
    bool intent_recorded;
  };

  WitnessBook(std::string name, std::vector<Entry>& entries, std::unique_ptr<Book> real)
      : name_(std::move(name)), entries_(entries), real_(std::move(real)) {}
  Result<void> enter(OperationEnd& end) noexcept override {
    entries_.push_back({name_, end.record, end.intent_recorded});
    return real_->enter(end);
  }

 private:
  std::string name_;
  std::vector<Entry>& entries_;
  std::unique_ptr<Book> real_;
};

/// Two backends, "east" before "west", that serve the model "gpt-4o".
class PipelineWorld : public testing::Test {
 protected:
  PipelineWorld() {
    for (const char* name : {"east", "west"}) {
      config::Backend& backend = config_.backends.emplace_back();
      backend.name = name;
      backend.endpoint = std::string("https://") + name + ".example";
    }
    config::Model& model = config_.models.emplace_back();
    model.name = "gpt-4o";
    model.targets = {{"east", "gpt-4o", 1, 1}, {"west", "gpt-4o", 2, 1}};
    config::Client& client = config_.clients.emplace_back();
    client.name = "retail";
    config_.ledger.path = directory_ / "ledger.db";
    memory_.change_limit(config_.limits.memory);
  }
  ~PipelineWorld() override { destroy(); }

  /// Whose objects are whose; there once the pipeline is.
  ledger::ObjectDirectory& objects() { return *objects_; }

  /// Makes the pipeline as the configuration now says.
  RequestPipeline& pipeline() {
    if (pipeline_) return *pipeline_;
    authenticator_.client = &config_.clients[0];
    routes_ = std::make_unique<routing::RouteTable>(config_, &board_);
    ledger_ = ledger::Ledger::open(config_.ledger, 1, std::chrono::system_clock::now()).value();
    objects_ = std::make_unique<ledger::ObjectDirectory>(*ledger_, context_->get_executor());
    std::vector<upstream::Upstream::BackendLink> links;
    for (const config::Backend& backend : config_.backends) {
      auto dialer = std::make_unique<upstream::MemoryDialer>(*context_);
      dialers_.push_back(dialer.get());
      links.push_back(
          {std::make_unique<upstream::ConnectionPool>(backend, std::move(dialer)), &authorizer_});
    }
    upstream_ = std::make_unique<upstream::Upstream>(std::move(links),
                                                     upstream::FieldFilter(config_.authentication));
    PipelineParts parts{config_,           authenticator_, *routes_,  board_,
                        *upstream_,        journal_,       *objects_, metrics_.worker(0),
                        journal_failures_, memory_,        shares_,   context_->get_executor()};
    pricer_.reset(new pricing::Pricer(config::make_pricer(config_)));
    parts.pricer = pricer_.get();
    quotas_.apply(config::quota_rules(config_), config::quota_zone(config_), quotas::Moment::now());
    parts.quotas = &quotas_;
    parts.recorder = config_.audit.level == config::AuditLevel::off ? nullptr : &recorder_;
    if (config_.objects.ownership == config::ObjectOwnership::sealed)
      seals_ = seals::Seals::make(config_).value();
    parts.seals = seals_.get();
    pipeline_ = std::make_unique<RequestPipeline>(parts, witnessed(make_books(parts)));
    return *pipeline_;
  }

  Books witnessed(Books real) {
    std::vector<std::string> names{"journal", "objects", "quota", "metrics", "line"};
    if (real.size() == names.size() + 1) names.insert(names.begin() + 3, "audit");
    EXPECT_EQ(real.size(), names.size());
    Books out;
    for (std::size_t i = 0; i < real.size(); ++i) {
      out.push_back(std::make_unique<WitnessBook>(names[i], entries_, std::move(real[i])));
    }
    return out;
  }

  /// Begins a request; it runs as far as it can.
  void begin(const std::string& head_text, std::string body) {
    pipeline();
    head_bytes_ = head_text;
    ASSERT_FALSE(http::parse_request_head(head_bytes_, {64 * 1024, 100}, head_).has_value());
    received_ = std::move(body);
    boost::asio::co_spawn(*context_, pipeline_->handle(view(), head_),
                          [this](const std::exception_ptr& thrown, Afterwards afterwards) {
                            thrown_ = thrown;
                            if (!thrown) afterwards_ = afterwards;
                            over_ = true;
                          });
    run();
  }
  void ask(const std::string& body = R"({"messages":[{"role":"user","content":"Hi"}]})",
           const std::string& path =
               "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21") {
    begin("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n" +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n",
          body);
  }

  void run() {
    context_->restart();
    context_->poll();
  }
  /// The connection to a backend that was made last.
  net::MemoryLine& backend(std::size_t index = 0) { return *dialers_.at(index)->lines.back(); }
  void backend_says(const std::string& bytes, std::size_t index = 0) {
    backend(index).arrives(bytes);
    run();
  }
  void client_leaves(net::MemoryLine::End how = net::MemoryLine::End::closed) {
    client_->ends(how);
    run();
  }
  void gateway_stops() {
    cancellation_.stop();
    client_stream_->cancel(Errc::cancelled);
    run();
  }
  /// What is left of the exchange is destroyed with its executor.
  void destroy() {
    if (!context_) return;
    context_.reset();
    client_stream_.reset();
  }

  /// The names of the books in the order they were told.
  std::vector<std::string> told() const {
    std::vector<std::string> out;
    for (const auto& entry : entries_) out.push_back(entry.book);
    return out;
  }
  usage::UsageRecord record() const {
    return entries_.empty() ? usage::UsageRecord() : entries_.front().record;
  }
  const std::string& client_got() const { return client_->sent; }

  telemetry::QuietLog quiet_;
  ledger::TempDirectory directory_;
  config::Config config_;
  routing::TargetBoard board_{config::RetryBudget{}};
  telemetry::Metrics metrics_{1, operations::genai_name};
  JournalFailures journal_failures_{metrics_.worker(0), config_.ledger};
  BodyMemory memory_;
  ConnectionShares shares_;
  ScriptedAuthenticator authenticator_;
  upstream::ScriptedAuthorizer authorizer_;
  ScriptedJournal journal_;
  capture::FakeRecorder recorder_;  ///< in use where audit.level is not off
  quotas::Quotas quotas_;           ///< outlives what is reserved in it
  std::vector<WitnessBook::Entry> entries_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<routing::RouteTable> routes_;
  std::unique_ptr<const pricing::Pricer> pricer_;
  std::unique_ptr<seals::Seals> seals_;  ///< where the configuration wants ids sealed
  std::vector<upstream::MemoryDialer*> dialers_;
  std::shared_ptr<net::MemoryLine> client_ = std::make_shared<net::MemoryLine>();
  Cancellation cancellation_;
  bool closing_ = false;
  ProxyTrust proxies_;
  std::string received_;
  std::string head_bytes_;
  http::RequestHead head_;
  bool over_ = false;
  std::exception_ptr thrown_;
  std::optional<Afterwards> afterwards_;

 private:
  ClientConnection view() {
    return {*client_stream_, received_, boost::asio::ip::make_address("192.0.2.1"),
            nullptr,         proxies_,  closing_,
            cancellation_,   place_};
  }

  TestPlace place_;
  std::unique_ptr<upstream::Upstream> upstream_;
  std::unique_ptr<ledger::ObjectDirectory> objects_;
  std::unique_ptr<RequestPipeline> pipeline_;

 protected:
  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>();
  std::unique_ptr<net::MemoryStream> client_stream_ =
      std::make_unique<net::MemoryStream>(context_->get_executor(), client_);
};

}  // namespace tollgate::proxy
