// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exchange_view.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"

namespace tollgate::app {

bool SideView::is_complete() const {
  return parts.size() >= static_cast<std::size_t>(std::max<std::int64_t>(1, *first.parts));
}

std::string SideView::text() const { return audit::join_content(parts, first.content_sha256).text; }

std::string SideView::described() const {
  if (!settled.empty()) return settled;
  if (state == trail::ContentState::damaged) return "damaged";
  if (!first.content_bytes)
    return first.content_missing.empty() ? "none" : "not kept: " + first.content_missing;
  if (state == trail::ContentState::erased) return "erased";
  return audit::join_content(parts, first.content_sha256).whole() ? "whole" : "in part";
}

void SideView::settle(const std::string& wanted) {
  settled = described();
  found = !wanted.empty() && to_lower(text()).find(wanted) != std::string::npos;
  parts = {};
}

SideView* add_row(ExchangeView& out, trail::StoredRow stored) {
  trail::AuditRow& row = stored.row;
  if (row.form != "raw") return nullptr;
  SideView& side = out[row.kind];
  side.parts.push_back({static_cast<std::uint32_t>(row.part.value_or(1)),
                        static_cast<std::uint32_t>(row.parts.value_or(1)),
                        std::exchange(row.content, {})});
  if (stored.content != trail::ContentState::whole) side.state = stored.content;
  if (side.parts.size() == 1 || row.part == 1) {
    side.first = std::move(row);
    side.first.parts = side.first.parts.value_or(1);
  }
  return &side;
}

const std::string& record_of(const ExchangeView& exchange) {
  return exchange.rbegin()->second.first.record_id;
}

std::string line_about(const ExchangeView& exchange) {
  const trail::AuditRow& last = exchange.rbegin()->second.first;  // "response" behind "request"
  nlohmann::ordered_json out{{"RecordId", last.record_id},
                             {"EventTime", to_rfc3339(last.event_time)},
                             {"ClientName", last.client_name},
                             {"CallerId", last.caller_id},
                             {"ConversationId", last.conversation_id},
                             {"OperationId", last.operation_id},
                             {"Model", last.model},
                             {"Level", last.level},
                             {"Source", last.source},
                             {"Outcome", last.outcome}};
  if (!last.level_reason.empty()) out["LevelReason"] = last.level_reason;
  for (const auto& [kind, side] : exchange) out[kind] = side.described();
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void ExchangeLines::add(trail::StoredRow stored) {
  const std::string record = stored.row.record_id;
  const bool answer = stored.row.kind == trail::kind::kResponse;
  if (stored.row.form != "raw") return;
  ExchangeView& exchange = waiting_[record];
  SideView& side = *add_row(exchange, std::move(stored));
  if (!side.is_complete()) return;
  side.settle(wanted_);
  if (!answer) return;
  tell(record, exchange);
  waiting_.erase(record);
}

void ExchangeLines::finish() {
  for (auto& [record, exchange] : waiting_) tell(record, exchange);
  waiting_.clear();
}

void ExchangeLines::tell(const std::string& record, ExchangeView& exchange) {
  bool found = wanted_.empty();
  for (auto& [kind, side] : exchange) {
    if (side.settled.empty()) side.settle(wanted_);
    found = found || side.found;
  }
  if (!found) return;
  print_(record, line_about(exchange));
}

}  // namespace tollgate::app
