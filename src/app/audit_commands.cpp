// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "audit_commands.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "open_trail.hpp"
#include "report_period.hpp"
#include "tollgate/audit/content_parts.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/trail/row_fields.hpp"

namespace tollgate::app {
namespace {

constexpr std::size_t kPage = 5'000;
constexpr milliseconds kFollowEvery{500};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<trail::RowFilter> filter_of(const AuditOptions& options, const config::Audit& settings) {
  const Result<ledger::Period> period = parse_period(options.period, utc_now());
  if (!period) return period.error();
  if (!options.record.empty() && !Uuid::parse(options.record))
    return Error{Errc::invalid_input, sanitize_utf8(options.record, 64) + " is no RecordId"};
  trail::RowFilter out;
  out.record_id = given(options.record);
  out.client_name = given(options.client);
  if (!options.caller.empty()) out.caller_id = caller_in_rows(options.caller, settings);
  out.conversation_id = given(options.conversation);
  out.from = period->from;
  out.until = period->until;
  out.limit = kPage;
  return out;
}

/// Of each page of rows; false: no more of them.
using Visit = std::function<void(std::vector<trail::StoredRow>)>;

/// Reads page after page; with `follow`, on and on.
Result<std::size_t> read_all(OpenTrail& trail, trail::RowFilter filter, bool follow,
                             const Visit& visit) {
  std::size_t damaged = 0;
  for (;;) {
    Result<trail::FoundRows> found = trail.desk.read(filter, trail.reader, utc_now());
    if (!found) return found.error();
    damaged += found->damaged.size();
    const bool any = found->read_to != 0;
    filter.goes_on = true;
    if (any) filter.after = found->read_to;
    if (any) visit(std::move(found->rows));
    std::cout.flush();
    if (!any && !follow) return damaged;
    if (!any) std::this_thread::sleep_for(kFollowEvery);
  }
}

int tell_damaged(const Result<std::size_t>& damaged) {
  if (!damaged) return complain(damaged.error());
  if (*damaged == 0) return 0;
  std::cerr << "warning: " << counted(*damaged, "row")
            << " of the trail are damaged and not shown\n";
  return kIncomplete;
}

/// One side of an exchange, its parts put together.
struct Side {
  trail::AuditRow first;
  std::vector<audit::ContentPart> parts;
  trail::ContentState state = trail::ContentState::whole;

  std::string text() const { return audit::join_content(parts, first.content_sha256).text; }
};

/// By record, then by kind.
using Exchanges = std::map<std::string, std::map<std::string, Side>>;

void add(Exchanges& out, trail::StoredRow stored) {
  trail::AuditRow& row = stored.row;
  if (row.form != "raw") return;
  Side& side = out[row.record_id][row.kind];
  side.parts.push_back({static_cast<std::uint32_t>(row.part.value_or(1)),
                        static_cast<std::uint32_t>(row.parts.value_or(1)), row.content});
  if (stored.content != trail::ContentState::whole) side.state = stored.content;
  if (side.parts.size() == 1 || row.part == 1) side.first = std::move(row);
}

const char* state_of(const Side& side) {
  if (side.state == trail::ContentState::erased) return "erased";
  if (side.state == trail::ContentState::damaged) return "damaged";
  if (!side.first.content_bytes) return "not kept";
  return audit::join_content(side.parts, side.first.content_sha256).whole() ? "whole" : "in part";
}

bool holds(const std::map<std::string, Side>& sides, const std::string& text) {
  const std::string wanted = to_lower(text);
  return std::any_of(sides.begin(), sides.end(), [&](const auto& side) {
    return to_lower(side.second.text()).find(wanted) != std::string::npos;
  });
}

nlohmann::ordered_json about(const std::string& record, const std::map<std::string, Side>& sides) {
  const trail::AuditRow& last = sides.rbegin()->second.first;  // "response" behind "request"
  nlohmann::ordered_json out{{"RecordId", record},
                             {"EventTime", to_rfc3339(last.event_time)},
                             {"ClientName", last.client_name},
                             {"CallerId", last.caller_id},
                             {"ConversationId", last.conversation_id},
                             {"OperationId", last.operation_id},
                             {"Model", last.model},
                             {"Level", last.level},
                             {"Source", last.source},
                             {"Outcome", last.outcome}};
  for (const auto& [kind, side] : sides) out[kind] = state_of(side);
  return out;
}

/// Those that hold the text; empty: all. How many.
std::size_t tell(const Exchanges& exchanges, const std::string& text) {
  std::size_t told = 0;
  for (const auto& [record, sides] : exchanges) {
    if (!text.empty() && !holds(sides, text)) continue;
    std::cout << about(record, sides).dump() << "\n";
    ++told;
  }
  return told;
}

int nothing_fits() { return complain("the trail has no exchange that fits"); }

Exchanges collect(std::vector<trail::StoredRow> rows) {
  Exchanges out;
  for (trail::StoredRow& row : rows) add(out, std::move(row));
  return out;
}

}  // namespace

int audit_search(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "search");
  if (!trail) return complain(trail.error());
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit);
  if (!filter) return complain(filter.error());
  // Parts of one exchange may stand on two pages: they are put together before anything is told.
  Exchanges all;
  const auto damaged = read_all(*trail, *filter, false, [&](auto rows) {
    for (trail::StoredRow& row : rows) add(all, std::move(row));
  });
  if (tell(all, options.text) == 0 && damaged && *damaged == 0) return nothing_fits();
  return tell_damaged(damaged);
}

int audit_tail(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "tail");
  if (!trail) return complain(trail.error());
  Result<trail::RowFilter> filter = filter_of(options, trail->config.audit);
  if (!filter) return complain(filter.error());
  const Result<std::int64_t> last = trail->desk.last_sequence();
  if (!last) return complain(last.error());
  if (!filter->from) filter->after = *last;
  // All rows of one side of an exchange are stored at once, and so read at once.
  return tell_damaged(read_all(*trail, *filter, true,
                               [&](auto rows) { tell(collect(std::move(rows)), options.text); }));
}

int audit_show(const AuditOptions& options) {
  if (options.record.empty()) return complain("show takes the RecordId of an exchange");
  Result<OpenTrail> trail = open_trail(options.config_path, "show");
  if (!trail) return complain(trail.error());
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit);
  if (!filter) return complain(filter.error());
  Exchanges all;
  const auto damaged = read_all(*trail, *filter, false, [&](auto rows) {
    for (trail::StoredRow& row : rows) add(all, std::move(row));
  });
  if (damaged && all.empty()) return complain("the trail has no exchange " + options.record);
  for (const auto& [record, sides] : all) {
    std::cout << about(record, sides).dump() << "\n";
    for (const auto& [kind, side] : sides)
      std::cout << "--- " << kind << " (" << state_of(side) << ")\n" << side.text() << "\n";
  }
  return tell_damaged(damaged);
}

int audit_export(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "export");
  if (!trail) return complain(trail.error());
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit);
  if (!filter) return complain(filter.error());
  bool any = false;
  const auto damaged = read_all(*trail, *filter, options.follow, [&](auto rows) {
    any = any || !rows.empty();
    for (const trail::StoredRow& row : rows)
      std::cout << trail::to_json(row.row, row.row.event_time) << "\n";
  });
  if (!any && damaged && *damaged == 0) return nothing_fits();
  return tell_damaged(damaged);
}

}  // namespace tollgate::app
