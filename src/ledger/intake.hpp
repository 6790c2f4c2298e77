// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "record_store.hpp"

namespace tollgate::ledger {

/// What arrives within one transaction: final records, which get their place in the order, and such
/// whose operation goes on at the backend, which do not yet. Forgotten without committed(), it has
/// changed nothing but the transaction.
class Intake {
 public:
  Intake(RecordStore& store, UtcTime now)
      : store_(store), now_(now), next_(store.last_sequence() + 1) {}

  /// A record in its journal form; notes its objects. False: it is none. Error storage.
  Result<bool> take(std::string_view payload);
  /// Writes what is gathered; before the commit. Error storage.
  Result<void> finish();
  /// The transaction was committed.
  void committed() { store_.set_last_sequence(next_ - 1); }

  std::uint64_t arrived() const { return arrived_; }
  std::uint64_t awaiting() const { return awaiting_; }

 private:
  RecordStore& store_;
  UtcTime now_;
  std::int64_t next_;  ///< the sequence of the next block's first record
  BlockBuilder block_;
  std::uint64_t arrived_ = 0;
  std::uint64_t awaiting_ = 0;
};

}  // namespace tollgate::ledger
