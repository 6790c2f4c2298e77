// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/hour_closing.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "standing_hour.hpp"
#include "tollgate/allocation/shared_hour.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::allocation {
namespace {

using pricing::Capacity;
using std::chrono::hours;
using usage::CostAdjustment;

/// Adjustments of one transaction: the ledger's own writing waits for no more.
constexpr std::size_t kAdjustmentsAtOnce = 500;

/// Writes what is adjusted, some at a time.
class Batches {
 public:
  explicit Batches(ledger::AdjustmentBook& book) : book_(book) {}

  void put(CostAdjustment adjustment) {
    if (!failed_) return;
    batch_.push_back(std::move(adjustment));
    if (batch_.size() >= kAdjustmentsAtOnce) write(std::nullopt);
  }
  /// The rest, and with it that the hour is closed.
  Result<void> finish(const std::optional<ledger::ClosedHour>& closed) {
    if (failed_) write(closed);
    return failed_;
  }
  std::size_t written() const { return written_; }

 private:
  void write(const std::optional<ledger::ClosedHour>& closed) {
    const Result<std::size_t> done = book_.add(batch_, closed);
    if (done) written_ += *done;
    if (!done) failed_ = done.error();
    batch_.clear();
  }

  ledger::AdjustmentBook& book_;
  std::vector<CostAdjustment> batch_;
  Result<void> failed_;  ///< has a value while nothing has failed
  std::size_t written_ = 0;
};

/// The hours of one deployment.
class DeploymentHours {
 public:
  DeploymentHours(const ClosingParts& parts, std::span<const Capacity> history, UtcTime now)
      : parts_(parts),
        history_(history),
        backend_(history.front().backend),
        deployment_(history.front().deployment),
        now_(now) {}

  Result<std::size_t> close() {
    const Result<std::optional<UtcTime>> last = parts_.book.closed_to(backend_, deployment_);
    if (!last) return last.error();
    if (*last && **last + hours(1) > now_) return begin_again(**last);
    if (*last) return close_from(**last + hours(1), true);
    const Result<std::optional<UtcTime>> first = first_hour();
    if (!first) return first.error();
    return *first ? close_from(**first, false) : std::size_t{0};
  }

 private:
  /// Nothing is known of what was before the first record that is kept.
  Result<std::optional<UtcTime>> first_hour() {
    const Result<std::optional<UtcTime>> kept = parts_.book.first_kept();
    if (!kept || !*kept) return kept;
    return std::optional(
        std::max(pricing::hour_of(history_.front().from), pricing::hour_of(**kept)));
  }

  Result<std::size_t> close_from(UtcTime hour, bool again) {
    const UtcTime over = pricing::hour_of(now_ - kAfterTheHour);
    if (hour + hours(1) > over) return std::size_t{0};
    const Result<UtcTime> final_to = final_up_to(over);
    if (!final_to) return final_to.error();
    std::size_t closed = 0;
    for (; hour + hours(1) <= *final_to; hour += hours(1)) {
      if (parts_.stopping && parts_.stopping()) return closed;
      Result<void> done;
      if (again || closed > 0) done = share(hour - hours(1), false);
      if (done) done = share(hour, true);
      if (!done) return done.error();
      ++closed;
    }
    return closed;
  }

  /// An hour that is not over was closed by a clock that went ahead, as may have been those before
  /// it that end from now on: each is closed once more when it is due.
  Result<std::size_t> begin_again(UtcTime last) {
    const UtcTime due = pricing::hour_of(now_ - kAfterTheHour) - hours(1);
    const Result<std::size_t> noted =
        parts_.book.add({}, ledger::ClosedHour{backend_, deployment_, due});
    if (!noted) return noted.error();
    telemetry::log::warn("capacity.clock_went_back", {{"backend", backend_},
                                                      {"deployment", deployment_},
                                                      {"closed_to", pricing::to_minute(last)},
                                                      {"now", to_rfc3339(now_)}});
    return std::size_t{0};
  }

  /// Up to when every record is final.
  Result<UtcTime> final_up_to(UtcTime over) {
    const auto unfinished = parts_.book.first_unfinished([this](const usage::UsageRecord& record) {
      return record.backend == backend_ && pricing::serving_deployment(record) == deployment_;
    });
    if (!unfinished) return unfinished.error();
    return *unfinished ? std::min(over, pricing::hour_of(**unfinished)) : over;
  }

