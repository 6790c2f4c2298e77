// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/recorder.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "making.hpp"
#include "row_work.hpp"
#include "tollgate/base/client_turns.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/telemetry/sparing.hpp"
#include "trail_keeper.hpp"
#include "underway.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

/// Rows are stored together while more exchanges wait, up to so many.
constexpr std::size_t kMostRows = 2'000;

/// The store is used on its thread alone. `waiting_rows_` gathers rows as long as other exchanges
/// are there to be made into rows: their transaction is one.
class StoringRecorder : public Recorder {
 public:
  StoringRecorder(trail::AuditStore store, std::vector<trail::NoteSigner> signers)
      : keeper_(context_, std::move(store), std::move(signers)) {}

  /// Before anything else. Error invalid_input: rules or certificates cannot be used.
  Result<void> start(const config::Config& config) {
    Result<std::shared_ptr<const Making>> making = make(config);
    if (!making) return making.error();
    making_ = std::move(*making);
    memory_.change_limit(config.audit.memory);
    sweep_.start();
    keeper_.start(config.audit.checkpoints.interval);
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
    std::packaged_task<Result<void>()> taking(
        [&] { return keeper_.use(config, *masters, std::move(*signers)); });
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

  void keep(Exchange exchange) override { hand_over(std::move(exchange), nullptr); }

  asio::awaitable<Kept> keep_and_wait(Exchange exchange, Cancellation& cancellation) override {
    const auto waiting = std::make_shared<Waiting>(co_await asio::this_coro::executor);
    hand_over(std::move(exchange), waiting);
    const bool done = co_await Errand::wait(waiting, cancellation);
    if (!done) co_return Kept{false, Error{Errc::cancelled, "the gateway stops"}};
    co_return waiting->kept;
  }

  void finish(milliseconds patience) override {
    const auto ended = std::make_shared<std::promise<void>>();
    asio::post(context_, [this, ended] {
      if (const auto& analyzer = making()->analyzer) analyzer->hurry();
      underway_.when_empty([this, ended] {
        asio::post(context_, [this, ended] {
          store_gathered();
          keeper_.sign();
          keeper_.look();
          ended->set_value();
        });
      });
    });
    ended->get_future().wait_for(patience);
  }

  void stop() override {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
    underway_.forget_waiting();
    // The next start finds them without rows, and counts them.
    const std::uint64_t left = waiting_;
    if (left > 0) telemetry::log::error("audit.stopped_before_all", {{"exchanges", left}});
  }

  void count_lost(std::uint64_t exchanges) override { lost_ += exchanges; }
  RecorderStatus status() const override {
    RecorderStatus out;
    keeper_.describe(out);
    out.exchanges = stored_;
    out.waiting = waiting_;
    out.lost = lost_;
    out.unexamined = unexamined_;
    out.held = memory_.held();
    const std::lock_guard lock(mutex_);
    out.redactor_problem = redactor_problem_;
    return out;
  }
  bool is_underway(const Uuid& record) const override { return underway_.contains(record); }
  asio::any_io_executor executor() override { return context_.get_executor(); }
  trail::AuditStore& store() override { return keeper_.store(); }
  Result<void> append(const std::vector<trail::AuditRow>& rows) override {
    return keeper_.append(rows);
  }
  void store_gathered() override {
    if (waiting_exchanges_.empty()) return;
    const std::vector<Gathered> gathered = std::exchange(waiting_exchanges_, {});
    (void)store(std::exchange(waiting_rows_, {}), gathered.size(),
                std::exchange(gathered_lost_, 0));
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
        keeper_.note_failure(exception.what());
      }
    }
  }

  Result<std::shared_ptr<const Making>> make(const config::Config& config) {
    return Making::make(config, sweep_, context_.get_executor());
  }

  std::vector<trail::AuditRow> taken(const usage::UsageRecord& record, MadeRows made) {
    if (!made.unmade.empty())
      keeper_.note_failure("content of " + record.record_id.to_string() +
                           " could not be made into rows: " + made.unmade);
    if (made.asked) note_examination(made.unexamined);
    return std::move(made.rows);
  }

  void note_examination(const std::string& why) {
    {
      const std::lock_guard lock(mutex_);
      redactor_problem_ = why;
    }
    if (why.empty()) return;
    ++unexamined_;
    if (const auto left_out = unexamined_lines_.next(std::chrono::steady_clock::now()))
      telemetry::log::error("audit.not_examined", {{"detail", why}, {"left_out", *left_out}});
  }

  /// Who waits until an exchange is stored.
  struct Waiting : Errand {
    using Errand::Errand;
    Kept kept{false, Error{Errc::internal, "the audit trail has lost it"}};
  };

  /// One of the exchanges that are not stored yet: counted as long as this lives.
  class Waited {
   public:
    explicit Waited(std::atomic<std::uint64_t>& all) : all_(&all) { ++all; }
    Waited(Waited&& other) noexcept : all_(std::exchange(other.all_, nullptr)) {}
    Waited& operator=(Waited&&) = delete;
    ~Waited() {
      if (all_ != nullptr) --*all_;
    }

   private:
    std::atomic<std::uint64_t>* all_;
  };

  /// What is kept of an exchange until its rows are stored: their memory, and its place among those
  /// that wait.
  struct Gathered {
    ContentHold hold;
    Waited waited;
  };

  /// One exchange on its way. Whatever becomes of it, nobody waits for it afterwards, and a request
  /// that is not stored then is known to be lost.
  struct Task {
    Task(std::atomic<std::uint64_t>& counted, Underway& all, Exchange&& exchange,
         std::shared_ptr<Waiting> who)
        : waited(counted),
          underway(all, exchange.record.record_id),
          work(std::move(exchange)),
          waiting(std::move(who)) {}
    Task(const Task&) = delete;
    ~Task() {
      if (waiting) Errand::done(waiting);
    }

    Waited waited;
    Underway::Token underway;
    RowWork work;
    std::shared_ptr<Waiting> waiting;  ///< null: nobody
  };

  void hand_over(Exchange&& exchange, std::shared_ptr<Waiting> waiting) {
    const std::string client = exchange.record.client_name;
    auto task =
        std::make_unique<Task>(waiting_, underway_, std::move(exchange), std::move(waiting));
    // Its turn first, which waits for the lock: a task in line without one would stay there.
    const std::lock_guard lock(turns_mutex_);
    asio::post(context_, [this] { take_turn(); });
    turns_.add(client, std::move(task));
  }

  std::unique_ptr<Task> next_task() {
    const std::lock_guard lock(turns_mutex_);
    return turns_.take().value_or(nullptr);
  }

  /// As many turns are posted as tasks stand in line, so that what else the thread has to do stands
  /// between them.
  void take_turn() {
    std::unique_ptr<Task> task = next_task();
    if (!task) return;
    if (task->work.waits_for_request()) {
      spawn(wait_for_request(std::move(task)));
    } else if (!task->work.step(making())) {
      take_another_turn(std::move(task));
    } else if (task->work.is_asked_about()) {
      spawn(ask(std::move(task)));
    } else {
      MadeRows made = task->work.rows();
      keep_rows(*task, std::move(made));
    }
  }

  void take_another_turn(std::unique_ptr<Task> task) {
    const std::string client = task->work.record().client_name;
    const std::lock_guard lock(turns_mutex_);
    asio::post(context_, [this] { take_turn(); });
    turns_.put_back(client, std::move(task));
  }

  /// What it throws, run() tells.
  void spawn(asio::awaitable<void> work) {
    asio::co_spawn(context_, std::move(work), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }

  /// The external redactor has a request whose wait was given up: what is said of the request in
  /// the answer's rows is not known before. A timer without end is cancelled when it is.
  asio::awaitable<void> wait_for_request(std::unique_ptr<Task> task) {
    const auto bell = std::make_shared<asio::steady_timer>(context_, SteadyTime::max());
    task->work.when_request_is_settled([heard = std::weak_ptr<asio::steady_timer>(bell)] {
      if (const auto rung = heard.lock()) rung->cancel();
    });
    while (task->work.waits_for_request()) {
      boost::system::error_code cancelled;
      co_await bell->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    take_another_turn(std::move(task));
  }

  asio::awaitable<void> ask(std::unique_ptr<Task> task) {
    MadeRows made = co_await task->work.ask();
    keep_rows(*task, std::move(made));
  }

  void keep_rows(Task& task, MadeRows made) {
    const bool whole = !task.work.no_room() && made.unmade.empty();
    const bool dropped = task.work.is_dropped(made);
    const bool lacks = !whole || task.work.lacks_request();
    const std::size_t lost = lacks && task.work.note_lost() ? 1 : 0;
    std::vector<trail::AuditRow> rows = taken(task.work.record(), std::move(made));
    if (!task.waiting) {
      gather(std::move(rows), {task.work.take_hold(), std::move(task.waited)}, lost);
      return;
    }
    Kept& kept = task.waiting->kept;
    kept.whole = store(rows, 1, lost);
    kept.is_stored = kept.whole.has_value();
    if (!kept.is_stored) return;
    task.work.note_stored();
    // The rows stand there and say so, but whoever waits does so for the content.
    if (task.work.no_room())
      kept.whole = Error{Errc::throttled, "there was no memory for the content"};
    else if (!whole)
      kept.whole = Error{Errc::internal, "the content could not be made into rows"};
    else if (dropped)
      kept.whole = Error{Errc::unavailable, "the external redactor could not see the content"};
  }

  void gather(std::vector<trail::AuditRow> rows, Gathered of, std::size_t lost) {
    waiting_exchanges_.push_back(std::move(of));
    if (waiting_rows_.empty()) {
      waiting_rows_ = std::move(rows);
    } else {
      waiting_rows_.insert(waiting_rows_.end(), std::make_move_iterator(rows.begin()),
                           std::make_move_iterator(rows.end()));
    }
    gathered_lost_ += lost;
    if (waiting_rows_.size() >= kMostRows) {
      store_gathered();
    } else if (waiting_exchanges_.size() == 1) {
      // Behind what waits by now: all of that goes with this one.
      asio::post(context_, [this] { store_gathered(); });
    }
  }

  /// `lost` of the exchanges lack content. Those that are not stored at all are counted when
  /// they are found to have no rows (count_lost), not here.
  Result<void> store(const std::vector<trail::AuditRow>& rows, std::size_t exchanges,
                     std::size_t lost) {
    if (rows.empty()) return Error{Errc::internal, "the audit trail made no rows"};
    Result<void> stored = keeper_.append(rows);
    if (stored) {
      stored_ += exchanges;
      count_lost(lost);
    }
    return stored;
  }

  // Before the context: what waits there when it ends uses them.
  ContentMemory memory_;
  Underway underway_;
  std::atomic<std::uint64_t> waiting_{0};
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  net::DeadlineSweep sweep_{context_};
  TrailKeeper keeper_;
  mutable std::mutex mutex_;  ///< guards the two that follow
  std::shared_ptr<const Making> making_;
  std::string redactor_problem_;  ///< why the external redactor did not see the last; empty: it did
  std::atomic<std::uint64_t> stored_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> unexamined_{0};
  // The thread's own.
  std::vector<trail::AuditRow> waiting_rows_;
  std::vector<Gathered> waiting_exchanges_;  ///< that they are of
  std::size_t gathered_lost_ = 0;            ///< those of them that are without content
  std::mutex turns_mutex_;
  ClientTurns<std::unique_ptr<Task>> turns_;  ///< under that
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
