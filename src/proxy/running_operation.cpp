// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "running_operation.hpp"

#include <optional>
#include <utility>

#include "books.hpp"
#include "record_builder.hpp"
#include "tollgate/capture/backend_words.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

RunningOperation::RunningOperation(const OperationBooks& books,
                                   std::unique_ptr<usage::UsageRecord> intent, SteadyTime started,
                                   std::unique_ptr<capture::Capture> capture, Permit permit)
    : books_(&books),
      record_(std::move(intent)),
      capture_(std::move(capture)),
      permit_(std::move(permit)),
      started_(started),
      opened_(books.journal.open(*record_)),
      stage_(opened_ ? Stage::begun : Stage::not_begun) {}

RunningOperation::RunningOperation(RunningOperation&& other) noexcept
    : books_(other.books_),
      record_(std::move(other.record_)),
      capture_(std::move(other.capture_)),
      permit_(std::move(other.permit_)),
      started_(other.started_),
      opened_(std::move(other.opened_)),
      stage_(std::exchange(other.stage_, Stage::not_begun)),
      is_closed_(other.is_closed_) {}

RunningOperation::~RunningOperation() {
  if (stage_ == Stage::ended) keep_without_waiting();
  if (stage_ != Stage::begun) return;
  record_->outcome = usage::Outcome::interrupted;
  if (record_->usage_reason.empty()) record_->usage_reason = usage::reason::kGatewayInterrupted;
  tell_books(capture_.get());
}

/// What is destroyed while its end was waited for.
void RunningOperation::keep_without_waiting() noexcept {
  if (capture_ == nullptr) return;
  OperationEnd end{*record_, opened_.has_value(), capture_.get()};
  (void)AuditBook().enter(end);
}

void RunningOperation::refuse(const Refusal& refusal) {
  if (stage_ != Stage::begun) return;
  if (capture_ != nullptr)
    capture_->answer_instead(body_of(refusal, record_->record_id.to_string()));
  record_->outcome = usage::Outcome::refused;
  record_->status_code = refusal.status;
  record_->usage_reason = usage::reason::kNotSent;
  tell_books(capture_.get());
  capture_.reset();
}

bool RunningOperation::is_redacted() const {
  return capture_ != nullptr && record_->audit_level == usage::AuditLevel::redacted;
}

void RunningOperation::amend() {
  if (!opened_) return;
  std::optional<usage::UsageRecord> copy;
  if (is_redacted()) capture::redact_backend_words(copy.emplace(*record_), capture_->recorder());
  const Result<void> amended = books_->journal.amend(copy ? *copy : *record_);
  // It goes on: its earlier form stands.
  if (!amended)
    books_->failures.goes_on_after("ledger.amend_failed", record_->record_id, amended.error());
}

void RunningOperation::tell_objects() {
  if (!opened_) return;
  amend();
  note_objects(*record_, books_->objects);
}

void RunningOperation::price() noexcept {
  if (books_->pricer == nullptr) return;
  try {
    books_->pricer->price(*record_);
  } catch (const std::exception&) {
    pricing::unprice(*record_, pricing::cost_reason::kFailed);
  }
}

void RunningOperation::note_begun_conversation() noexcept {
  try {
    std::string begun = begun_conversation(*record_);
    if (!begun.empty() && is_redacted()) begun = capture_->recorder().redacted(std::move(begun));
    if (!begun.empty()) record_->conversation_id = std::move(begun);
  } catch (const std::exception&) {
    record_->conversation_id.clear();
  }
}

bool RunningOperation::tell_books(capture::Capture* captured) noexcept {
  stage_ = Stage::ended;
  const SteadyTime::duration took = std::chrono::steady_clock::now() - started_;
  record_->duration_ms = std::chrono::duration_cast<milliseconds>(took).count();
  price();
  note_begun_conversation();
  if (is_redacted()) capture::redact_backend_words(*record_, capture_->recorder());
  // What it was shown again and another record keeps is not written once more, whatever shows it:
  // what it has made is in no such record.
  books_->objects.leave_out_kept(*record_);
  OperationEnd end{*record_, opened_.has_value(), captured};
  // From here on what no book settles stays counted as it was reserved: something may have left.
  quotas::Reservation reservation = permit_.take();
  end.reservation = &reservation;
  bool all_agree = true;
  for (const std::unique_ptr<Book>& book : books_->books) {
    const Result<void> entered = book->enter(end);
    all_agree = all_agree && entered.has_value();
  }
  is_closed_ = end.is_closed;
  return all_agree;
}

asio::awaitable<bool> RunningOperation::until_durable(Cancellation& cancellation) {
  if (!opened_) co_return true;
  const Result<void> durable = co_await books_->journal.until_durable(cancellation);
  if (durable && is_closed_) books_->objects.note_kept(*record_);
  if (durable) co_return true;
  if (durable.error().code == Errc::cancelled) co_return false;
  co_return books_->failures.goes_on_after("ledger.close_failed", record_->record_id,
                                           durable.error());
}

asio::awaitable<bool> RunningOperation::end(Cancellation& cancellation) {
  const bool waits = capture_ != nullptr && capture_->terms().waits();
  const bool all_agree = tell_books(waits ? nullptr : capture_.get());
  if (!waits) capture_.reset();
  const bool durable = co_await until_durable(cancellation);
  const bool agreed = all_agree && durable;
  if (!waits) co_return agreed;
  auto exchange = capture_->finish(*record_);  // where it throws, this object still has it to keep
  const auto captured = std::move(capture_);
  const capture::Kept kept =
      co_await captured->recorder().keep_and_wait(std::move(exchange), cancellation);
  co_return kept.whole.has_value() && agreed;
}

}  // namespace tollgate::proxy
