// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follower.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "follow_policy.hpp"
#include "follow_queue.hpp"
#include "late_usage.hpp"
#include "shown_answers.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/capture/backend_words.hpp"
#include "tollgate/followup/follow.hpp"
#include "tollgate/followup/operation_sample.hpp"
#include "tollgate/followup/unpriced.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/batch_output.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_meter.hpp"
#include "waiting_callers.hpp"

namespace tollgate::followup {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kTick{250};
constexpr std::size_t kTakenOver = 1000;  ///< records read at once
/// How long an object's end waits for the question before it.
constexpr seconds kLongestWait{5};
constexpr milliseconds kPause{10};
/// Between two questions of which the first had no answer.
constexpr milliseconds kAgain{400};
/// A finished response echoes its whole request; a batch's output can be larger and is then not
/// summed.
constexpr std::size_t kLargestAnswer = 64 * 1024 * 1024;

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }
UtcTime utc_now() { return std::chrono::system_clock::now(); }

/// A question about one record's work, and for whom it is put; null: for nobody.
struct Inquiry {
  ledger::StoredRecord stored;
  std::shared_ptr<WaitingCaller> caller;

  std::string_view authorization_for(std::string_view backend) const {
    return caller ? caller->authorization_for(backend) : std::string_view();
  }
  void is_in_vain() const {
    if (caller) caller->in_vain.push_back(stored.sequence);
  }
};

