// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "row_json.hpp"

namespace tollgate::trail {
namespace {

bool needs_escapes(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F;
  });
}

void append_value(std::string& out, const std::string& text) {
  if (needs_escapes(text)) {
    out.append(one_line(nlohmann::json(text)));
  } else {
    out.append("\"").append(text).append("\"");
  }
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
  char before = '{';
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    std::visit(
        [&](auto member) {
          const auto& value = row.*member;
          if (!has_value(value)) return;
          out.append(1, std::exchange(before, ',')).append("\"").append(field.column).append("\":");
          append_value(out, value);
        },
        field.member);
  }
  return out.append(before == '{' ? "{}" : "}");
}

}  // namespace tollgate::trail
