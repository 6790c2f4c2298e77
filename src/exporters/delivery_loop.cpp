// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "back_off.hpp"
#include "batch.hpp"
#include "suspects.hpp"
#include "tollgate/exporters/delivery.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::exporters {

namespace asio = boost::asio;

namespace {

/// Rows taken at a time: about one full batch.
constexpr std::size_t kTake = 1000;
constexpr milliseconds kSendTimeout{30'000};

UtcTime utc_now() { return std::chrono::system_clock::now(); }

/// What keeps failing, until it is mended.
struct Trouble {
  std::uint64_t in_row = 0;
  std::string why;
  bool alarm = false;
};

/// The delivery of one exporter. A round takes what has not been accounted for, sends one batch of
/// it, and accounts for what became of it:
///
///     accepted     the suspects are tried once more, each alone; then the batch and
///                  all of them are accounted for: sent, or quarantined
///     retry_after  a pause; the same records again
///     rejected     half as many next time; a record that is refused alone
///                  becomes a suspect and is passed over
///
/// What could not be written into the ledger is written before anything else is sent.
class DeliveryLoop : public Delivery {
 public:
  DeliveryLoop(std::string name, milliseconds flush_interval, std::unique_ptr<Exporter> exporter,
               std::unique_ptr<DeliverySource> source, DeliveryParts parts)
      : name_(std::move(name)),
        flush_interval_(flush_interval),
        exporter_(std::move(exporter)),
        source_(std::move(source)),
        parts_(std::move(parts)),
        timer_(parts_.control) {}

  asio::awaitable<void> run(milliseconds last_chance) override {
    while (!stopping_) {
      const bool more = co_await careful_round();
      if (!more && !stopping_) co_await pause(std::exchange(next_pause_, flush_interval_));
    }
    // Those before what was accepted and is not accounted for keep their second try.
    if (!unaccounted_) forget_suspects();
    send_timeout_ = std::min(send_timeout_, last_chance);
    const SteadyTime until = std::chrono::steady_clock::now() + last_chance;
    while (std::chrono::steady_clock::now() < until) {
      const bool more = co_await careful_round();
      if (!more) break;
    }
  }

  void stop() override {
    stopping_ = true;
    timer_.cancel();
  }

  DeliveryStatus status() const override {
    const std::lock_guard lock(mutex_);
    const Trouble& told = ledger_.in_row > 0 ? ledger_ : destination_;
    return {delivered_, failures_, ledger_.in_row + destination_.in_row, told.why,
            ledger_.alarm || destination_.alarm};
  }

 private:
  asio::awaitable<void> pause(milliseconds delay) {
    timer_.expires_after(delay);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  /// Runs a call of the source where blocking is allowed; what it throws is an error like others.
  template <class Call>
  auto from_source(Call call) -> asio::awaitable<decltype(call())> {
    auto work = [](Call inner) -> asio::awaitable<decltype(inner())> {
      try {
        co_return inner();
      } catch (const std::exception& exception) {
        co_return Error{Errc::internal, std::string("exception: ") + exception.what()};
      }
    };
    co_return co_await asio::co_spawn(parts_.source, work(std::move(call)), asio::use_awaitable);
  }

  /// A bug in one exporter must not end its delivery for good.
  asio::awaitable<bool> careful_round() {
    bool more = false;
    try {
      more = co_await round();
    } catch (const std::exception& exception) {
      fail(destination_, std::string("exception: ") + exception.what(), true);
    }
    co_await tell_trouble();
    co_return more;
  }

  /// Each reason once. One that cannot be noted is told elsewhere, and noted with the next round.
  asio::awaitable<void> tell_trouble() {
    const std::string why = destination_.why;
    if (told_ && *told_ == why) co_return;
    auto note = [this, &why] { return source_->note_trouble(why, utc_now()); };
    const Result<void> noted = co_await from_source(note);
    if (noted) told_ = why;
  }

  /// One batch at most. True: there may be more to send at once.
  asio::awaitable<bool> round() {
    if (unaccounted_) co_return co_await finish_accounting();
    auto take = [this] { return source_->undelivered(kTake); };
    Result<std::vector<Row>> rows = co_await from_source(take);
    if (!rows) {
      fail(ledger_, rows.error().message, true);
      co_return false;
    }
    mend(ledger_);
    const std::size_t taken = rows->size();
    std::erase_if(*rows, [this](const auto& one) { return suspects_.holds(one.sequence); });
    if (suspects_.too_many()) {
      give_up_suspicion();
      co_return false;
    }
    if (rows->empty()) {
      if (!suspects_.empty()) wait_for_others();
      co_return false;
    }
    co_return co_await send(std::move(*rows), taken);
  }

  asio::awaitable<bool> send(std::vector<Row> rows, std::size_t taken) {
    if (split_ != 0 && rows.size() > split_) rows.resize(split_);
    const Batch batch = make_batch(*exporter_, rows);
    if (batch.rows.empty()) {
      co_return co_await set_aside(std::move(rows.front()),
                                   "the record alone is over the size limit");
    }
    rows.resize(batch.rows.size());
    const SendResult result = co_await send_batch(batch);
    if (const auto* const later = std::get_if<RetryAfter>(&result)) {
      wait(*later);
      co_return false;
    }
    if (const auto* const rejected = std::get_if<Rejected>(&result)) {
      reject(*rejected, std::move(rows));
      co_return true;
    }
    co_return co_await accept(rows, taken);
  }

  asio::awaitable<SendResult> send_batch(const Batch& batch) {
    const SendTerms terms{utc_now(), send_timeout_};
    const auto where = exporter_->blocks() ? parts_.disk : parts_.control;
    co_return co_await asio::co_spawn(where, exporter_->send(batch.rows, terms),
                                      asio::use_awaitable);
  }

  asio::awaitable<bool> accept(const std::vector<Row>& rows, std::size_t taken) {
    RowAccounting& accounting = unaccounted_.emplace();
    for (const Row& row : rows) accounting.accepted.push_back(row.sequence);
    const bool more = rows.size() < taken || taken == kTake;
    split_ = std::min(split_ * 2, kTake);  // what was halved grows again
    if (split_ >= kTake) split_ = 0;
    const bool tried = suspects_.any_waiting();
    const bool accounted = co_await finish_accounting();
    co_return accounted && (more || tried);
  }

  /// Something was accepted, or set aside. Suspects get their second try first, one for each call:
  /// the ledger must not pass over what is not judged. True: there may be more to do at once.
  asio::awaitable<bool> finish_accounting() {
    if (!suspects_.any_waiting()) co_return co_await account();
    const Batch alone = make_batch(*exporter_, std::span(&suspects_.next(), 1));
    const SendResult result = co_await send_batch(alone);
    if (const auto* const later = std::get_if<RetryAfter>(&result)) {
      wait(*later);
      co_return false;
    }
    if (const auto* const rejected = std::get_if<Rejected>(&result)) {
      note_failure(destination_, rejected->why, false);
      suspects_.convict(rejected->why);
    } else {
      unaccounted_->accepted.push_back(suspects_.acquit());
      std::ranges::sort(unaccounted_->accepted);
    }
    co_return true;
  }

  /// Writes what became of records. True: it is written.
  asio::awaitable<bool> account() {
    unaccounted_->refused = suspects_.proven();
    auto write = [this] { return source_->account(*unaccounted_, utc_now()); };
    const Result<void> written = co_await from_source(write);
    if (!written) {
      fail(ledger_, "delivered, but the ledger cannot note it: " + written.error().message, true);
      co_return false;
    }
    for (const RefusedRow& bad : unaccounted_->refused) {
      telemetry::log::error("exporter.quarantined",
                            {{"exporter", name_}, {"record", bad.id}, {"reason", bad.reason}});
    }
    const std::size_t sent = unaccounted_->accepted.size();
    unaccounted_.reset();
    forget_suspects();
    mend(ledger_);
    if (sent > 0) mend(destination_);
    count_delivered(sent);
    co_return true;
  }

  void wait(const RetryAfter& later) {
    fail(destination_, later.why, later.alarm);
    const milliseconds asked = std::min(later.at_least, BackOff::kLongestAsked);
    next_pause_ = std::max(next_pause_, asked);
  }

  void reject(const Rejected& rejected, std::vector<Row> rows) {
    note_failure(destination_, rejected.why, false);
    if (rows.size() == 1) {
      suspects_.add(std::move(rows[0]), rejected.why);
      return;
    }
    // Where the destination names them, those before the first go alone, and then it.
    const auto first = std::min_element(rejected.which.begin(), rejected.which.end());
    const bool named = first != rejected.which.end() && *first < rows.size();
    split_ = named ? std::max<std::size_t>(1, *first) : rows.size() / 2;
  }

  /// A record that can never be sent; it is accounted for when nothing before it waits to be
  /// judged.
  asio::awaitable<bool> set_aside(Row row, std::string reason) {
    suspects_.add_proven(row, std::move(reason));
    if (!suspects_.all_proven()) co_return true;
    unaccounted_.emplace();
    co_return co_await account();
  }

  /// Only suspects are left. The next record will tell, and is looked for as ever; while none comes
  /// they are tried again, slowly.
  void wait_for_others() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!retry_suspects_at_) {
      note_failure(destination_, suspects_.last_reason(), true);
      retry_suspects_at_ = now + BackOff::kSlow;
    } else if (now >= *retry_suspects_at_) {
      forget_suspects();
    }
  }

  void forget_suspects() {
    suspects_.clear();
    retry_suspects_at_.reset();
  }

  /// Nothing is accepted at all: the fault is not in the records, so they stay and wait for an
  /// operator.
  void give_up_suspicion() {
    fail(destination_, suspects_.last_reason(), true);
    forget_suspects();
  }

  /// The ledger's own trouble ends with the next call that it takes, also where no record waits;
  /// the destination's when something is accepted.
  void mend(Trouble& trouble) {
    const std::lock_guard lock(mutex_);
    if (trouble.in_row == 0) return;
    trouble = Trouble();
    if (ledger_.in_row + destination_.in_row > 0) return;
    back_off_.reset();
    telemetry::log::info("exporter.recovered", {{"exporter", name_}});
  }

  void count_delivered(std::size_t rows) {
    const std::lock_guard lock(mutex_);
    delivered_ += rows;
  }

  /// And a pause.
  void fail(Trouble& trouble, const std::string& reason, bool alarm) {
    note_failure(trouble, reason, alarm);
    const milliseconds own = back_off_.next(random_());
    next_pause_ = alarm ? std::max(BackOff::kSlow, own) : own;
  }

  void note_failure(Trouble& trouble, const std::string& reason, bool alarm) {
    const std::lock_guard lock(mutex_);
    ++failures_;
    ++trouble.in_row;
    trouble.why = reason;
    trouble.alarm = trouble.alarm || alarm;  // until it is mended
    telemetry::log::warn("exporter.failed", {{"exporter", name_},
                                             {"reason", reason},
                                             {"alarm", alarm},
                                             {"consecutive", trouble.in_row}});
  }

  std::string name_;
  milliseconds flush_interval_;
  std::unique_ptr<Exporter> exporter_;
  std::unique_ptr<DeliverySource> source_;
  DeliveryParts parts_;
  asio::steady_timer timer_;
  BackOff back_off_;
  std::mt19937 random_{std::random_device{}()};
  Suspects suspects_;
  std::optional<SteadyTime> retry_suspects_at_;
  std::optional<RowAccounting> unaccounted_;  ///< what the ledger does not know yet
  milliseconds send_timeout_ = kSendTimeout;
  std::optional<std::string> told_;  ///< the source knows that of the destination's trouble
  std::size_t split_ = 0;            ///< most records in the next batch; 0: as many as fit
  milliseconds next_pause_{
      50};  ///< the first look comes soon: an earlier run may have left records
  bool stopping_ = false;
  mutable std::mutex mutex_;  ///< guards what follows
  std::uint64_t delivered_ = 0;
  std::uint64_t failures_ = 0;
  Trouble ledger_;       ///< it cannot be read, or cannot note what was sent
  Trouble destination_;  ///< or a bug of its exporter
};

}  // namespace

std::unique_ptr<Delivery> make_delivery(std::string name, milliseconds flush_interval,
                                        std::unique_ptr<Exporter> exporter,
                                        std::unique_ptr<DeliverySource> source,
                                        DeliveryParts parts) {
  return std::make_unique<DeliveryLoop>(std::move(name), flush_interval, std::move(exporter),
                                        std::move(source), std::move(parts));
}

}  // namespace tollgate::exporters
