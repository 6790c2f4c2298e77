// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/recorder.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "making.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/telemetry/sparing.hpp"
#include "trail_settings.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

/// Rows are stored together while more exchanges wait, up to so many.
constexpr std::size_t kMostRows = 2'000;
constexpr milliseconds kCareEvery{1'000};
constexpr seconds kTroubleLasts{60};
constexpr std::size_t kRewrapAtOnce = 100;

UtcTime utc_now() { return std::chrono::system_clock::now(); }

/// The store is used on its thread alone. `waiting_rows_` gathers rows as long as other exchanges
/// are there to be made into rows: their transaction is one.
class StoringRecorder : public Recorder {
 public:
  StoringRecorder(trail::AuditStore store, std::vector<trail::NoteSigner> signers)
      : store_(std::move(store)), signers_(std::move(signers)) {}

  /// Before anything else. Error invalid_input: rules or certificates cannot be used.
  Result<void> start(const config::Config& config) {
    Result<std::shared_ptr<const Making>> making = make(config);
    if (!making) return making.error();
    making_ = std::move(*making);
    checkpoint_every_ = config.audit.checkpoints.interval;
    memory_.change_limit(config.audit.memory);
    sweep_.start();
    asio::post(context_, [this] { care(); });
    thread_ = std::thread([this] { run(); });
    return {};
  }

  ~StoringRecorder() override { StoringRecorder::stop(); }

  Result<void> use(const config::Config& config) override {
    Result<std::shared_ptr<const Making>> making = make(config);
    if (!making) return making.error();
    Result<std::vector<trail::NoteSigner>> signers = read_signers(config);
    if (!signers) return signers.error();
    Result<trail::MasterKeys> masters = trail::MasterKeys::read(config.audit.encryption_keys);
    if (!masters) return masters.error();
    std::packaged_task<Result<void>()> taking([&]() -> Result<void> {
      Result<void> used = store_.use_keys(*masters);
      if (!used) return used;
      signers_ = std::move(*signers);
      checkpoint_every_ = config.audit.checkpoints.interval;
      store_.change_limits(store_settings(config));
      rewrap();
      return used;
    });
    std::future<Result<void>> taken = taking.get_future();
    asio::post(context_, [&taking] { taking(); });
    Result<void> done = taken.get();
    if (!done) return done;
    memory_.change_limit(config.audit.memory);
    const std::lock_guard lock(mutex_);
    making_ = std::move(*making);
    return done;
  }

  ContentMemory& memory() override { return memory_; }
  std::shared_ptr<redaction::Replacer> make_replacer() const override {
    return making()->make_replacer();
  }
  std::string redacted(std::string name) const override {
    return making()->redacted(std::move(name));
  }

  void keep(Exchange exchange) override {
    ++waiting_;
    if (exchange.no_room) ++lost_;
    asio::post(context_, [this, exchange = std::move(exchange)]() mutable {
      const std::shared_ptr<const Making> now = making();
      if (now->is_asked_about(exchange)) {
        asio::co_spawn(context_, ask_and_gather(now, std::move(exchange)), asio::detached);
        return;
      }
      ContentHold hold = std::move(exchange.hold);
      const usage::UsageRecord record = exchange.record;
      gather(taken(record, now->rows(std::move(exchange))), std::move(hold));
    });
  }

  asio::awaitable<Result<void>> keep_and_wait(Exchange exchange,
                                              Cancellation& cancellation) override {
    ++waiting_;
    // The work may outlive this wait.
    const auto stored = std::make_shared<Result<void>>(Error{Errc::cancelled, "the gateway stops"});
    const Result<void> waited = co_await await_elsewhere(
        context_.get_executor(), ask_and_store(std::move(exchange), stored), cancellation);
    co_return waited ? *stored : waited;
  }

  void finish(milliseconds patience) override {
    const auto ended = std::make_shared<std::promise<void>>();
    asio::post(context_, [this, ended] {
      if (const auto& analyzer = making()->analyzer) analyzer->hurry();
      finished_ = [this, ended] {
        store_gathered();
        sign();
        look();
        ended->set_value();
      };
      finish_if_nothing_is_asked();
    });
    ended->get_future().wait_for(patience);
  }

  void stop() override {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
    finished_ = nullptr;
    const std::uint64_t left = waiting_.exchange(0);
    lost_ += left;
    if (left > 0) telemetry::log::error("audit.stopped_before_all", {{"exchanges", left}});
  }

  void count_lost(std::uint64_t exchanges) override { lost_ += exchanges; }
  RecorderStatus status() const override {
    const std::lock_guard lock(mutex_);
    RecorderStatus out = status_;
    out.exchanges = stored_;
    out.waiting = waiting_;
    out.lost = lost_;
    out.failures = failures_;
    out.unexamined = unexamined_;
    out.held = memory_.held();
    return out;
  }

  asio::any_io_executor executor() override { return context_.get_executor(); }
  trail::AuditStore& store() override { return store_; }
  void store_gathered() override {
    const std::size_t exchanges = std::exchange(gathered_, 0);
    if (exchanges == 0) return;
    const std::vector<ContentHold> holds = std::exchange(waiting_holds_, {});
    if (!store(std::exchange(waiting_rows_, {}), exchanges)) lost_ += exchanges;
  }

 private:
  std::shared_ptr<const Making> making() const {
    const std::lock_guard lock(mutex_);
    return making_;
  }

  /// What is thrown (memory has run out) takes what it was at with it, and neither the thread nor
  /// the process.
  void run() {
    for (;;) {
      try {
        context_.run();
        return;
      } catch (const std::exception& exception) {
        note_failure(exception.what());
      }
    }
  }

  Result<std::shared_ptr<const Making>> make(const config::Config& config) {
    return Making::make(config, memory_, sweep_, context_.get_executor());
  }

  std::vector<trail::AuditRow> taken(const usage::UsageRecord& record, MadeRows made) {
    if (!made.unmade.empty()) {
      ++lost_;
      note_failure("content of " + record.record_id.to_string() +
                   " could not be made into rows: " + made.unmade);
    }
    if (made.asked) note_examination(made.unexamined);
    return std::move(made.rows);
  }

  void note_examination(const std::string& why) {
    {
      const std::lock_guard lock(mutex_);
      status_.redactor_problem = why;
    }
    if (why.empty()) return;
    ++unexamined_;
    if (const auto left_out = unexamined_lines_.next(std::chrono::steady_clock::now()))
      telemetry::log::error("audit.not_examined", {{"detail", why}, {"left_out", *left_out}});
  }

  /// While it is there, finish() waits.
  class Asked {
   public:
    explicit Asked(StoringRecorder& recorder) : recorder_(recorder) { ++recorder_.asked_; }
    Asked(const Asked&) = delete;
    ~Asked() {
      --recorder_.asked_;
      recorder_.finish_if_nothing_is_asked();
    }

   private:
    StoringRecorder& recorder_;
  };

  asio::awaitable<void> ask_and_gather(std::shared_ptr<const Making> now, Exchange exchange) {
    const Asked asked(*this);
    ContentHold hold = std::move(exchange.hold);
    const usage::UsageRecord record = exchange.record;
    MadeRows made = co_await Making::ask(std::move(now), std::move(exchange));
    gather(taken(record, std::move(made)), std::move(hold));
  }

  asio::awaitable<void> ask_and_store(Exchange exchange, std::shared_ptr<Result<void>> out) {
    const Asked asked(*this);
    const ContentHold hold = std::move(exchange.hold);
    const usage::UsageRecord record = exchange.record;
    bool whole = !exchange.no_room;
    if (!whole) ++lost_;
    const std::shared_ptr<const Making> now = making();
    MadeRows made;
    if (now->is_asked_about(exchange)) {
      made = co_await Making::ask(now, std::move(exchange));
    } else {
      made = now->rows(std::move(exchange));
    }
    whole = whole && made.unmade.empty();
    const bool dropped = !made.unexamined.empty() && now->drops_unexamined();
    *out = store(taken(record, std::move(made)), 1);
    // The rows stand there and say so, but whoever waits does so for the content.
    if (*out && !whole) *out = Error{Errc::throttled, "there was no memory for the content"};
    if (*out && dropped)
      *out = Error{Errc::unavailable, "the external redactor could not see the content"};
  }

  /// `hold`: the memory that the rows take until they are stored.
  void gather(std::vector<trail::AuditRow> rows, ContentHold hold) {
    waiting_holds_.push_back(std::move(hold));
    waiting_rows_.insert(waiting_rows_.end(), std::make_move_iterator(rows.begin()),
                         std::make_move_iterator(rows.end()));
    ++gathered_;
    if (waiting_rows_.size() >= kMostRows) {
      store_gathered();
    } else if (gathered_ == 1) {
      // Behind what waits by now: all of that goes with this one.
      asio::post(context_, [this] { store_gathered(); });
    }
  }

  void finish_if_nothing_is_asked() noexcept {
    try {
      if (asked_ > 0 || !finished_) return;
      asio::post(context_, std::exchange(finished_, nullptr));
    } catch (...) {  // no memory: finish() has its patience
    }
  }

  Result<void> store(const std::vector<trail::AuditRow>& rows, std::size_t exchanges) {
    waiting_ -= exchanges;
    if (rows.empty()) return Error{Errc::internal, "the audit trail made no rows"};
    const Result<std::int64_t> last = store_.append(rows);
    if (!last) {
      note_failure(last.error().message);
      return last.error();
    }
    stored_ += exchanges;
    const std::lock_guard lock(mutex_);
    status_.problem.clear();
    return {};
  }

  void note_failure(const std::string& why) {
    ++failures_;
    failed_at_ = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      status_.problem = why;
    }
    if (const auto left_out = lines_.next(std::chrono::steady_clock::now()))
      telemetry::log::error("audit.not_stored", {{"detail", why}, {"left_out", *left_out}});
  }

  void sign() {
    if (signers_.empty()) return;
    signed_at_ = std::chrono::steady_clock::now();
    const auto notes = store_.checkpoint(signers_, utc_now());
    if (!notes) telemetry::log::error("audit.not_signed", {{"detail", notes.error().message}});
  }

  void look() {
    Result<trail::StoreStats> stats = store_.stats();
    const std::lock_guard lock(mutex_);
    if (stats) {
      status_.store = std::move(*stats);
    } else {
      status_.problem = stats.error().message;
    }
  }

  /// As long as there is more, but everybody else has a turn in between.
  void tidy() {
    const Result<bool> more = store_.tidy(utc_now());
    if (!more) return note_failure("old rows cannot be deleted: " + more.error().message);
    if (*more) asio::post(context_, [this] { tidy(); });
  }

  void rewrap() {
    const auto rewrapped = store_.rewrap(kRewrapAtOnce);
    if (!rewrapped) note_failure("data keys cannot be wrapped anew: " + rewrapped.error().message);
  }

  /// A trouble that was not met again for a while is over.
  void forget_trouble() {
    if (std::chrono::steady_clock::now() - failed_at_ < kTroubleLasts) return;
    const std::lock_guard lock(mutex_);
    status_.problem.clear();
  }

  /// Once a second: checkpoints, retention, keys.
  void care() {
    timer_.expires_after(kCareEvery);  // first: what is thrown below does not end it
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) care();
    });
    const SteadyTime now = std::chrono::steady_clock::now();
    if (store_.checkpoint_is_due() || now - signed_at_ >= checkpoint_every_) sign();
    tidy();
    rewrap();
    forget_trouble();
    look();
  }

  // Before the context: what waits there when it ends uses them.
  ContentMemory memory_;
  std::size_t asked_ = 0;  ///< exchanges that are being asked about, or stored for who waits
  std::function<void()> finished_;  ///< to be done when there are none of them any more
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  asio::steady_timer timer_{context_};
  net::DeadlineSweep sweep_{context_};
  trail::AuditStore store_;
  mutable std::mutex mutex_;  ///< guards the two that follow
  std::shared_ptr<const Making> making_;
  RecorderStatus status_;
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::uint64_t> stored_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> unexamined_{0};
  // The thread's own.
  std::vector<trail::AuditRow> waiting_rows_;
  std::vector<ContentHold> waiting_holds_;  ///< the memory that they take
  std::size_t gathered_ = 0;                ///< exchanges that they are of
  std::vector<trail::NoteSigner> signers_;
  milliseconds checkpoint_every_{0};
  SteadyTime signed_at_ = std::chrono::steady_clock::now();
  SteadyTime failed_at_{};
  telemetry::log::Sparing lines_;
  telemetry::log::Sparing unexamined_lines_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::open(const config::Config& config) {
  Result<trail::MasterKeys> masters = trail::MasterKeys::read(config.audit.encryption_keys);
  if (!masters) return masters.error();
  Result<std::vector<trail::NoteSigner>> signers = read_signers(config);
  if (!signers) return signers.error();
  Result<trail::AuditStore> store = trail::AuditStore::open(store_settings(config), *masters);
  if (!store) return store.error();
  auto recorder = std::make_unique<StoringRecorder>(std::move(*store), std::move(*signers));
  const Result<void> started = recorder->start(config);
  if (!started) return started.error();
  return recorder;
}

}  // namespace tollgate::capture
