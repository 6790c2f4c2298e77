// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follower.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/fake_recorder.hpp"
#include "follow_policy.hpp"
#include "temp_directory.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::followup {
namespace {

namespace asio = boost::asio;
namespace reason = usage::reason;

/// A backend that has these answers and remembers what it was asked.
class FakeTransport : public http::Transport {
 public:
  asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    asked.push_back(request.url);
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
  bool throws = false;  ///< at the next question
};

class FakeAuthorizer : public credentials::Authorizer {
 public:
  asio::awaitable<Result<credentials::CredentialHeader>> header(UtcTime,
                                                                std::string_view) override {
    co_return credentials::CredentialHeader{"api-key", Secret("key")};
  }
};

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

constexpr seconds kYoung{60};
constexpr seconds kTooOld = kLongestFollowed + seconds(60);
const std::string kBatch = "/openai/v1/batches/batch_1";
const std::string kOutput = "/openai/v1/files/file-out/content";
const std::string kFinishedBatch =
    R"({"id":"batch_1","object":"batch","status":"completed","output_file_id":"file-out"})";

TEST_F(FollowerTest, TakesTheUsageOfWhatIsFinished) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}})");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.tokens.total, 12);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.usage_reason, "");
  EXPECT_EQ(record.follow_path, "");
}

TEST_F(FollowerTest, AsksBeforeAnObjectEnds) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}})");
  asio::io_context context;
  std::vector<BackendAccess> backends;
  backends.push_back({"backend", "https://backend", transport_, authorizer_, nullptr});
  const auto follower = make_follower({.ledger = *ledger_,
                                       .metrics = metrics_,
                                       .backends = std::move(backends),
                                       .control = context.get_executor(),
                                       .disk = context.get_executor()});
  Cancellation waiter;
  asio::co_spawn(context, follower->ask_before("somebody else", "/responses/resp_1", waiter),
                 asio::detached);
  context.run();
  EXPECT_TRUE(transport_.asked.empty()) << "another client's work is none of its business";
  context.restart();
  asio::co_spawn(context, follower->ask_before("", "/responses/resp_1", waiter), asio::detached);
  context.run();
  EXPECT_EQ(settled().tokens.total, 12) << "before the object may go";
}

// A ledger that is busy for long: nothing but its answer ended the wait of a DELETE.
TEST_F(FollowerTest, NobodyWaitsForABusyLedgerWhoIsNotWaitedForHimself) {
  asio::io_context busy;
  for (const auto end : {&Cancellation::client_left, &Cancellation::stop}) {
    asio::io_context context;
    const auto follower = make_follower({.ledger = *ledger_,
                                         .metrics = metrics_,
                                         .backends = {},
                                         .control = context.get_executor(),
                                         .disk = busy.get_executor()});
    Cancellation waiter;
    bool goes_on = false;
    asio::co_spawn(context, follower->ask_before("", "/responses/resp_1", waiter),
                   [&](const std::exception_ptr&) { goes_on = true; });
    context.poll();
    EXPECT_FALSE(goes_on);
    (waiter.*end)();
    context.poll();
    EXPECT_TRUE(goes_on);
    // All of it: what is left would look for a follower that has gone.
    do {
      busy.restart();
      context.restart();
    } while (busy.poll() + context.poll() > 0);
  }
}

TEST_F(FollowerTest, WaitsForWhatIsUnfinishedOrCannotBeAskedNow) {
  await("/openai/v1/responses/resp_1", kYoung);
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  for (const int status : {401, 429, 500}) {
    transport_.answer("/openai/v1/responses/resp_1", status, "{}");
    look();
    EXPECT_EQ(settled().usage_reason, "still awaiting");
  }
  transport_.answer("/openai/v1/responses/resp_1", 200, R"({"status":"in_progress"})");
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  look(false);
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  EXPECT_EQ(transport_.asked.size(), 5U);
}

TEST_F(FollowerTest, AnObjectThatIsGoneSaysSo) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
  EXPECT_EQ(settled().tokens.total, std::nullopt) << "unknown, not zero";
}

TEST_F(FollowerTest, WhatWasCountedStaysWhereTheObjectDoesNotSayItBetter) {
  for (const auto& [status, body, why] :
       {std::tuple(404, "{}", reason::kObjectGone),
        std::tuple(200, R"({"id":"resp_1","model":"m","status":"completed"})",
                   reason::kNoUsageInAnswer)}) {
    SCOPED_TRACE(body);
    open_ledger();
    usage::UsageRecord counted;
    counted.usage_basis = usage::UsageBasis::estimated;
    counted.tokens.prompt = 3;
    counted.tokens.total = 3;
    await("/openai/v1/responses/resp_1", kYoung, counted);
    transport_.answer("/openai/v1/responses/resp_1", status, body);
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
    EXPECT_EQ(record.tokens.total, 3);
    EXPECT_EQ(record.usage_reason, why);
  }
}

