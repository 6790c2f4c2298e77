// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "running_operation.hpp"

#include <utility>

#include "books.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

RunningOperation::RunningOperation(const OperationBooks& books,
                                   std::unique_ptr<usage::UsageRecord> intent, SteadyTime started)
    : books_(&books),
      record_(std::move(intent)),
      started_(started),
      opened_(books.journal.open(*record_)),
      begun_(opened_.has_value()) {}

RunningOperation::RunningOperation(RunningOperation&& other) noexcept
    : books_(other.books_),
      record_(std::move(other.record_)),
      started_(other.started_),
      opened_(std::move(other.opened_)),
      begun_(std::exchange(other.begun_, false)) {}

RunningOperation::~RunningOperation() {
  if (!begun_) return;
  record_->outcome = usage::Outcome::interrupted;
  if (record_->usage_reason.empty()) record_->usage_reason = usage::reason::kGatewayInterrupted;
  tell_books();
}

void RunningOperation::amend() {
  if (!opened_) return;
  const Result<void> amended = books_->journal.amend(*record_);
  if (!amended) books_->failures.note("ledger.amend_failed", record_->record_id, amended.error());
}

void RunningOperation::tell_objects() {
  if (!opened_) return;
  amend();
  note_objects(*record_, books_->objects);
}

bool RunningOperation::tell_books() noexcept {
  begun_ = false;
  const SteadyTime::duration took = std::chrono::steady_clock::now() - started_;
  record_->duration_ms = std::chrono::duration_cast<milliseconds>(took).count();
  const OperationEnd end{*record_, opened_.has_value()};
  bool none_objects = true;
  for (const std::unique_ptr<Book>& book : books_->books) {
    const Result<void> entered = book->enter(end);
    none_objects = none_objects && entered.has_value();
  }
  return none_objects;
}

asio::awaitable<bool> RunningOperation::end(Cancellation& cancellation) {
  const bool none_objects = tell_books();
  if (!opened_) co_return none_objects;
  const Result<void> durable = co_await books_->journal.until_durable(cancellation);
  if (durable) co_return none_objects;
  if (durable.error().code == Errc::cancelled) co_return false;
  books_->failures.note("ledger.close_failed", record_->record_id, durable.error());
  co_return none_objects && books_->on_failure == config::OnFailure::fail_open;
}

}  // namespace tollgate::proxy
