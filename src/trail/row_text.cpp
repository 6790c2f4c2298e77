// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::trail {
namespace {

constexpr std::size_t kLongestEscape = 6;
/// So much of a text is written at once, and so much of that.
constexpr std::size_t kPiece = 128;
constexpr std::size_t kBlock = 16;

/// Behind the escape that is written at `to`.
char* write_escape(char* to, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *to++ = '\\';
  if (c == '"' || c == '\\' || c == '\n') {
    *to++ = c == '\n' ? 'n' : c;
    return to;
  }
  const auto byte = static_cast<unsigned char>(c);
  to = std::ranges::copy(std::string_view("u00"), to).out;
  *to++ = kDigits[byte >> 4];
  *to++ = kDigits[byte & 0xF];
  return to;
}

void add_value(TextBuilder& out, std::string_view text) {
  out.add('"');
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kPiece))) {
    const std::string_view piece = text.substr(0, kPiece);
    char* const begin = out.room(kLongestEscape * piece.size() + kBlock);
    char* to = begin;
    const char* at = piece.data();
    const char* const end = at + piece.size();
    for (copy_to_strict_stop(at, end, to); at != end; copy_to_strict_stop(at, end, to))
      to = write_escape(to, *at++);
    out.added(static_cast<std::size_t>(to - begin));
  }
  out.add('"');
}
void add_value(TextBuilder& out, const Number& number) { out.add_number(*number); }
void add_value(TextBuilder& out, bool flag) { out.add(flag ? "true" : "false"); }
void add_value(TextBuilder& out, UtcTime time) { add_value(out, to_rfc3339(time)); }
void add_value(TextBuilder& out, const JsonText& dynamic) { out.add(dynamic.text); }

bool has_value(const std::string& text) { return !text.empty(); }
bool has_value(const Number& number) { return number.has_value(); }
bool has_value(bool) { return true; }
bool has_value(UtcTime) { return true; }
bool has_value(const JsonText& dynamic) { return !dynamic.text.empty(); }

}  // namespace

void add_columns(TextBuilder& out, const AuditRow& row, Cover cover, std::string_view salt) {
  char before = '{';
  const auto add = [&](std::string_view column, const auto& value) {
    out.add(std::exchange(before, ',')).add('"').add(column).add("\":");
    add_value(out, value);
  };
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    std::visit(
        [&](auto member) {
          if (has_value(row.*member)) add(field.column, row.*member);
        },
        field.member);
  }
  if (!salt.empty()) add("Salt", salt);
  out.add(before == '{' ? "{}" : "}");
}

std::string columns_text(const AuditRow& row, Cover cover) {
  TextBuilder out(1024);
  add_columns(out, row, cover);
  return out.take();
}

}  // namespace tollgate::trail
