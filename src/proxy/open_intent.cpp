// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_intent.hpp"

#include <utility>

namespace tollgate::proxy {

OpenIntent::OpenIntent(ledger::Journal* journal, usage::UsageRecord record)
    : journal_(journal), open_(journal != nullptr), record_(std::move(record)) {}

Result<OpenIntent> OpenIntent::make(ledger::Journal& journal, usage::UsageRecord intent) {
  const Result<void> opened = journal.open(intent);
  if (!opened) return opened.error();
  return OpenIntent(&journal, std::move(intent));
}

OpenIntent OpenIntent::unrecorded(usage::UsageRecord intent) {
  return OpenIntent(nullptr, std::move(intent));
}

OpenIntent::OpenIntent(OpenIntent&& other) noexcept
    : journal_(other.journal_),
      open_(std::exchange(other.open_, false)),
      record_(std::move(other.record_)) {}

OpenIntent::~OpenIntent() {
  if (!open_) return;
  record_.outcome = usage::Outcome::interrupted;
  if (record_.usage_reason.empty()) record_.usage_reason = "gateway_interrupted";
  (void)close();  // on failure the intent itself becomes the record at the next start
}

Result<void> OpenIntent::close() {
  if (!std::exchange(open_, false)) return {};
  return journal_->close(record_);
}

}  // namespace tollgate::proxy
