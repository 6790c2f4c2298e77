// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_intent.hpp"

#include <utility>

namespace tollgate::proxy {

OpenIntent::OpenIntent(ledger::Journal& journal, std::unique_ptr<usage::UsageRecord> intent)
    : journal_(journal),
      record_(std::move(intent)),
      opened_(journal.open(*record_)),
      open_(opened_.has_value()) {}

OpenIntent::OpenIntent(OpenIntent&& other) noexcept
    : journal_(other.journal_),
      record_(std::move(other.record_)),
      opened_(std::move(other.opened_)),
      open_(std::exchange(other.open_, false)) {}

OpenIntent::~OpenIntent() {
  if (!open_) return;
  record_->outcome = usage::Outcome::interrupted;
  if (record_->usage_reason.empty()) record_->usage_reason = "gateway_interrupted";
  (void)close();  // on failure the intent itself becomes the record at the next start
}

Result<void> OpenIntent::close() {
  if (!std::exchange(open_, false)) return {};
  return journal_.close(*record_);
}

}  // namespace tollgate::proxy
