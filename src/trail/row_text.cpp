// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_text.hpp"

#include <string_view>
#include <utility>
#include <variant>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::trail {
namespace {

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    out.push_back('\\');
    out.push_back(c);
  } else if (c == '\n') {
    out.append("\\n");
  } else {
    const auto byte = static_cast<unsigned char>(c);
    out.append({'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 0xF]});
  }
}

/// Most of a content's escapes are of quotes and backslashes, one every few bytes.
void append_value(std::string& out, const std::string& text) {
  out.push_back('"');
  const char* const end = text.data() + text.size();
  for (const char* at = text.data();; ++at) {
    const char* const stop = find_strict_stop(at, end);
    out.append(at, stop);
    if (stop == end) break;
    append_escape(out, *stop);
    at = stop;
  }
  out.push_back('"');
}
void append_value(std::string& out, const Number& number) { out.append(std::to_string(*number)); }
void append_value(std::string& out, bool flag) { out.append(flag ? "true" : "false"); }
void append_value(std::string& out, UtcTime time) {
  out.append("\"").append(to_rfc3339(time)).append("\"");
}
void append_value(std::string& out, const JsonText& dynamic) { out.append(dynamic.text); }

bool has_value(const std::string& text) { return !text.empty(); }
bool has_value(const Number& number) { return number.has_value(); }
bool has_value(bool) { return true; }
bool has_value(UtcTime) { return true; }
bool has_value(const JsonText& dynamic) { return !dynamic.text.empty(); }

}  // namespace

std::string columns_text(const AuditRow& row, Cover cover) {
  std::string out;
  out.reserve(cover == Cover::sealed ? row.content.size() + row.content.size() / 4 + 512 : 1024);
  char before = '{';
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    std::visit(
        [&](auto member) {
          const auto& value = row.*member;
          if (!has_value(value)) return;
          out.push_back(std::exchange(before, ','));
          out.push_back('"');
          out.append(field.column).append("\":");
          append_value(out, value);
        },
        field.member);
  }
  return out.append(before == '{' ? "{}" : "}");
}

}  // namespace tollgate::trail
