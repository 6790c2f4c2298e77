// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <type_traits>

#include "tollgate/usage/record_fields.hpp"
#include "uncounted.hpp"

// The documents and templates that list the fields of a record are what record_fields.hpp says.
// With TOLLGATE_REWRITE=1 in the environment this test writes them instead of comparing
// (CONTRIBUTING.md).
namespace tollgate::usage {
namespace {

template <class Value>
constexpr bool kIsList = std::is_same_v<Value, std::map<std::string, std::string>> ||
                         std::is_same_v<Value, std::vector<Attempt>> ||
                         std::is_same_v<Value, std::vector<CostComponent>>;

/// A column's type in Azure's table.
template <class Value>
std::string column_type() {
  if constexpr (std::is_same_v<Value, UtcTime>) return "datetime";
  if constexpr (std::is_same_v<Value, bool>) return "boolean";
  if constexpr (std::is_same_v<Value, int>) return "int";
  if constexpr (std::is_same_v<Value, std::int64_t>) return "long";
  if constexpr (std::is_same_v<Value, std::optional<std::int64_t>>) return "long";
  if constexpr (std::is_same_v<Value, std::optional<double>>) return "real";
  if constexpr (kIsList<Value>) return "dynamic";
  return "string";
}

/// A field's encoding in journals, as docs/ledger-format.md calls it.
template <class Value>
std::string encoding() {
  if constexpr (std::is_same_v<Value, Uuid>) return "uuid";
  if constexpr (std::is_same_v<Value, UtcTime>) return "time";
  if constexpr (std::is_same_v<Value, std::string>) return "text";
  if constexpr (std::is_same_v<Value, Outcome>) return "outcome";
  if constexpr (std::is_same_v<Value, UsageBasis>) return "basis";
  if constexpr (std::is_same_v<Value, AuditLevel>) return "level";
  if constexpr (std::is_same_v<Value, CostBasis>) return "cost basis";
  if constexpr (std::is_same_v<Value, std::vector<CostComponent>>) return "components";
  if constexpr (std::is_same_v<Value, std::optional<double>>) return "real";
  if constexpr (std::is_same_v<Value, std::map<std::string, std::string>>) return "tags";
  if constexpr (std::is_same_v<Value, std::vector<Attempt>>) return "attempts";
  if constexpr (std::is_same_v<Value, std::vector<std::string>>) return "ids";
  return "integer";
}

const RecordField kTimeGenerated{
    0, "", "TimeGenerated", Sum::never,
    "`EventTime`, or the time of arrival when the row came more than two "
    "days late."};

/// Calls row(field, type) for every column in the order of a row.
template <class Row>
void for_each_column(Row&& row) {
  row(kTimeGenerated, std::string("datetime"));
  const UsageRecord record;
  visit_fields(
      [&]<class Value>(const RecordField& field, const Value&) {
        if (!field.column.empty()) row(field, column_type<Value>());
      },
      record);
}

std::string columns_explained() {
  std::string out = "| column | type | meaning |\n|---|---|---|\n";
  for_each_column([&](const RecordField& field, const std::string& type) {
    out.append("| `").append(field.column).append("` | ").append(type).append(" | ");
    out.append(field.meaning).append(" |\n");
  });
  return out;
}

std::string columns_as_json(const std::string& indent) {
  std::string out;
  for_each_column([&](const RecordField& field, const std::string& type) {
    out.append(out.empty() ? "" : ",\n").append(indent).append("{\"name\": \"");
    out.append(field.column).append("\", \"type\": \"").append(type).append("\"}");
  });
  return out.append("\n");
}

std::string fields_in_journals() {
  std::string out = "| number | field | encoding |\n|---|---|---|\n";
  const UsageRecord record;
  visit_fields(
      [&]<class Value>(const RecordField& field, const Value&) {
        out.append("| ").append(std::to_string(field.number)).append(" | `");
        out.append(field.name).append("` | ").append(encoding<Value>()).append(" |\n");
      },
      record);
  return out;
}

/// Where a list stands in a file: behind `before` and a line's end, up to `after`.
struct Place {
  const char* file;
  const char* before;
  const char* after;
  std::string wanted;
};

void compare_or_rewrite(const Place& place) {
  const std::string path = std::string(TOLLGATE_SOURCE_DIR "/") + place.file;
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t found = text.find(place.before);
  ASSERT_NE(found, std::string::npos) << place.file << " lacks " << place.before;
  const std::size_t begin = found + std::string(place.before).size();
  const std::size_t end = text.find(place.after, begin);
  ASSERT_NE(end, std::string::npos) << place.file << " lacks " << place.after;
  if (std::getenv("TOLLGATE_REWRITE") != nullptr) {
    text.replace(begin, end - begin, place.wanted);
    std::ofstream(path) << text;
    return;
  }
  EXPECT_EQ(text.substr(begin, end - begin), place.wanted) << place.file;
}

TEST(RecordDocuments, ExplainEveryColumn) {
  compare_or_rewrite(
      {"docs/usage-records.md", "## Columns\n\n", "\nThe record of", columns_explained()});
}

TEST(RecordDocuments, DeclareEveryColumnInTheTable) {
  compare_or_rewrite(
      {"deploy/table.json", "\"columns\": [\n", "      ]", columns_as_json("        ")});
}

TEST(RecordDocuments, DeclareEveryColumnInTheRule) {
  compare_or_rewrite(
      {"deploy/dcr.json", "\"columns\": [\n", "        ]", columns_as_json("          ")});
}

TEST(RecordDocuments, NumberEveryFieldInJournals) {
  compare_or_rewrite({"docs/ledger-format.md", "later versions may add to its end |\n\n",
                      "\nNumber 50", fields_in_journals()});
}

/// The section of docs/usage-records.md below a heading.
std::string section(const std::string& heading) {
  std::ifstream file(TOLLGATE_SOURCE_DIR "/docs/usage-records.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t begin = text.find("\n## " + heading);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

TEST(RecordDocuments, ExplainWhatIsNotCounted) {
  using What = Uncounted::What;
  Uncounted all;
  for (const What what : {What::tokens, What::seconds, What::characters, What::images,
                          What::requests, What::tool_usage, What::tool_calls, What::failed_searches,
                          What::failed_calls, What::numbers}) {
    all.add(what);
  }
  std::string listed = "not_all_counted";
  const std::string text = section("Uncounted");
  const std::regex row("\n\\| `(\\w+)` \\|");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    listed.append(",").append(at->str(1));
  }
  EXPECT_EQ(listed, all.reason());
}

}  // namespace
}  // namespace tollgate::usage
