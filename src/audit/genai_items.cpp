// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <optional>

#include "genai_message.hpp"
#include "genai_parts.hpp"

// Items of the Responses API (azure-protocol.md 1.7, 2.3).
namespace tollgate::audit::genai {
namespace {

/// Where a call that a server made keeps what came of it.
constexpr std::array<std::string_view, 5> kResults{"results", "outputs", "output", "result",
                                                   "error"};

bool is_result(std::string_view name) {
  return std::ranges::find(kResults, name) != kResults.end();
}

/// The item without its results, or its type with these alone; nullopt: it has none.
std::optional<std::string> share_of(JsonSlice item, bool results) {
  std::string out;
  ObjectWriter writer(out);
  if (!item["type"].is_string()) writer.add_text("type", "unknown");
  bool any = false;
  JsonItems items(item);
  for (JsonItem member; items.next(member);) {
    const std::string name = member.name.text();
    const bool is_share = is_result(name) == results && !(results && member.value.is_null());
    if (is_share || name == "type") writer.add(name, member.value.raw());
    any = any || is_share;
  }
  writer.end();
  if (!any) return std::nullopt;
  return out;
}

void server_part(std::string& parts, std::string_view type, JsonSlice item,
                 const std::string& share) {
  ObjectWriter part(next_element(parts));
  part.add_text("type", type);
  part.add("id", item["id"].is_string() ? item["id"].raw() : "null");
  if (type == "server_tool_call") {
    part.add("name", item["name"].is_string() ? item["name"].raw() : item["type"].raw());
  }
  part.add(type, share);
  part.end();
}

/// Calls that the backend itself has made: searches, code, MCP, images, computers.
void server_parts(std::string& parts, JsonSlice item) {
  server_part(parts, "server_tool_call", item, share_of(item, false).value_or("{}"));
  const auto results = share_of(item, true);
  if (results) server_part(parts, "server_tool_call_response", item, *results);
}

void reasoning_parts(std::string& parts, JsonSlice item) {
  bool any = false;
  for (const char* const list : {"summary", "content"}) {
    JsonItems items(item[list]);
    for (JsonItem part; items.next(part);) {
      if (!part.value["text"].is_string()) continue;
      reasoning_part(parts, part.value["text"]);
      any = true;
    }
  }
  if (!any) own_part(parts, "reasoning_item", item);
}

void function_call(std::string& parts, JsonSlice item) {
  const JsonSlice arguments = item["arguments"];
  tool_call(parts, item["call_id"], item["name"], arguments.exists() ? arguments : item["input"]);
}

void call_output(std::string& parts, JsonSlice item) {
  tool_response(parts, item["call_id"], item["output"]);
}

void approval_answer(std::string& parts, JsonSlice item) {
  server_part(parts, "server_tool_call_response", item, std::string(item.raw()));
}

struct Row {
  std::string_view end;  ///< of the item's type
  std::string_view role;
  void (*write)(std::string& parts, JsonSlice item);
};

/// The first that fits counts.
constexpr std::array kRows{
    Row{"function_call", "assistant", function_call},
    Row{"custom_tool_call", "assistant", function_call},
    Row{"_call_output", "tool", call_output},
    Row{"_call", "assistant", server_parts},
    Row{"reasoning", "assistant", reasoning_parts},
    Row{"mcp_list_tools", "assistant", server_parts},
    Row{"mcp_approval_request", "assistant", server_parts},
    Row{"mcp_approval_response", "tool", approval_answer},
};

const Row* row_of(JsonSlice item) {
  const std::string type = item["type"].text();
  const auto* const row =
      std::ranges::find_if(kRows, [&](const Row& known) { return type.ends_with(known.end); });
  return row == kRows.end() ? nullptr : row;
}

}  // namespace

bool is_message(JsonSlice item) {
  return item["role"].is_string() || item["type"].is_text("message");
}

std::string_view item_role(JsonSlice item) {
  const Row* const row = row_of(item);
  return row == nullptr ? std::string_view() : row->role;
}

void item_parts(std::string& parts, JsonSlice item) {
  const Row* const row = row_of(item);
  if (row != nullptr) return row->write(parts, item);
  content_parts(parts, item);  // content without a message around it, or a part of its own type
}

}  // namespace tollgate::audit::genai
