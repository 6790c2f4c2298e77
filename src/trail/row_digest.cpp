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

using Field = RowField<AuditRow>;

void add_with(TextBuilder& out, const AuditRow& row, Cover cover, Canonical dynamic,
              const auto& is_left_out) {
  const ColumnWriter writer(out, dynamic);
  for (const Field& field : audit_fields()) {
    if (field.cover != cover || is_left_out(field)) continue;
    std::visit([&](auto member) { writer.add(field.column, row.*member); }, field.member);
  }
}

void add_with(TextBuilder& out, const AuditRow& row, Cover cover, Canonical dynamic) {
  add_with(out, row, cover, dynamic, [](const Field&) { return false; });
}

/// Without it a row that lost its content would be one that never had any.
constexpr std::string_view kByHash = "tollgate-audit-content/2\n";

/// Whether the row has all of the content that its hash is of.
bool has_hashed_content(const AuditRow& row) {
  return row.parts == 1 && !row.content.empty() && !row.content_sha256.empty();
}

bool is_content(const Field& field) {
  const auto* const text = std::get_if<std::string AuditRow::*>(&field.member);
  return text != nullptr && *text == &AuditRow::content;
}

void add_committed_with(TextBuilder& out, const AuditRow& row, Canonical dynamic) {
  if (!has_hashed_content(row)) return add_with(out, row, Cover::sealed, dynamic);
  out.add(kByHash);
  add_with(out, row, Cover::sealed, dynamic, is_content);
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

void add_committed(TextBuilder& out, const AuditRow& row) { add_committed_with(out, row, nullptr); }

Sha256 commitment_of(const AuditRow& row) {
  TextBuilder out(1024);
  out.add(from_hex(row.salt).value_or(""));
  add_committed_with(out, row, canonical_json);
  return sha256(out.text());
}

bool commitment_fits(const AuditRow& row) {
  if (to_hex(commitment_of(row)) == row.commitment)
    return !has_hashed_content(row) || to_hex(sha256(row.content)) == row.content_sha256;
  const std::string in_full =
      from_hex(row.salt).value_or("") + canonical_columns(row, Cover::sealed);
  return to_hex(sha256(in_full)) == row.commitment;
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
