// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_ids.hpp"

#include <array>
#include <chrono>
#include <optional>

#include "tollgate/base/text.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::app {
namespace {

using usage::UsageRecord;

/// A column with an id, and what it is known as elsewhere.
struct IdColumn {
  std::string_view column;
  std::string_view elsewhere;
  std::string (*value)(const UsageRecord& record);
};

constexpr std::array kIdColumns{
    IdColumn{kRecordId, "x-request-id of an answer of the gateway's own",
             [](const UsageRecord& record) { return record.record_id.to_string(); }},
    IdColumn{"BackendRequestId", "apim-request-id",
             [](const UsageRecord& record) { return record.backend_request_id; }},
    IdColumn{"CorrelationId", "x-request-id of the request, or another id of the client's",
             [](const UsageRecord& record) { return record.correlation_id; }},
    IdColumn{"ResponseId", "the answer's own id",
             [](const UsageRecord& record) { return record.response_id; }}};

constexpr int kVersionWithTime = 7;
constexpr std::size_t kTimeBytes = 6;
/// Between a request's arrival and the making of its id lies less than that, whatever the machine.
constexpr std::chrono::hours kNear{24};

}  // namespace

std::string record_id_names() {
  std::string out;
  for (const IdColumn& row : kIdColumns) {
    out.append(out.empty() ? "" : "; ").append(row.column);
    out.append(" (").append(row.elsewhere).append(")");
  }
  return out;
}

Result<std::optional<std::string>> given_record_id(std::string_view text) {
  if (text.empty()) return std::optional<std::string>();
  const std::optional<Uuid> id = Uuid::parse(text);
  if (!id)
    return Error{Errc::invalid_input, sanitize_utf8(std::string(text), 64) + " is no RecordId"};
  return std::optional(id->to_string());
}

bool is_same_id(std::string_view a, std::string_view b) { return iequals(a, b); }

std::vector<std::string_view> columns_with(const UsageRecord& record, std::string_view id) {
  std::vector<std::string_view> out;
  for (const IdColumn& row : kIdColumns) {
    if (is_same_id(row.value(record), id)) out.push_back(row.column);
  }
  return out;
}

ledger::Period time_in(std::string_view id) {
  const std::optional<Uuid> uuid = Uuid::parse(id);
  if (!uuid || uuid->bytes[kTimeBytes] >> 4 != kVersionWithTime) return {};
  std::int64_t since_1970 = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) since_1970 = since_1970 * 256 + uuid->bytes[i];
  constexpr std::int64_t kLatest = 7'258'118'400'000;  // in 2200: of ids that have no time at all
  if (since_1970 > kLatest) return {};
  const UtcTime made{milliseconds(since_1970)};
  return {made - kNear, made + kNear};
}

}  // namespace tollgate::app
