// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/row_fields.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "row_json.hpp"
#include "row_text.hpp"
#include "sample_row.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;
using Columns = std::vector<std::pair<std::string, std::string>>;

Columns declared_in(const char* path) {
  std::ifstream file(path);
  const json table = json::parse(file, nullptr, false);
  Columns out;
  for (const json& column : table.at("properties").at("schema").at("columns")) {
    if (column.at("name") == "TimeGenerated") continue;
    out.emplace_back(column.at("name"), column.at("type"));
  }
  return out;
}

template <class Row>
Columns columns_in(std::span<const RowField<Row>> fields) {
  Columns out;
  for (const auto& field : fields) out.emplace_back(field.column, field.type);
  return out;
}

/// As a workspace gives it back.
AuditRow read_back(const json& object) {
  AuditRow out;
  const Result<void> taken = take_columns(object, out);
  EXPECT_TRUE(taken) << taken.error().message;
  return out;
}

TEST(RowFields, AreThoseOfTheDeclaredTables) {
  EXPECT_EQ(columns_in(audit_fields()), declared_in(TOLLGATE_AUDIT_TABLE));
  EXPECT_EQ(columns_in(access_fields()), declared_in(TOLLGATE_AUDIT_ACCESS_TABLE));
}

TEST(RowFields, ComeBackFromAnUploadAsTheyWere) {
  AuditRow row = sample_row(1);
  tidy_text(row);
  row.sequence = 7;
  row.salt = "ab";
  const json sent = json::parse(to_json(row, row.event_time));
  EXPECT_EQ(sent.at("TimeGenerated"), "2026-11-29T12:00:00.000001Z");
  EXPECT_EQ(read_back(sent), row);
}

TEST(RowFields, AreReadInTheFormsThatAWorkspaceGives) {
  AuditRow row = sample_row(1);
  tidy_text(row);
  json given = json::parse(to_json(row, row.event_time));
  given["Part"] = "1";
  given["Truncated"] = "False";
  given["EventTime"] = "2026-11-29T12:00:00.0000010Z";
  given["Redactions"] = R"({ "iban" : 1.0, "email" : 2 })";
  given["TenantId"] = "a column of the workspace's own";
  EXPECT_EQ(read_back(given), row);
  given["Part"] = "one";
  AuditRow broken;
  const Result<void> taken = take_columns(given, broken);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "Part is no int");
}

TEST(RowFields, MalformedTextBecomesText) {
  AuditRow row = sample_row(1);
  row.content =
      "a\xFF"
      "b\x01\xC3\xA4";
  row.tool_calls.text = "no \xFF JSON";
  tidy_text(row);
  EXPECT_EQ(row.content,
            "a\xEF\xBF\xBD"
            "b\x01\xC3\xA4");
  EXPECT_EQ(row.tool_calls.text, "\"no \xEF\xBF\xBD JSON\"");
}

TEST(RowText, ReadsBackToTheSameColumns) {
  AuditRow odd = sample_row(1);
  odd.model = "a \"quoted\" \\ line\n\t\x01\x7F \xC3\xA4 \xFF";
  odd.content = "";
  odd.tool_calls.text = R"([ {"b": 1.0, "a": "\u00e4"} ])";
  odd.redactions.text = "no JSON";
  odd.truncated = true;
  AuditRow bare;
  for (AuditRow row : {sample_row(2), odd, bare}) {
    tidy_text(row);
    for (const Cover cover : {Cover::open, Cover::sealed, Cover::proof})
      EXPECT_EQ(json::parse(columns_text(row, cover)), columns_of(row, cover));
  }
}

TEST(RowDigest, CoversEachOpenColumnAndTheCommitmentEachSealedOne) {
  AuditRow row = sample_row(1);
  row.salt = "00ff";
  row.content_sha256 = to_hex(sha256(row.content));
  row.commitment = to_hex(commitment_of(row));
  const Sha256 digest = digest_of(row);
  for (const auto& field : audit_fields()) {
    AuditRow other = row;
    std::visit(
        [&](auto member) {
          auto& value = other.*member;
          using Value = std::remove_reference_t<decltype(value)>;
          if constexpr (std::is_same_v<Value, std::string>) value += "0a";
          if constexpr (std::is_same_v<Value, Number>) value = value.value_or(0) + 1;
          if constexpr (std::is_same_v<Value, bool>) value = !value;
          if constexpr (std::is_same_v<Value, UtcTime>) value += microseconds(1);
          if constexpr (std::is_same_v<Value, JsonText>) value.text = R"(["other"])";
        },
        field.member);
    EXPECT_EQ(digest_of(other) != digest, field.cover == Cover::open) << field.column;
    const bool opens = field.cover == Cover::sealed || field.column == "Salt";
    other.commitment = row.commitment;
    const bool tells_the_form = field.column == "Parts";
    EXPECT_EQ(commitment_fits(other), !opens && !tells_the_form) << field.column;
  }
  EXPECT_NE(leaf_at(1, digest), leaf_at(2, digest));
}

TEST(RowDigest, ContentIsCommittedToByItsHashWhereTheRowHasItAll) {
  AuditRow row;
  row.salt = "00";
  row.content = "hello";
  row.content_sha256 = to_hex(sha256("hello"));
  const std::string by_hash = "ContentSha256=64:" + row.content_sha256 + "\n";
  const std::string in_full = "Content=5:hello\n" + by_hash;
  const std::string salt(1, '\0');
  EXPECT_EQ(commitment_of(row), sha256(salt + "tollgate-audit-content/2\n" + by_hash));
  row.commitment = to_hex(commitment_of(row));
  EXPECT_TRUE(commitment_fits(row));

  AuditRow emptied = row;
  emptied.content.clear();
  EXPECT_FALSE(commitment_fits(emptied)) << "it is none that never had content";
  AuditRow other = row;
  other.content = "hullo";
  EXPECT_FALSE(commitment_fits(other)) << "its hash speaks for what it is of alone";

  AuditRow earlier = row;
  earlier.commitment = to_hex(sha256(salt + in_full));
  EXPECT_TRUE(commitment_fits(earlier));

  AuditRow part = row;
  part.parts = 2;
  EXPECT_EQ(commitment_of(part), sha256(salt + in_full)) << "the hash is of all parts together";
}

TEST(RowDigest, IsMadeOfTheDocumentedBytes) {
  AuditRow row;
  row.event_time = from_unix_micros(1'000'002);
  row.record_id = "a\nb";
  row.redactions.text = R"({"b": 1, "a": [true, null]})";
  EXPECT_EQ(canonical_columns(row, Cover::open),
            "EventTime=7:1000002\nRecordId=3:a\nb\nPart=1:1\nParts=1:1\nTruncated=5:false\n"
            "Redactions=23:{\"a\":[true,null],\"b\":1}\n");
  row.content = "x";
  EXPECT_EQ(canonical_columns(row, Cover::sealed), "Content=1:x\n");
}

}  // namespace
}  // namespace tollgate::trail