  Result<void> share(UtcTime hour, bool closes) {
    std::optional<ledger::ClosedHour> closed;
    if (closes) closed = {backend_, deployment_, hour};
    auto capacity = pricing::capacity_in(history_, hour, parts_.pricer.list().currency());
    Batches batches(parts_.book);
    if (!capacity || capacity->allocate == pricing::Allocate::none) return batches.finish(closed);
    const HourOfDeployment of{parts_.gateway, backend_, deployment_, std::move(*capacity),
                              parts_.pricer};
    SharedHour shared(of, usage::AdjustmentKind::allocation, now_);
    StandingHour standing(shared);
    const Result<void> read = parts_.reader.at_once([&] {
      const Result<void> weighed = weigh(shared, hour, standing);
      if (!weighed || standing.stays(closes)) return weighed;
      return adjust(shared, hour, batches);
    });
    if (!read) return read;
    if (standing.stays(closes)) {
      tell_kept(of, shared, standing);
      return batches.finish(closed);
    }
    batches.put(shared.rest());
    const Result<void> done = batches.finish(closed);
    if (done && (closes || batches.written() > 0)) tell(of, shared, batches);
    return done;
  }

  Result<void> for_each(UtcTime hour, const ledger::HourReader::Visit& visit) {
    return parts_.reader.for_each(hour, hour + hours(1), [&](const usage::UsageRecord& record) {
      if (is_served_by(record, history_, parts_.pricer)) visit(record);
    });
  }

  Result<void> weigh(SharedHour& shared, UtcTime hour, StandingHour& standing) {
    Result<void> failed;
    const auto look_at = [&](const Uuid& id) {
      const auto newest = parts_.reader.adjustment_of(id);
      if (!newest) failed = newest.error();
      return newest ? *newest : std::nullopt;
    };
    const Result<void> read = for_each(hour, [&](const usage::UsageRecord& record) {
      shared.weigh(record);
      standing.add_record(look_at(record.record_id));
    });
    standing.add_rest(look_at(shared.rest_id()));
    if (!read || !failed) return read ? failed : read;
    return shared.share_out();
  }

  Result<void> adjust(SharedHour& shared, UtcTime hour, Batches& batches) {
    return for_each(hour, [&](const usage::UsageRecord& one) { batches.put(shared.adjust(one)); });
  }

  static void tell_kept(const HourOfDeployment& of, const SharedHour& shared,
                        const StandingHour& standing) {
    telemetry::log::warn(
        "capacity.hour_kept",
        {{"backend", of.backend},
         {"deployment", of.deployment},
         {"hour", pricing::to_minute(of.hour.begin)},
         {"records", shared.records()},
         {"without_share", standing.without_adjustment()},
         {"detail", standing.rerated() ? "it was re-rated" : "it stands by other prices"}});
  }

  static void tell(const HourOfDeployment& of, const SharedHour& shared, const Batches& batches) {
    telemetry::log::info("capacity.hour_closed", {{"backend", of.backend},
                                                  {"deployment", of.deployment},
                                                  {"hour", pricing::to_minute(of.hour.begin)},
                                                  {"records", shared.records()},
                                                  {"adjustments", batches.written()},
                                                  {"cost_nano", of.hour.nano},
                                                  {"unused_nano", shared.unused_nano()}});
  }

  const ClosingParts& parts_;
  std::span<const Capacity> history_;
  std::string backend_;
  std::string deployment_;
  UtcTime now_;
};

}  // namespace

Result<std::size_t> close_due_hours(const ClosingParts& parts, UtcTime now) {
  std::size_t closed = 0;
  std::optional<Error> failed;
  for (const std::span<const Capacity> history : parts.pricer.list().capacities().deployments()) {
    const Result<std::size_t> done = DeploymentHours(parts, history, now).close();
    if (done) closed += *done;
    if (done) continue;
    const std::string what =
        history.front().backend + "/" + history.front().deployment + ": " + done.error().message;
    if (failed) failed->message += "; " + what;
    if (!failed) failed = Error{done.error().code, what};
  }
  if (failed) return *failed;
  return closed;
}

}  // namespace tollgate::allocation
