// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "books.hpp"

#include <string>

#include "tollgate/followup/operation_sample.hpp"
#include "tollgate/followup/unpriced.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {
namespace {

/// Longer than anything is followed (26 hours): the follower settles first.
constexpr std::chrono::hours kLongestParked{28};

void write_line(const usage::UsageRecord& record) {
  telemetry::log::info("operation", {{"record_id", record.record_id.to_string()},
                                     {"client", record.client_name},
                                     {"operation", record.operation_id},
                                     {"requested_model", record.requested_model},
                                     {"model", record.model},
                                     {"backend", record.backend},
                                     {"deployment", record.backend_deployment},
                                     {"attempts", record.attempts.size()},
                                     {"status", record.status_code},
                                     {"outcome", to_string(record.outcome)},
                                     {"error_code", record.error_code},
                                     {"prompt_tokens", record.tokens.prompt},
                                     {"completion_tokens", record.tokens.completion},
                                     {"total_tokens", record.tokens.total},
                                     {"usage_basis", to_string(record.usage_basis)},
                                     {"usage_reason", record.usage_reason},
                                     {"duration_ms", record.duration_ms},
                                     {"first_byte_ms", record.time_to_first_byte_ms},
                                     {"correlation_id", record.correlation_id}});
}

/// What is thrown in a book (memory has run out) is its error: the books behind it have their turn
/// all the same.
template <class Work>
Result<void> guarded(Work work) noexcept {
  try {
    return work();
  } catch (const std::exception& exception) {
    return Error{Errc::internal, exception.what()};
  }
}

}  // namespace

Books make_books(const PipelineParts& parts) {
  Books books;
  books.push_back(std::make_unique<JournalBook>(parts.journal, parts.journal_failures));
  books.push_back(std::make_unique<ObjectBook>(parts.objects));
  if (parts.quotas != nullptr) books.push_back(std::make_unique<QuotaBook>(*parts.quotas));
  if (parts.recorder != nullptr) books.push_back(std::make_unique<AuditBook>());
  books.push_back(std::make_unique<MetricsBook>(parts.metrics, parts.pricer));
  if (parts.config.logging.operations) books.push_back(std::make_unique<LineBook>());
  return books;
}

Result<void> JournalBook::enter(OperationEnd& end) noexcept {
  if (!end.intent_recorded) return {};  // counted when it began
  const Result<void> closed = guarded([&] { return journal_.close(end.record); });
  end.is_closed = closed.has_value();
  if (closed) return {};
  const bool goes_on =
      failures_.goes_on_after("ledger.close_failed", end.record.record_id, closed.error());
  return goes_on ? Result<void>() : closed;
}

Result<void> ObjectBook::enter(OperationEnd& end) noexcept {
  return guarded([&]() -> Result<void> {
    note_objects(end.record, objects_);
    return {};
  });
}

Result<void> QuotaBook::enter(OperationEnd& end) noexcept {
  if (end.reservation == nullptr || !end.reservation->open()) return {};
  (void)guarded([&]() -> Result<void> {
    const bool goes_on = !end.record.follow_path.empty() && end.intent_recorded;
    if (goes_on) {
      quotas_.park(end.record.record_id, std::move(*end.reservation),
                   end.record.event_time + kLongestParked);
    } else {
      end.reservation->settle(quotas::use_of(end.record), quotas::Moment::now());
    }
    return {};
  });
  return {};
}

Result<void> MetricsBook::enter(OperationEnd& end) noexcept {
  (void)guarded([&]() -> Result<void> {
    // Tokens of what goes on are counted when it is settled, which is not without a record.
    const bool goes_on = !end.record.follow_path.empty() && end.intent_recorded;
    metrics_.record(followup::operation_sample(end.record, !goes_on));
    if (pricer_ != nullptr) followup::note_unpriced(end.record, *pricer_, metrics_);
    return {};
  });
  return {};
}

Result<void> LineBook::enter(OperationEnd& end) noexcept {
  (void)guarded([&]() -> Result<void> {
    write_line(end.record);
    return {};
  });
  return {};
}

void note_objects(const usage::UsageRecord& record, ledger::ObjectDirectory& objects) {
  for (const std::string& id : record.stored_objects) {
    objects.note({.id = id,
                  .client_name = record.client_name,
                  .backend = record.backend,
                  .deployment = record.backend_deployment,
                  .model = record.requested_model,
                  .conversation = record.conversation_id});
  }
}

Result<void> AuditBook::enter(OperationEnd& end) noexcept {
  if (end.captured == nullptr) return {};
  return guarded([&]() -> Result<void> {
    end.captured->recorder().keep(end.captured->finish(end.record));
    return {};
  });
}

}  // namespace tollgate::proxy
