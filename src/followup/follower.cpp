// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follower.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "follow_policy.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/batch_output.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::followup {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kTick{250};
constexpr std::size_t kMostLookedAt = 2000;
constexpr std::size_t kMostAtOnce = 16;
/// A finished response echoes its whole request; a batch's output can be larger and is then not
/// summed.
constexpr std::size_t kLargestAnswer = 64 * 1024 * 1024;

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }
UtcTime utc_now() { return std::chrono::system_clock::now(); }

telemetry::OperationSample token_sample(const usage::UsageRecord& record) {
  telemetry::OperationSample out;
  out.client = record.client_name;
  out.operation = record.operation_id;
  out.requested_model = record.requested_model;
  out.served_model = record.model;
  out.prompt_tokens = record.tokens.prompt;
  out.completion_tokens = record.tokens.completion;
  out.cached_tokens = record.tokens.cached_prompt;
  out.reasoning_tokens = record.tokens.reasoning;
  return out;
}

void take_outcome(usage::UsageRecord& record, usage::UsageOutcome outcome,
                  std::string_view served_model) {
  record.tokens = outcome.tokens;
  record.usage_basis = outcome.basis;
  record.usage_reason = std::move(outcome.reason);
  if (!outcome.service_tier.empty()) record.service_tier = std::move(outcome.service_tier);
  if (!outcome.finish_reason.empty()) record.finish_reason = std::move(outcome.finish_reason);
  if (!outcome.error_code.empty()) record.error_code = std::move(outcome.error_code);
  if (!served_model.empty()) {
    record.model = served_model.substr(0, 256);
  } else if (!outcome.model.empty()) {
    record.model = std::move(outcome.model);
  }
}

class BackendFollower : public Follower {
 public:
  explicit BackendFollower(FollowerParts parts)
      : parts_(std::move(parts)), timer_(parts_.control) {}

