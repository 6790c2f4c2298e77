// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/row_digest.hpp"

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

/// Adds columns; dynamic values as a function of their text, or as it is.
class ColumnWriter {
 public:
  ColumnWriter(TextBuilder& out, Canonical dynamic) : out_(out), dynamic_(dynamic) {}

  void add(std::string_view column, std::string_view value) const {
    if (value.empty()) return;
    out_.add(column).add('=').add_number(value.size()).add(':').add(value).add('\n');
  }
  void add(std::string_view column, const std::string& value) const {
    add(column, std::string_view(value));
  }
  void add(std::string_view column, const Number& number) const {
    if (number) add_number(column, *number);
  }
  void add(std::string_view column, bool flag) const {
    add(column, std::string_view(flag ? "true" : "false"));
  }
  void add(std::string_view column, UtcTime time) const {
    add_number(column, to_unix_micros(time));
  }
  void add(std::string_view column, const JsonText& dynamic) const {
    if (dynamic.text.empty()) return;
    if (dynamic_ == nullptr) return add(column, dynamic.text);
    add(column, dynamic_(dynamic.text));
  }

 private:
  void add_number(std::string_view column, std::int64_t number) const {
    std::array<char, 20> digits{};  // of 64 bits, with a sign
    const char* const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    add(column, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }

  TextBuilder& out_;
  Canonical dynamic_;
};

void add_with(TextBuilder& out, const AuditRow& row, Cover cover, Canonical dynamic) {
  const ColumnWriter writer(out, dynamic);
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    std::visit([&](auto member) { writer.add(field.column, row.*member); }, field.member);
  }
}

}  // namespace

std::string canonical_columns(const AuditRow& row, Cover cover) {
  TextBuilder out(row.content.size() + 1024);
  add_with(out, row, cover, canonical_json);
  return out.take();
}

void add_tidy_columns(TextBuilder& out, const AuditRow& row, Cover cover) {
  add_with(out, row, cover, nullptr);
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
