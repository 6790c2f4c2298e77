// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/row_digest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <variant>

#include "row_json.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/trail/merkle_tree.hpp"

namespace tollgate::trail {
namespace {

using Canonical = std::string (*)(std::string_view json);

std::string as_it_is(std::string_view json) { return std::string(json); }

void append_column(std::string& out, std::string_view column, std::string_view value) {
  if (value.empty()) return;
  // A column's name and the digits of a size are shorter.
  std::array<char, 64> head{};
  char* at = std::ranges::copy(column, head.begin()).out;
  *at++ = '=';
  at = std::to_chars(at, head.end(), value.size()).ptr;
  *at++ = ':';
  out.append(head.data(), static_cast<std::size_t>(at - head.data())).append(value);
  out.push_back('\n');
}

/// Appends columns; dynamic values as a function of their text.
class ColumnWriter {
 public:
  ColumnWriter(std::string& out, Canonical dynamic) : out_(out), dynamic_(dynamic) {}

  void add(std::string_view column, const std::string& text) const {
    append_column(out_, column, text);
  }
  void add(std::string_view column, const Number& number) const {
    if (number) append_column(out_, column, std::to_string(*number));
  }
  void add(std::string_view column, bool flag) const {
    append_column(out_, column, flag ? "true" : "false");
  }
  void add(std::string_view column, UtcTime time) const {
    append_column(out_, column, std::to_string(to_unix_micros(time)));
  }
  void add(std::string_view column, const JsonText& dynamic) const {
    if (!dynamic.text.empty()) append_column(out_, column, dynamic_(dynamic.text));
  }

 private:
  std::string& out_;
  Canonical dynamic_;
};

std::string columns_with(const AuditRow& row, Cover cover, Canonical dynamic) {
  std::string out;
  out.reserve(row.content.size() + 1024);
  const ColumnWriter writer(out, dynamic);
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    std::visit([&](auto member) { writer.add(field.column, row.*member); }, field.member);
  }
  return out;
}

}  // namespace

std::string canonical_columns(const AuditRow& row, Cover cover) {
  return columns_with(row, cover, canonical_json);
}

std::string tidy_columns(const AuditRow& row, Cover cover) {
  return columns_with(row, cover, as_it_is);
}

Sha256 commitment_of(const AuditRow& row) {
  return sha256(from_hex(row.salt).value_or("") + canonical_columns(row, Cover::sealed));
}

Sha256 digest_of(const AuditRow& row) { return sha256(canonical_columns(row, Cover::open)); }

Sha256 leaf_at(std::int64_t sequence, const Sha256& digest) {
  return hash_leaf("tollgate-audit-row/1\n" + std::to_string(sequence) + "\n" + to_hex(digest) +
                   "\n");
}

std::string to_hex(const Sha256& hash) {
  return tollgate::to_hex(
      std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

}  // namespace tollgate::trail
