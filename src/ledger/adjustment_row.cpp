// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "adjustment_row.hpp"

#include <array>
#include <utility>

#include "record_codec.hpp"
#include "tollgate/base/crc32c.hpp"

namespace tollgate::ledger {
namespace {

/// The sum's field: a number that no field of records has, and the length of what follows.
constexpr std::string_view kSumHead{"\xFE\x04\0\0\0", 5};
/// Of the version before: its sum is without the sequence.
constexpr std::string_view kEarlierSumHead{"\xFF\x04\0\0\0", 5};
constexpr std::size_t kSumSize = 4;  ///< little endian

std::string bytes_of(std::uint32_t sum) {
  std::string out;
  for (std::size_t i = 0; i < kSumSize; ++i) out.push_back(static_cast<char>(sum >> (8 * i)));
  return out;
}

/// What is known of a damaged one.
void make_damaged(StoredAdjustment& out, std::optional<Uuid> id, std::int64_t event_time) {
  out.damaged = true;
  usage::UsageRecord& record = out.adjustment.record;
  record = {};
  record.record_id = id.value_or(Uuid{});
  record.event_time = from_unix_micros(event_time);
  record.cost_reason = kAdjustmentDamaged;
}

}  // namespace

AdjustmentRow::AdjustmentRow(const usage::CostAdjustment& adjustment,
                             const usage::UsageRecord& before, std::int64_t sequence)
    : sequence_(sequence),
      record_id_(adjustment.record.record_id.to_string()),
      kind_(static_cast<std::int64_t>(adjustment.kind)),
      run_(adjustment.run),
      event_time_(to_unix_micros(adjustment.record.event_time)),
      made_at_(to_unix_micros(adjustment.made_at)),
      previous_nano_(before.cost_nano),
      previous_currency_(before.cost_currency),
      previous_basis_(static_cast<std::int64_t>(before.cost_basis)) {
  encode_record(adjusted_part(adjustment.record), payload_);
  const std::uint32_t sum = sum_over(std::to_string(sequence_) + "\n" + columns(), payload_);
  payload_.append(kSumHead).append(bytes_of(sum));
}

AdjustmentRow::AdjustmentRow(const Statement& row)
    : sequence_(row.number(0)),
      record_id_(row.text(1)),
      kind_(row.number(2)),
      run_(row.text(3)),
      event_time_(row.number(4)),
      made_at_(row.number(5)),
      previous_currency_(row.text(7)),
      previous_basis_(row.number(8)),
      payload_(row.text(9)) {
  if (!row.is_null(6)) previous_nano_ = row.number(6);
}

void AdjustmentRow::bind(Statement& insert) const {
  insert.bind(1, sequence_);
  insert.bind(2, std::string_view(record_id_));
  insert.bind(3, kind_);
  insert.bind(4, std::string_view(run_));
  insert.bind(5, event_time_);
  insert.bind(6, made_at_);
  previous_nano_ ? insert.bind(7, *previous_nano_) : insert.bind_null(7);
  insert.bind(8, std::string_view(previous_currency_));
  insert.bind(9, previous_basis_);
  insert.bind_bytes(10, payload_);
}

std::uint32_t AdjustmentRow::sum_over(const std::string& row, std::string_view record) {
  return crc32c(record, crc32c(row));
}

std::string AdjustmentRow::columns() const {
  const std::string previous = previous_nano_ ? std::to_string(*previous_nano_) : "-";
  std::string text;
  for (const std::string& part :
       {record_id_, std::to_string(kind_), run_, std::to_string(event_time_),
        std::to_string(made_at_), previous, previous_currency_, std::to_string(previous_basis_)})
    text.append(part).append("\n");
  return text;
}

bool AdjustmentRow::holds_sum(std::string_view record, std::string_view sum) const {
  const std::string row = columns();
  if (sum.starts_with(kEarlierSumHead)) return sum.ends_with(bytes_of(sum_over(row, record)));
  return sum.starts_with(kSumHead) &&
         sum.ends_with(bytes_of(sum_over(std::to_string(sequence_) + "\n" + row, record)));
}

std::optional<usage::UsageRecord> AdjustmentRow::record() const {
  const std::string_view all = payload_;
  constexpr std::size_t kSize = kSumHead.size() + kSumSize;
  if (all.size() < kSize) return std::nullopt;
  const std::string_view bytes = all.substr(0, all.size() - kSize);
  if (!holds_sum(bytes, all.substr(bytes.size()))) return std::nullopt;
  auto decoded = decode_record(bytes);
  const bool known = decoded && usage::adjustment_kind_from_number(kind_) &&
                     decoded->record_id == Uuid::parse(record_id_);
  return known ? std::move(decoded) : std::nullopt;
}

StoredAdjustment AdjustmentRow::stored() const {
  StoredAdjustment out;
  out.sequence = sequence_;
  usage::CostAdjustment& one = out.adjustment;
  one.kind = usage::adjustment_kind_from_number(kind_).value_or(one.kind);
  one.run = run_;
  one.made_at = from_unix_micros(made_at_);
  one.previous_nano = previous_nano_;
  one.previous_currency = previous_currency_;
  one.previous_basis = usage::cost_basis_from_number(previous_basis_).value_or(one.previous_basis);
  auto whole = record();
  if (whole) one.record = std::move(*whole);
  if (!whole) make_damaged(out, Uuid::parse(record_id_), event_time_);
  return out;
}

StoredAdjustment read_adjustment(const Statement& row) { return AdjustmentRow(row).stored(); }

}  // namespace tollgate::ledger
