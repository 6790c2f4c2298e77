// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_maker.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "making.hpp"
#include "tollgate/audit/answer_facts.hpp"
#include "tollgate/audit/content_parts.hpp"
#include "tollgate/audit/genai_messages.hpp"

namespace tollgate::capture {
namespace {

using Counts = redaction::Replacer::Counts;
using nlohmann::json;

constexpr const char* kMessagesForm = "messages";

/// Lists stand in dynamic columns; none of nothing.
std::string list_text(const std::vector<std::string>& words) {
  return words.empty() ? std::string() : json(words).dump();
}

std::string list_text(const std::vector<audit::ToolCall>& calls) {
  json out = json::array();
  for (const audit::ToolCall& call : calls) out.push_back({{"id", call.id}, {"name", call.name}});
  return out.empty() ? std::string() : out.dump();
}

std::string list_text(const Counts& counts) {
  return counts.empty() ? std::string() : json(counts).dump();
}

/// Rows of one content: what concerns the whole stands in each, what counts once in the first.
void append_content(std::vector<trail::AuditRow>& out, trail::AuditRow row, const char* form,
                    std::string_view content) {
  audit::CutContent cut = audit::cut_content(content);
  row.form = form;
  row.parts = static_cast<std::int64_t>(cut.parts.size());
  row.content_sha256 = cut.sha256;
  row.content_bytes = static_cast<std::int64_t>(cut.bytes);
  const auto last = cut.parts.end() - 1;
  for (auto part = cut.parts.begin(); part != last; ++part) {
    row.part = part->part;
    row.content = std::move(part->text);
    out.push_back(row);
    row.redactions = row.content_filter = {};
  }
  row.part = last->part;
  row.content = std::move(last->text);
  out.push_back(std::move(row));
}

void append_side(std::vector<trail::AuditRow>& out, trail::AuditRow row, Side side,
                 const std::string& genai) {
  row.kind = side.kind;
  row.content_type = std::move(side.content_type);
  row.truncated = side.truncated;
  row.redactions.text = list_text(side.redactions);
  if (!side.kept) {
    row.content_missing = side.missing;
    out.push_back(std::move(row));
    return;
  }
  if (side.kind == std::string_view(trail::kind::kResponse)) {
    const audit::AnswerFacts facts = audit::answer_facts(side.text);
    row.finish_reasons.text = list_text(facts.finish_reasons);
    row.tool_calls.text = list_text(facts.tool_calls);
    row.content_filter.text = facts.content_filter;
  }
  append_content(out, row, kRawForm, side.text);
  row.redactions = row.content_filter = {};
  if (!genai.empty()) append_content(out, std::move(row), kMessagesForm, genai);
}

}  // namespace

std::vector<trail::AuditRow> make_rows(PreparedExchange prepared) {
  trail::AuditRow& base = prepared.base;
  Side& request = prepared.request;
  std::string genai;
  if (request.kept) {
    genai = audit::genai_request(request.text);
    base.conversation_id = std::move(prepared.conversation_name);
    if (prepared.conversation) prepared.conversation->id = base.conversation_id;
  } else if (prepared.conversation && !prepared.conversation->id.value_or("").empty()) {
    base.conversation_id = *prepared.conversation->id;
  }
  std::vector<trail::AuditRow> out;
  out.reserve(4);  // both sides in both forms, mostly of one part each
  if (!prepared.request_is_stored) append_side(out, base, std::move(request), genai);
  if (!prepared.answer) return out;
  Side& answer = *prepared.answer;
  genai = answer.kept ? audit::genai_response(answer.text) : std::string();
  append_side(out, std::move(base), std::move(answer), genai);
  return out;
}

std::vector<trail::AuditRow> make_rows(const redaction::Rules& rules, const config::Audit& settings,
                                       const MakingKeys& keys, Exchange exchange) {
  Preparation preparation(rules, settings, keys, std::move(exchange));
  while (!preparation.step()) {
  }
  return make_rows(preparation.take());
}

}  // namespace tollgate::capture