bool is_refusal(int status) {
  return status >= 400 && status < 500 && status != 408 && status != 429;
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

  void use(std::vector<BackendAccess> backends, std::shared_ptr<const pricing::Pricer> pricer,
           const capture::Recorder* recorder) override {
    parts_.backends = std::move(backends);
    parts_.pricer = std::move(pricer);
    parts_.recorder = recorder;
  }

  // The asking goes on if the waiter gives it up, or goes first with its worker.
  asio::awaitable<void> ask_before(ObjectEnd end, Cancellation& cancellation) override {
    const SteadyTime until = steady_now() + kLongestWait;
    const auto asked = std::make_shared<Errand>(co_await asio::this_coro::executor);
    const auto caller =
        std::make_shared<WaitingCaller>(WaitingCaller{std::move(end), until, asked, {}});
    asio::co_spawn(parts_.control, ask_first(caller), asio::detached);
    co_await Errand::wait_while_wanted(asked, cancellation, until);
  }

  // A record that is not queued yet is asked about when it is: what was shown waits for it here.
  void shown(ShownAnswer answer) override {
    asio::post(parts_.control, [this, answer = std::move(answer)]() mutable {
      const std::string client = answer.client, path = answer.path;
      shown_.add(std::move(answer), steady_now());
      (void)queue_.hurry(client, path, steady_now());
    });
  }

  void stop() override {
    stopping_ = true;
    timer_.cancel();
  }

 private:
  /// Asks about what is due. Whatever goes wrong, the next look is as good as this one.
  asio::awaitable<void> look() {
    try {
      co_await take_over();
      ask_what_is_due();
    } catch (const std::exception& exception) {
      telemetry::log::error("followup.failed", {{"detail", exception.what()}});
    }
  }

  void ask_what_is_due() {
    for (const Waiting& waiting : queue_.take(steady_now())) {
      asio::co_spawn(parts_.control, ask(waiting.sequence, callers_.find(waiting)), asio::detached);
    }
  }

  /// Queues what came to await since the last look. Only the follower settles, so what is queued
  /// leaves by that.
  asio::awaitable<void> take_over() {
    for (bool more = true; more && !stopping_;) {
      auto read = [this] { return parts_.ledger.awaiting(kTakenOver, seen_); };
      const Result<std::vector<ledger::StoredRecord>> awaiting = co_await on_disk(read);
      if (!awaiting) co_return;
      for (const ledger::StoredRecord& one : *awaiting) {
        seen_ = std::max(seen_, one.sequence);
        queue_.add({one.sequence, one.record.client_name, one.record.follow_path}, steady_now());
      }
      more = awaiting->size() == kTakenOver;
    }
  }

  /// However it goes, the record is asked about again unless it is settled.
  asio::awaitable<void> ask(std::int64_t sequence, std::shared_ptr<WaitingCaller> caller) {
    bool told = false;
    try {
      told = co_await ask_about(sequence, std::move(caller));
    } catch (const std::exception& exception) {
      telemetry::log::error("followup.failed", {{"detail", exception.what()}});
    }
    queue_.asked(sequence, steady_now(), told);
  }

  /// True: the backend has said how it stands.
  asio::awaitable<bool> ask_about(std::int64_t sequence, std::shared_ptr<WaitingCaller> caller) {
    auto read = [this, sequence] { return parts_.ledger.awaiting(1, sequence - 1); };
    Result<std::vector<ledger::StoredRecord>> found = co_await on_disk(read);
    const bool awaits = found && !found->empty() && found->front().sequence == sequence;
    bool told = false;
    if (awaits) {
      Inquiry inquiry{std::move(found->front()), std::move(caller)};
      told = co_await follow(std::move(inquiry));
    }
    if (found && !awaits) queue_.settled(sequence);
    co_return told;
  }

  asio::awaitable<void> ask_first(std::shared_ptr<WaitingCaller> caller) {
    try {
      callers_.add(caller);
      co_await ask_until_answered(*caller);
    } catch (const std::exception& exception) {
      telemetry::log::error("followup.failed", {{"detail", exception.what()}});
    }
    Errand::done(caller->asked);
  }

  asio::awaitable<void> ask_until_answered(const WaitingCaller& caller) {
    // What was made a moment ago may still stand in a journal only.
    auto flush = [this] { return parts_.ledger.flush(); };
    (void)co_await on_disk(flush);
    co_await take_over();
    std::vector<FollowQueue::Question> questions =
        queue_.hurry(caller.end.client, caller.end.part, steady_now());
    SteadyTime again = steady_now() + kAgain;
    while (!questions.empty() && steady_now() < caller.until && !stopping_) {
      // A backend that throttles or fails has not answered.
      if (steady_now() >= again) {
        (void)queue_.hurry(caller.end.client, caller.end.part, steady_now());
        again = steady_now() + kAgain;
      }
      ask_what_is_due();
      asio::steady_timer pause(parts_.control, kPause);
      boost::system::error_code ignored;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      std::erase_if(questions, [&](const auto& one) {
        return queue_.is_answered(one) || caller.waits_in_vain(one.sequence);
      });
    }
  }

  /// As ask_about().
  asio::awaitable<bool> follow(Inquiry inquiry) {
    usage::UsageRecord& record = inquiry.stored.record;
    auto seen = shown_.find(record.client_name, record.backend, work_path(record.follow_path));
    if (seen) co_return co_await finish(std::move(inquiry), std::move(*seen));
    Result<http::ClientResponse> answer = co_await fetch(inquiry, record.follow_path);
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
      if (!too_old) co_return verdict == Verdict::unfinished;
      end_waiting(record, find_backend(record.backend) == nullptr ? usage::reason::kBackendRemoved
                                                                  : usage::reason::kNeverFinished);
      co_await settle(std::move(inquiry.stored));
      co_return true;
    }
    if (verdict == Verdict::gone) {
      end_waiting(record, usage::reason::kObjectGone);
      co_await settle(std::move(inquiry.stored));
      co_return true;
    }
    ShownAnswer end;
    end.outcome = std::move(outcome);
    end.served_model = http::find_field(answer->fields, "x-ms-served-model");
    co_return co_await finish(std::move(inquiry), std::move(end));
  }

  /// Settles it with what its object said in the end, whoever asked. As ask_about().
  asio::awaitable<bool> finish(Inquiry inquiry, ShownAnswer end) {
    usage::UsageRecord& record = inquiry.stored.record;
    const bool too_old = utc_now() - record.event_time >= kLongestFollowed;
    const std::vector<std::string> files = end.outcome.result_files;
    note_parts(record, end.outcome.parts);
    take_outcome(record, std::move(end.outcome), end.served_model);
    if (!files.empty()) {
      const bool counted = co_await count_batch(inquiry, files);
      if (!counted && !too_old) co_return false;  // the file could not be had now: asked again
      if (!counted) record.usage_reason = usage::reason::kNeverFinished;
    }
    co_await settle(std::move(inquiry.stored));
    co_return true;
  }

  /// A batch whose object does not say what it took (azure-protocol.md 1.9): the answers in its
  /// output file do.
  asio::awaitable<bool> count_batch(Inquiry& inquiry, const std::vector<std::string>& files) {
    usage::UsageRecord& record = inquiry.stored.record;
    record.stored_objects.insert(record.stored_objects.end(), files.begin(), files.end());
    if (record.usage_basis == usage::UsageBasis::reported) co_return true;
    const std::size_t version = record.follow_path.find("/batches/");
    const std::size_t query = std::min(record.follow_path.find('?'), record.follow_path.size());
    const std::string path = record.follow_path.substr(0, version) + "/files/" + files.front() +
                             "/content" + record.follow_path.substr(query);
    const Result<http::ClientResponse> answer = co_await fetch(inquiry, path);
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

  asio::awaitable<Result<http::ClientResponse>> fetch(const Inquiry& inquiry, std::string path) {
    const BackendAccess* const found = find_backend(inquiry.stored.record.backend);
    if (found == nullptr) {
      inquiry.is_in_vain();
      co_return Error{Errc::not_found, "the backend is not configured any more"};
    }
    const BackendAccess backend = *found;  // kept to the answer, also if it is replaced meanwhile
    const std::string_view callers = inquiry.authorization_for(backend.name);
    const Result<credentials::CredentialHeader> credential =
        co_await backend.authorizer.header(utc_now(), callers);
    if (!credential) {
      if (credential.error().code == Errc::not_found) inquiry.is_in_vain();
      co_return credential.error();
    }
    const bool is_callers = !callers.empty() && credential->value.equals(callers);
    http::ClientRequest request;
    request.url = backend.endpoint + path;
    request.fields = {{std::string(credential->name), std::string(credential->value.reveal())}};
    request.response_limit = kLargestAnswer;
    Result<http::ClientResponse> answer = co_await backend.transport.send(std::move(request));
    // Nobody has checked that token before: a 404 may come from something that has not looked at it
    // either, and is no word that the object is gone. Nor will another question fare better.
    if (is_callers && answer && is_refusal(answer->status)) {
      inquiry.is_in_vain();
      co_return Error{Errc::unauthenticated, "the backend refused the caller"};
    }
    co_return answer;
  }

  asio::awaitable<void> settle(ledger::StoredRecord stored) {
    const std::string path(work_path(stored.record.follow_path));
    stored.record.follow_path.clear();
    const std::shared_ptr<const pricing::Pricer> pricer = parts_.pricer;
    if (pricer != nullptr) pricer->price(stored.record);
    redact(stored.record);
    auto put = [this, &stored] { return parts_.ledger.settle(stored); };
    const Result<void> settled = co_await on_disk(put);
    if (settled) {
      queue_.settled(stored.sequence);
      shown_.forget(stored.record.client_name, stored.record.backend, path);
      settle_quota(stored.record);
      parts_.metrics.add_tokens(operation_sample(stored.record, true));
      if (pricer != nullptr) note_unpriced(stored.record, *pricer, parts_.metrics);
    } else {
      telemetry::log::error("followup.settle_failed",
                            {{"record_id", stored.record.record_id.to_string()},
                             {"detail", settled.error().message}});
    }
  }

  /// Once its ledger has it: what a restart finds there it counts, and nothing is counted twice.
  void settle_quota(const usage::UsageRecord& record) const {
    if (parts_.quotas == nullptr) return;
    const quotas::Use use = quotas::use_of(record);
    const quotas::Moment now = quotas::Moment::now();
    if (parts_.quotas->settle_parked(record.record_id, use, now)) return;
    const quotas::LimitSet limits =
        parts_.quotas->limits_of(record.client_name, record.tags, record.requested_model);
    // Of what nobody knows nothing is counted, as a restart finds it in the ledger.
    const quotas::Demand unknown;
    parts_.quotas->charge(limits, use, unknown, record.event_time, now);
  }

  /// Before the ledger, the log or a metric has it, and after it was priced.
  void redact(usage::UsageRecord& record) const noexcept {
    if (record.audit_level != usage::AuditLevel::redacted) return;
    if (parts_.recorder == nullptr) return capture::drop_backend_words(record);
    capture::redact_backend_words(record, *parts_.recorder);
  }

  /// Runs a blocking ledger call where blocking is allowed.
  template <class Call>
  auto on_disk(Call call) -> asio::awaitable<decltype(call())> {
    auto work = [](Call inner) -> asio::awaitable<decltype(inner())> { co_return inner(); };
    co_return co_await asio::co_spawn(parts_.disk, work(std::move(call)), asio::use_awaitable);
  }

  FollowerParts parts_;
  asio::steady_timer timer_;
  FollowQueue queue_;
  WaitingCallers callers_;
  ShownAnswers shown_;
  std::int64_t seen_ = 0;  ///< the last record that was queued
  bool stopping_ = false;
};

}  // namespace

std::unique_ptr<Follower> make_follower(FollowerParts parts) {
  return std::make_unique<BackendFollower>(std::move(parts));
}

}  // namespace tollgate::followup
