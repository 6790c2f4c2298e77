// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// A record whose intent is in the journal. Whatever happens to the exchange, an exception or the end of
/// the process's work included, its record is closed exactly once.
class OpenIntent {
 public:
  /// Error storage: no record can be made.
  static Result<OpenIntent> make(ledger::Journal& journal, usage::UsageRecord intent);
  /// For ledger.on_failure: fail_open. The record leads nowhere.
  static OpenIntent unrecorded(usage::UsageRecord intent);

  OpenIntent(OpenIntent&& other) noexcept;
  OpenIntent& operator=(OpenIntent&&) = delete;
  /// Closes as `interrupted` what was not closed before.
  ~OpenIntent();

  usage::UsageRecord& record() { return record_; }
  bool recorded() const { return journal_ != nullptr; }

  /// Makes the record final. Error storage: it is in memory only; the intent will surface as interrupted.
  Result<void> close();

 private:
  OpenIntent(ledger::Journal* journal, usage::UsageRecord record);

  ledger::Journal* journal_;          ///< null: unrecorded
  bool open_;
  usage::UsageRecord record_;
};

}  // namespace tollgate::proxy
