// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/ledger/ledger.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/cost_lines.hpp"
#include "tollgate/pricing/price_entry.hpp"
#include "tollgate/usage/cost_adjustment.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {

/// What was charged in place of a record's cost, or of an adjustment before it.
struct ExplainedAdjustment {
  usage::CostAdjustment adjustment;  ///< its record has all of the record's columns
  pricing::CostProof proof;
  std::optional<pricing::PriceEntry> price;  ///< as the record's
};

/// A record with what explains it.
struct ExplainedRecord {
  usage::UsageRecord record;
  std::vector<std::string_view> found_by;  ///< the columns that hold the id that was asked for
  ledger::RecordState state = ledger::RecordState::queued;
  std::string quarantine_reason;  ///< empty: it is not quarantined
  pricing::CostProof proof;
  /// The price that made its cost, where the configuration still has it.
  std::optional<pricing::PriceEntry> price;
  std::vector<ExplainedAdjustment> adjustments;  ///< in their order: the last one counts
  /// What its provisional amount would be made of by the configuration at hand.
  std::optional<pricing::ProvisionalTerms> provisional = {};
};

/// For a person; several lines, the last one ended.
std::string explained_text(const ExplainedRecord& explained);

/// A list of objects: `Record` has the columns, and beside it stands what explains them.
std::string explained_json(const std::vector<ExplainedRecord>& all);

/// What a price is for: "a million", "an hour", "one".
std::string_view per_words(std::int64_t per);

}  // namespace tollgate::app
