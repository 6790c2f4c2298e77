// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/csv_rows.hpp"

#include <gtest/gtest.h>

namespace tollgate::pricing {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text) {
  CsvRows rows(text);
  Rows out;
  std::vector<std::string> fields;
  for (Result<bool> more = rows.next(fields); more.value(); more = rows.next(fields))
    out.push_back(fields);
  return out;
}

std::string fault_of(std::string_view text) {
  CsvRows rows(text);
  std::vector<std::string> fields;
  Result<bool> more = true;
  while (more && *more) more = rows.next(fields);
  return more ? "" : more.error().message;
}

TEST(CsvRows, ReadsFieldsAndLineEnds) {
  EXPECT_EQ(rows_of("a,b\nc,\r\n\n,d"), (Rows{{"a", "b"}, {"c", ""}, {"", "d"}}));
  EXPECT_EQ(rows_of(""), Rows{});
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a"),
            (Rows{{"a"}}));
}

TEST(CsvRows, ReadsQuotedFields) {
  EXPECT_EQ(rows_of("\"a,b\",\"c \"\"d\"\"\",\"\"\n\"e\nf\"\n"),
            (Rows{{"a,b", "c \"d\"", ""}, {"e\nf"}}));
}

TEST(CsvRows, KnowsWhereARowBegan) {
  CsvRows rows("a\n\n\"b\nc\"\nd\n");
  std::vector<std::string> fields;
  std::vector<std::size_t> lines;
  while (rows.next(fields).value()) lines.push_back(rows.line());
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 5}));
}

TEST(CsvRows, RefusesQuotationMarksThatCsvDoesNotHave) {
  EXPECT_EQ(fault_of("a\n\"b"), "line 2: a quotation mark is not where CSV has it");
  EXPECT_EQ(fault_of("a\"b"), "line 1: a quotation mark is not where CSV has it");
  EXPECT_EQ(fault_of("\"a\"b"), "line 1: a quotation mark is not where CSV has it");
}

}  // namespace
}  // namespace tollgate::pricing
