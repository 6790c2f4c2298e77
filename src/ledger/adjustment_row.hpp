// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage_names.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::ledger {

/// A row of the table `adjustments`. Behind the record in its payload stands a check sum of all of
/// it, as one more field, which what reads records passes over (docs/ledger-format.md, section 6).
class AdjustmentRow {
 public:
  /// `before` counted until now; `sequence`: its own in the order.
  AdjustmentRow(const usage::CostAdjustment& adjustment, const usage::UsageRecord& before,
                std::int64_t sequence);
  /// A row by the columns of kAdjustmentColumns.
  explicit AdjustmentRow(const Statement& row);

  /// To the parameters of kInsertAdjustment.
  void bind(Statement& insert) const;
  StoredAdjustment stored() const;

 private:
  /// nullopt: the sum is not there or not that of the row, or not all of it can be understood.
  std::optional<usage::UsageRecord> record() const;
  /// `row`: the sum's text, before the record.
  static std::uint32_t sum_over(const std::string& row, std::string_view record);
  /// All columns but the payload and the sequence, as the sum has them.
  std::string columns() const;
  bool holds_sum(std::string_view record, std::string_view sum) const;

  std::int64_t sequence_ = 0;
  std::string record_id_;
  std::int64_t kind_ = 0;
  std::string run_;
  std::int64_t event_time_ = 0;  ///< microseconds, as the next
  std::int64_t made_at_ = 0;
  std::optional<std::int64_t> previous_nano_;
  std::string previous_currency_;
  std::int64_t previous_basis_ = 0;
  std::string payload_;
};

/// In the table's order, behind its sequence.
inline constexpr const char* kAdjustmentColumns =
    "sequence, record_id, kind, run, event_time, made_at, previous_nano, previous_currency, "
    "previous_basis, payload";
inline constexpr const char* kInsertAdjustment =
    "INSERT OR IGNORE INTO adjustments (sequence, record_id, kind, run, event_time, made_at, "
    "previous_nano, previous_currency, previous_basis, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?)";

/// A row of `adjustments` by the columns of kAdjustmentColumns.
StoredAdjustment read_adjustment(const Statement& row);

}  // namespace tollgate::ledger
