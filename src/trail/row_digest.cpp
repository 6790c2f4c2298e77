// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/row_digest.hpp"

#include <string_view>
#include <variant>

#include "row_json.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/trail/merkle_tree.hpp"

namespace tollgate::trail {
namespace {

std::string canonical(const std::string& text) { return text; }
std::string canonical(const Number& number) { return number ? std::to_string(*number) : ""; }
std::string canonical(bool flag) { return flag ? "true" : "false"; }
std::string canonical(UtcTime time) { return std::to_string(to_unix_micros(time)); }
std::string canonical(const JsonText& dynamic) { return canonical_json(dynamic.text); }

}  // namespace

std::string canonical_columns(const AuditRow& row, Cover cover) {
  std::string out;
  for (const auto& field : audit_fields()) {
    if (field.cover != cover) continue;
    const std::string value =
        std::visit([&](auto member) { return canonical(row.*member); }, field.member);
    if (value.empty()) continue;
    out.append(field.column).append("=").append(std::to_string(value.size())).append(":");
    out.append(value).append("\n");
  }
  return out;
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