TEST_F(FollowerTest, APromptAloneIsNotCountedForWorkThatMayNeverHaveBegun) {
  for (const std::optional<std::int64_t> generated : {std::optional<std::int64_t>(), {2}}) {
    open_ledger();
    usage::UsageRecord counted;
    counted.usage_basis = usage::UsageBasis::estimated;
    counted.tokens.prompt = 3;
    counted.tokens.completion = generated;
    await("/openai/v1/responses/resp_1", kYoung, counted);
    transport_.answer("/openai/v1/responses/resp_1", 200, R"({"id":"r","status":"cancelled"})");
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.usage_basis == usage::UsageBasis::estimated, generated.has_value());
    EXPECT_EQ(record.tokens.prompt.has_value(), generated.has_value());
  }
}

// Deleted while it ran: its usage was lost.
TEST_F(FollowerTest, WhatIsDeletedWhileItRunsKeepsThePromptThatWasCounted) {
  usage::UsageRecord counted;
  counted.usage_basis = usage::UsageBasis::estimated;
  counted.usage_reason = ",image_guessed";
  counted.tokens.prompt = counted.tokens.total = 3;
  await("/openai/v1/responses/resp_1", kYoung, counted);
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, std::string(reason::kObjectGone) + ",image_guessed");
  EXPECT_EQ(settled().tokens.prompt, 3);
  EXPECT_EQ(settled().tokens.completion, std::nullopt) << "not known, which is not none";
}

TEST_F(FollowerTest, AnExceptionIsNoReasonNotToAskAgain) {
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.throws = true;
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  transport_.answer("/openai/v1/responses/resp_1", 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
}

TEST_F(FollowerTest, NothingIsFollowedForEver) {
  await("/openai/v1/responses/resp_1", kTooOld);
  transport_.answer("/openai/v1/responses/resp_1", 200, R"({"status":"in_progress"})");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kNeverFinished);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::none);
}

TEST_F(FollowerTest, ABackendThatDoesNotComeBackSaysSo) {
  await("/openai/v1/responses/resp_1", kTooOld);
  look(false);
  EXPECT_EQ(settled().usage_reason, reason::kBackendRemoved);
  EXPECT_TRUE(transport_.asked.empty());
}

/// One price for a million tokens in.
std::shared_ptr<const pricing::Pricer> pricer_of(
    const char* model, const char* price, pricing::Tier tier,
    pricing::Scope scope = pricing::Scope::any,
    std::vector<pricing::DeploymentTerms> deployments = {}) {
  pricing::PriceEntry entry;
  entry.scope = scope;
  entry.model = model;
  entry.tier = tier;
  entry.rates[index_of(pricing::PriceClass::input)] =
      pricing::make_rate(pricing::parse_price(price).value(), pricing::kPerMillion);
  pricing::PriceList list("USD", {entry}, {});
  return std::shared_ptr<const pricing::Pricer>(
      new pricing::Pricer(std::move(list), std::move(deployments)));
}

TEST_F(FollowerTest, WhatIsSettledHasItsCost) {
  pricer_ = pricer_of("m", "4", pricing::Tier::standard);
  await("/openai/v1/responses/resp_1", kYoung);
  transport_.answer("/openai/v1/responses/resp_1", 200,
                    R"({"id":"resp_1","model":"m","status":"completed",)"
                    R"("usage":{"input_tokens":5,"output_tokens":0,"total_tokens":5},)"
                    R"("output":[{"type":"web_search_call"}]})");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.cost_nano, 20'000);
  EXPECT_EQ(record.web_search_calls, 1);
  EXPECT_EQ(record.cost_basis, usage::CostBasis::partial);
  EXPECT_EQ(record.cost_reason, "no_price:web_search");
}

