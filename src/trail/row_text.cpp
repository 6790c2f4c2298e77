// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::trail {
namespace {

constexpr std::size_t kLongestEscape = 6;
/// So much of a text is written at once.
constexpr std::size_t kPiece = 512;

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

/// Most of a content's escapes are of quotes and backslashes, one every few bytes: they are put
/// together in room of their own.
void append_escaped(std::string& out, std::string_view piece) {
  std::array<char, kPiece * kLongestEscape> room{};
  char* to = room.data();
  const char* const end = piece.data() + piece.size();
  for (const char* at = piece.data();; ++at) {
    const char* const stop = find_strict_stop(at, end);
    to = std::copy(at, stop, to);
    if (stop == end) break;
    to = write_escape(to, *stop);
    at = stop;
  }
  out.append(room.data(), static_cast<std::size_t>(to - room.data()));
}

void append_value(std::string& out, const std::string& text) {
  out.push_back('"');
  const char* const end = text.data() + text.size();
  if (find_strict_stop(text.data(), end) == end) {
    out.append(text);
  } else {
    for (std::string_view rest = text; !rest.empty();) {
      append_escaped(out, rest.substr(0, kPiece));
      rest.remove_prefix(std::min(rest.size(), kPiece));
    }
  }
  out.push_back('"');
}
void append_value(std::string& out, const Number& number) { out.append(std::to_string(*number)); }
void append_value(std::string& out, bool flag) { out.append(flag ? "true" : "false"); }
void append_value(std::string& out, UtcTime time) {
  out.append("\"").append(to_rfc3339(time)).append("\"");
}
void append_value(std::string& out, const JsonText& dynamic) { out.append(dynamic.text); }

void append_name(std::string& out, char before, std::string_view column) {
  std::array<char, 64> room{};  // a column's name is shorter
  char* to = room.data();
  *to++ = before;
  *to++ = '"';
  to = std::ranges::copy(column, to).out;
  *to++ = '"';
  *to++ = ':';
  out.append(room.data(), static_cast<std::size_t>(to - room.data()));
}

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
          append_name(out, std::exchange(before, ','), field.column);
          append_value(out, value);
        },
        field.member);
  }
  return out.append(before == '{' ? "{}" : "}");
}

}  // namespace tollgate::trail
