// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "erase_at_sink.hpp"

#include <algorithm>
#include <filesystem>
#include <variant>

#include <nlohmann/json.hpp>

namespace tollgate::app {
namespace {

using nlohmann::ordered_json;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string json_text(const std::string& text) {
  return ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// 2026-12 for 2026-11.
std::string month_behind(const std::string& month) {
  constexpr std::size_t kYear = 4;
  const int number = std::stoi(month.substr(kYear + 1));
  const int year = std::stoi(month.substr(0, kYear));
  const std::string next = std::to_string(number % 12 + 1);
  return std::to_string(year + number / 12) + (next.size() < 2 ? "-0" : "-") + next;
}

/// Which rows, as a condition of jq over `row`, the JSON object of one.
std::string condition(const ErasedRows& rows, const std::string& row) {
  if (!rows.caller.empty()) return row + ".CallerId == " + json_text(rows.caller);
  return row + ".ClientName == " + json_text(rows.client) + " and (" + row +
         ".EventTime // \"\" | startswith(" + json_text(rows.month + "-") + "))";
}

/// What erasing takes away, and what its absence says that it was (docs/audit-proof.md).
std::string without_sealed(const ErasedRows& rows, const std::string& row) {
  return "if " + condition(rows, row) + " then del(" + row + ".CallerIpAddress, " + row +
         ".Content, " + row + ".ContentSha256, " + row + ".ToolCalls, " + row + ".Salt) else . end";
}

std::string in_files(const config::JsonLines& lines, const ErasedRows& rows) {
  const std::string row = lines.format == config::LineFormat::rows ? "" : ".data";
  return "# Every file but the newest, which a gateway may be writing: run it again once there is "
         "a\n"
         "# newer one. Copies that an agent has shipped are that agent's.\n"
         "set -- " +
         quoted(std::filesystem::absolute(lines.directory)) +
         "/*.jsonl; while [ $# -gt 1 ]; do jq -c " + quoted(without_sealed(rows, row)) +
         " \"$1\" >\"$1.erased\" && chmod --reference=\"$1\" \"$1.erased\" && mv \"$1.erased\" "
         "\"$1\"; shift; done\n";
}

ordered_json one(const char* column, const char* comparison, const std::string& value) {
  return {{"column", column}, {"operator", comparison}, {"value", value}};
}

/// Log Analytics' "Delete Data": the request's shape is from memory, not run by the project.
std::string in_workspace(const config::AzureMonitor& monitor, const ErasedRows& rows) {
  std::string table = monitor.stream;
  constexpr std::string_view kCustom = "Custom-";
  if (table.starts_with(kCustom)) table.erase(0, kCustom.size());
  ordered_json filters = ordered_json::array();
  if (!rows.caller.empty()) {
    filters.push_back(one("CallerId", "==", rows.caller));
  } else {
    filters.push_back(one("ClientName", "==", rows.client));
    filters.push_back(one("EventTime", ">=", rows.month + "-01T00:00:00Z"));
    filters.push_back(one("EventTime", "<", month_behind(rows.month) + "-01T00:00:00Z"));
  }
  const ordered_json body{{"filters", filters}};
  return "# Whole rows; what the proof covers is missing there then (docs/audit.md).\n"
         "az rest --method post --url \"https://management.azure.com$WORKSPACE_ID/tables/" +
         table + "/deleteData?api-version=2023-09-01\" --body " +
         quoted(body.dump(-1, ' ', false, ordered_json::error_handler_t::replace)) + "\n";
}

/// The rows of all clients stand in one blob, and none can be rewritten.
std::string in_blobs(const config::AppendBlob& blob, const ErasedRows& rows) {
  std::string folder = blob.container + "/" + blob.prefix;
  if (!rows.month.empty()) {
    folder += "/" + rows.month;
    std::replace(folder.end() - static_cast<std::ptrdiff_t>(rows.month.size()), folder.end(), '-',
                 '/');
  }
  return "# No command: append blobs cannot be rewritten, and hold everybody's rows of an hour.\n"
         "# They stand below " +
         folder + ";\n# delete them once they may go and their immutability policy lets you.\n";
}

}  // namespace

std::string erase_at_sink(const config::Exporter& exporter, const ErasedRows& rows) {
  const std::string commands = std::visit(
      [&](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, config::JsonLines>) return in_files(kind, rows);
        if constexpr (std::is_same_v<Kind, config::AzureMonitor>) return in_workspace(kind, rows);
        if constexpr (std::is_same_v<Kind, config::AppendBlob>) return in_blobs(kind, rows);
      },
      exporter.kind);
  return "# exporter " + exporter.name + "\n" + commands;
}

}  // namespace tollgate::app