TEST_F(FollowerTest, WhatABackendSaysLaterGoesNowhereWithAValueInItAndIsPricedByItsOwnWords) {
  for (const bool has_recorder : {true, false}) {
    open_ledger();
    const capture::FakeRecorder recorder;
    recorder_ = has_recorder ? &recorder : nullptr;
    pricer_ = pricer_of("m@b.example", "4", pricing::Tier::standard);
    usage::UsageRecord redacted;
    redacted.audit_level = usage::AuditLevel::redacted;
    await("/openai/v1/responses/resp_1", kYoung, redacted);
    transport_.answer("/openai/v1/responses/resp_1", 200,
                      R"({"id":"resp_1","model":"m@b.example","status":"failed",)"
                      R"("error":{"code":"no a@b.example"},)"
                      R"("usage":{"input_tokens":5,"output_tokens":0,"total_tokens":5}})");
    look();
    const usage::UsageRecord record = settled();
    EXPECT_EQ(record.cost_nano, 20'000) << record.cost_reason;
    EXPECT_EQ(record.model, has_recorder ? "[EMAIL]" : "");
    EXPECT_EQ(usage::to_json(record).find('@'), std::string::npos) << usage::to_json(record);
  }
}

TEST_F(FollowerTest, ABatchIsPricedByItsTierAndItsLongestRequest) {
  pricer_ = pricer_of("m", "2", pricing::Tier::batch);
  usage::UsageRecord batch;
  batch.operation_id = "Batches_Create";
  await(kBatch, kYoung, batch);
  transport_.answer(kBatch, 200, kFinishedBatch);
  const std::string line = R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                           R"({"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}}}})"
                           "\n";
  transport_.answer(kOutput, 200, line + line);
  look();
  EXPECT_EQ(settled().cost_nano, 20'000);
  EXPECT_EQ(settled().cost_basis, usage::CostBasis::priced) << settled().cost_reason;
  EXPECT_EQ(settled().longest_prompt_tokens, 5);
}

TEST_F(FollowerTest, ABatchWhoseResultsNameItsDeploymentHasThePriceOfItsScope) {
  pricer_ = pricer_of("m", "2", pricing::Tier::batch, pricing::Scope::global,
                      {{"backend", "nightly", "GlobalBatch", "m"}});
  usage::UsageRecord batch;
  batch.operation_id = "Batches_Create";
  for (const auto& [model, reason] : {std::pair("nightly", ""), {"m", "no_price_for_scope"}}) {
    open_ledger();
    await(kBatch, kYoung, batch);
    transport_.answer(kBatch, 200, kFinishedBatch);
    transport_.answer(kOutput, 200,
                      R"({"response":{"status_code":200,"body":{"model":")" + std::string(model) +
                          R"(","usage":{"prompt_tokens":5,"completion_tokens":0,)"
                          R"("total_tokens":5}}}})");
    look();
    EXPECT_EQ(settled().cost_reason, reason);
    EXPECT_EQ(settled().cost_nano.value_or(-1), *reason == '\0' ? 10'000 : -1);
  }
}

TEST_F(FollowerTest, ABatchCountsByItsOutputFile) {
  await(kBatch + "?api-version=preview", kYoung);
  transport_.answer(kBatch + "?api-version=preview", 200, kFinishedBatch);
  transport_.answer(kOutput + "?api-version=preview", 200,
                    R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                    R"({"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}}}})"
                    "\n"
                    R"({"response":{"status_code":200,"body":{"model":"m","usage":)"
                    R"({"prompt_tokens":20,"completion_tokens":30,"total_tokens":50}}}})"
                    "\n");
  look();
  const usage::UsageRecord record = settled();
  EXPECT_EQ(record.tokens.total, 55);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.stored_objects, std::vector<std::string>{"file-out"})
      << "its client's from now on";
}

TEST_F(FollowerTest, ABatchWhoseOutputIsGoneSaysSo) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answer(kOutput, 404, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kObjectGone);
  EXPECT_EQ(settled().usage_basis, usage::UsageBasis::none);
}

TEST_F(FollowerTest, ABatchWhoseOutputIsTooLargeSaysSo) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answers.emplace("https://backend" + kOutput, Error{Errc::too_large, "too large"});
  look();
  EXPECT_EQ(settled().usage_reason, reason::kUsageTooLarge);
}

TEST_F(FollowerTest, ABatchIsAskedAgainWhileItsOutputCannotBeHad) {
  await(kBatch, kYoung);
  transport_.answer(kBatch, 200, kFinishedBatch);
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
  transport_.answer(kOutput, 503, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, "still awaiting");
}

TEST_F(FollowerTest, ABatchWhoseOutputNeverCameIsNotFollowedForEver) {
  await(kBatch, kTooOld);
  transport_.answer(kBatch, 200, kFinishedBatch);
  transport_.answer(kOutput, 503, "{}");
  look();
  EXPECT_EQ(settled().usage_reason, reason::kNeverFinished);
}

}  // namespace
}  // namespace tollgate::followup
