// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// A record whose intent is in the journal. Whatever happens to the exchange, an exception or the end of
/// the process's work included, its record is closed exactly once.
class OpenIntent {
 public:
  /// Writes the intent, which is not null. On error storage no record can be made; recorded() is false then, and what becomes of
  /// the record leads nowhere (ledger.on_failure: fail_open).
  OpenIntent(ledger::Journal& journal, std::unique_ptr<usage::UsageRecord> intent);

  OpenIntent(OpenIntent&& other) noexcept;
  OpenIntent& operator=(OpenIntent&&) = delete;
  /// Closes as `interrupted` what was not closed before.
  ~OpenIntent();

  usage::UsageRecord& record() { return *record_; }
  bool recorded() const { return opened_.has_value(); }
  const Result<void>& opened() const { return opened_; }

  /// Makes the record final. Error storage: it is in memory only; the intent will surface as interrupted.
  Result<void> close();

 private:
  ledger::Journal& journal_;
  std::unique_ptr<usage::UsageRecord> record_;  // on the heap: it is large, and moved often
  Result<void> opened_;
  bool open_;
};

}  // namespace tollgate::proxy
