// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/int128.hpp"
#include "tollgate/ledger/rollup.hpp"
#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/use.hpp"

// What a ledger's sums say was used of a limit.
namespace tollgate::app {

/// Whether limits of that subject count a record, or what a share's operations have in common.
bool counts_for(const quotas::Subject& subject, const usage::UsageRecord& record);

/// The sums of some shares.
struct UseSums {
  Int128 requests = 0;
  Int128 prompt = 0;
  Int128 cached = 0;
  Int128 completion = 0;  ///< with reasoning that only the total has (quotas::use_of)
  Int128 cost = 0;
  Int128 known = 0;  ///< operations whose tokens are known
  /// Operations that nobody knows the tokens of and that may be billed: they are in no sum.
  Int128 unknown = 0;
  Int128 unknown_bytes = 0;  ///< of their requests
  Int128 unpriced = 0;       ///< operations without a price: in no sum of costs
  Int128 estimated = 0;      ///< operations whose tokens the gateway counted itself, all or some

  void add(const ledger::UsageShare& share);
  void add(const UseSums& other);
  /// As records that are read back count (quotas::use_of).
  quotas::Use use() const;
  /// With what is taken to have been used by those that nobody knows the tokens of: each as much
  /// as one that is known took on average, rounded up; where none is known, its request's bytes in
  /// and kUnknownOutput out. So that a restart forgets no operation that it has cut off.
  quotas::Use use_with_unknown() const;
};

/// At least 0, at most what 64 bits hold.
std::int64_t at_most_64_bits(Int128 number);

}  // namespace tollgate::app
