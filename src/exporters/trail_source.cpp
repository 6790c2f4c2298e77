// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/trail_source.hpp"

#include <chrono>
#include <utility>

#include "tollgate/telemetry/log.hpp"
#include "tollgate/trail/row_fields.hpp"

namespace tollgate::exporters {
namespace {

constexpr std::string_view kRowType = "tollgate.audit";
constexpr std::string_view kAccessType = "tollgate.audit_access";

UtcTime utc_now() { return std::chrono::system_clock::now(); }

/// Rows that differ from their hashes are passed over: they can be delivered to nobody. Those whose
/// content alone is damaged are delivered without it, and say so. Both are named in the log, once.
class TrailSource : public DeliverySource {
 public:
  TrailSource(trail::AuditStore& store, trail::Stream stream, std::string exporter)
      : store_(store), stream_(stream), exporter_(std::move(exporter)) {}

  Result<std::vector<Row>> undelivered(std::size_t limit) override {
    if (stream_ == trail::Stream::accesses) return accesses(limit);
    Result<trail::FoundRows> found = store_.undelivered(stream_, exporter_, limit);
    if (!found) return found.error();
    name_damaged(found->newly_damaged);
    damaged_ = std::move(found->damaged);
    std::vector<Row> out;
    for (const trail::StoredRow& one : found->rows) out.push_back(row_of(one.row));
    // Nothing that could be sent stands with them.
    if (out.empty() && !damaged_.empty()) {
      const Result<void> passed = account({}, utc_now());
      if (!passed) return passed.error();
    }
    return out;
  }

  Result<void> account(const RowAccounting& accounting, UtcTime now) override {
    trail::RowAccounting out;
    out.accepted = accounting.accepted;
    for (const RefusedRow& row : accounting.refused)
      out.refused.push_back({row.sequence, row.reason});
    out.damaged = damaged_;
    const Result<void> written = store_.account(stream_, exporter_, out, now);
    if (!written) return written;
    damaged_.clear();
    return {};
  }

 private:
  /// A line for each run of neighbours: one fault of a disk may be in many.
  static void name_damaged(const std::vector<std::int64_t>& sequences) {
    for (std::size_t first = 0, next = 0; first < sequences.size(); first = next) {
      for (next = first + 1; next < sequences.size() && sequences[next] == sequences[next - 1] + 1;)
        ++next;
      telemetry::log::error("audit.row_damaged",
                            {{"sequence", sequences[first]}, {"last", sequences[next - 1]}});
    }
  }

  static Row row_of(const trail::AuditRow& row) {
    const std::int64_t sequence = row.sequence.value_or(0);
    return {sequence, kRowType, row.trail + ":" + std::to_string(sequence), row.event_time,
            trail::to_json(row, utc_now())};
  }

  Result<std::vector<Row>> accesses(std::size_t limit) {
    Result<std::vector<trail::StoredAccess>> found = store_.undelivered_accesses(exporter_, limit);
    if (!found) return found.error();
    std::vector<Row> out;
    for (const trail::StoredAccess& one : *found) {
      out.push_back({one.sequence, kAccessType,
                     one.row.gateway + ":access:" + std::to_string(one.sequence),
                     one.row.event_time, trail::to_json(one.row, utc_now())});
    }
    return out;
  }

  trail::AuditStore& store_;
  trail::Stream stream_;
  std::string exporter_;
  std::vector<std::int64_t> damaged_;  ///< among those that were given last
};

}  // namespace

std::unique_ptr<DeliverySource> make_trail_source(trail::AuditStore& store, trail::Stream stream,
                                                  std::string exporter) {
  return std::make_unique<TrailSource>(store, stream, std::move(exporter));
}

}  // namespace tollgate::exporters
