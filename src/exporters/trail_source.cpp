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

/// Damaged rows are passed over, and named in the log: they can be delivered to nobody.
class TrailSource : public DeliverySource {
 public:
  TrailSource(trail::AuditStore& store, trail::Stream stream, std::string exporter)
      : store_(store), stream_(stream), exporter_(std::move(exporter)) {}

  Result<std::vector<Row>> undelivered(std::size_t limit) override {
    if (stream_ == trail::Stream::accesses) return accesses(limit);
    Result<trail::FoundRows> found = store_.undelivered(stream_, exporter_, limit);
    if (!found) return found.error();
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
    for (const std::int64_t sequence : std::exchange(damaged_, {})) {
      telemetry::log::error("audit.row_damaged", {{"exporter", exporter_}, {"sequence", sequence}});
    }
    return {};
  }

  Result<void> note_trouble(const std::string& why, UtcTime now) override {
    return store_.note_trouble(stream_, exporter_, why, now);
  }

 private:
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