  asio::awaitable<void> run() override {
    while (!stopping_) {
      co_await look();
      timer_.expires_after(kTick);
      boost::system::error_code ignored;
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  void use(std::vector<BackendAccess> backends) override { parts_.backends = std::move(backends); }

  void stop() override {
    stopping_ = true;
    timer_.cancel();
  }

 private:
  struct Progress {
    unsigned asked = 0;
    SteadyTime next{};
    bool asking = false;
  };

  /// Asks about what is due.
  asio::awaitable<void> look() {
    auto take = [this] { return parts_.ledger.awaiting(kMostLookedAt); };
    Result<std::vector<ledger::StoredRecord>> awaiting = co_await on_disk(take);
    if (!awaiting) co_return;
    forget_settled(*awaiting);
    for (ledger::StoredRecord& record : *awaiting) {
      Progress& progress = progress_[record.sequence];
      if (progress.asking || steady_now() < progress.next || at_once_ >= kMostAtOnce) continue;
      progress.asking = true;
      ++at_once_;
      asio::co_spawn(parts_.control, ask(std::move(record)), asio::detached);
    }
  }

  asio::awaitable<void> ask(ledger::StoredRecord stored) {
    const std::int64_t sequence = stored.sequence;
    co_await follow(std::move(stored));
    --at_once_;
    Progress& progress = progress_[sequence];
    progress.asking = false;
    progress.next = steady_now() + next_delay(++progress.asked);
  }

  asio::awaitable<void> follow(ledger::StoredRecord stored) {
    usage::UsageRecord& record = stored.record;
    Result<http::ClientResponse> answer = co_await fetch(record, record.follow_path);
    Verdict verdict = Verdict::try_later;
    usage::UsageOutcome outcome;
    if (answer) {
      usage::UsageMeter meter(usage::BodyShape::json);
      meter.feed(answer->body);
      outcome = meter.finish(true);
      verdict = judge(answer->status, outcome.status);
    }
    const bool too_old = utc_now() - record.event_time >= kLongestFollowed;
    if (verdict == Verdict::unfinished || verdict == Verdict::try_later) {
      if (!too_old) co_return;
      record.usage_reason = find_backend(record.backend) == nullptr ? usage::reason::kBackendRemoved
                                                                    : usage::reason::kNeverFinished;
      co_return co_await settle(std::move(stored));
    }
    if (verdict == Verdict::gone) {
      record.usage_reason = usage::reason::kObjectGone;
      co_return co_await settle(std::move(stored));
    }
    const std::vector<std::string> files = outcome.result_files;
    take_outcome(record, std::move(outcome), http::find_field(answer->fields, "x-ms-served-model"));
    if (!files.empty()) {
      const bool counted = co_await count_batch(record, files);
      if (!counted && !too_old) co_return;  // the file could not be had now: asked again
      if (!counted) record.usage_reason = usage::reason::kNeverFinished;
    }
    co_await settle(std::move(stored));
  }

  /// A batch whose object does not say what it took (azure-protocol.md 1.9): the answers in its
  /// output file do.
  asio::awaitable<bool> count_batch(usage::UsageRecord& record,
                                    const std::vector<std::string>& files) {
    record.stored_objects.insert(record.stored_objects.end(), files.begin(), files.end());
    if (record.usage_basis == usage::UsageBasis::reported) co_return true;
    const std::size_t version = record.follow_path.find("/batches/");
    const std::size_t query = std::min(record.follow_path.find('?'), record.follow_path.size());
    const std::string path = record.follow_path.substr(0, version) + "/files/" + files.front() +
                             "/content" + record.follow_path.substr(query);
    const Result<http::ClientResponse> answer = co_await fetch(record, path);
    if (!answer && answer.error().code != Errc::too_large) co_return false;
    if (!answer) {
      record.usage_reason = usage::reason::kUsageTooLarge;
      co_return true;
    }
    if (answer->status == 404 || answer->status == 410) {
      record.usage_reason = usage::reason::kObjectGone;
      co_return true;
    }
    if (answer->status != 200) co_return false;
    take_outcome(record, usage::sum_batch_output(answer->body), {});
    co_return true;
  }

  const BackendAccess* find_backend(const std::string& name) const {
    const auto found = std::find_if(parts_.backends.begin(), parts_.backends.end(),
                                    [&](const BackendAccess& b) { return b.name == name; });
    return found == parts_.backends.end() ? nullptr : &*found;
  }

  asio::awaitable<Result<http::ClientResponse>> fetch(const usage::UsageRecord& record,
                                                      std::string path) {
    const BackendAccess* const found = find_backend(record.backend);
    if (found == nullptr)
      co_return Error{Errc::not_found, "the backend is not configured any more"};
    const BackendAccess backend = *found;  // kept to the answer, also if it is replaced meanwhile
    const Result<credentials::CredentialHeader> credential =
        co_await backend.authorizer.header(utc_now(), std::string_view());
    if (!credential) co_return credential.error();
    http::ClientRequest request;
    request.url = backend.endpoint + path;
    request.fields = {{std::string(credential->name), std::string(credential->value.reveal())}};
    request.response_limit = kLargestAnswer;
    co_return co_await backend.transport.send(std::move(request));
  }

  asio::awaitable<void> settle(ledger::StoredRecord stored) {
    stored.record.follow_path.clear();
    auto put = [this, &stored] { return parts_.ledger.settle(stored); };
    const Result<void> settled = co_await on_disk(put);
    if (settled) {
      parts_.metrics.add_tokens(token_sample(stored.record));
    } else {
      telemetry::log::error("followup.settle_failed",
                            {{"record_id", stored.record.record_id.to_string()},
                             {"detail", settled.error().message}});
    }
  }

  void forget_settled(const std::vector<ledger::StoredRecord>& awaiting) {
    std::set<std::int64_t> awaits;
    for (const ledger::StoredRecord& record : awaiting) awaits.insert(record.sequence);
    std::erase_if(progress_, [&](const auto& entry) {
      return !entry.second.asking && !awaits.contains(entry.first);
    });
  }

  /// Runs a blocking ledger call where blocking is allowed.
  template <class Call>
  auto on_disk(Call call) -> asio::awaitable<decltype(call())> {
    auto work = [](Call inner) -> asio::awaitable<decltype(inner())> { co_return inner(); };
    co_return co_await asio::co_spawn(parts_.disk, work(std::move(call)), asio::use_awaitable);
  }

  FollowerParts parts_;
  asio::steady_timer timer_;
  std::map<std::int64_t, Progress> progress_;
  std::size_t at_once_ = 0;
  bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Follower> make_follower(FollowerParts parts) {
  return std::make_unique<BackendFollower>(std::move(parts));
}

}  // namespace tollgate::followup
