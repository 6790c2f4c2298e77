// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "yaml_fault.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::config {
namespace {

/// The one error of a text, as it is printed.
std::string fault_of(const std::string& yaml) {
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  const LoadResult loaded = load_text(yaml, {nothing, nothing, {}});
  return format_errors("t", {loaded.errors.front()});
}

void expect_begin(const std::string& yaml, const std::string& begin) {
  EXPECT_EQ(fault_of(yaml).substr(0, begin.size()), begin) << fault_of(yaml);
}

TEST(YamlFault, NamesTheLineWithATab) {
  expect_begin("gateway:\n\tname: a\n", "t:2:1: a tab stands in the indentation");
  expect_begin("gateway:\n  name: a\n  \tworkers: 1\n: b\n", "t:3:1: a tab stands");
}

TEST(YamlFault, NamesWhatIsNeverClosed) {
  expect_begin("a:\nlisteners: [{address: \"x\"}\nb: 1\n", "t:2:12: the bracket [ is never closed");
  expect_begin("clients: {name: a\n", "t:1:10: the bracket { is never closed");
  expect_begin("gateway:\n  name: \"a\n  b: 2", "t:2:9: the quote \" is never closed");
}

// The library takes the end of the text for the quote's.
TEST(YamlFault, NamesAQuoteThatHidesTheRest) {
  expect_begin("a: \"x\n", "t:1:4: the quote \" is never closed");
  expect_begin("gateway:\n  name: 'it''s\n  workers: 2\n", "t:2:9: the quote ' is never closed");
  expect_begin("gateway: {}\nä: \"x\\\"\n", "t:2:");
  for (const char* open : {"gateway: {}\na: [b, \"x\\\"",
                           "\xEF\xBB\xBF"
                           "a: \"x\nb: 1",
                           "a: !t \"x\nb: 1", "a: &x  \"x\nb: 1"})
    EXPECT_NE(fault_of(open).find("never closed"), std::string::npos) << open;
  for (const char* closed : {"a: \"x\\\\\"\n", "a: 'it''s'\n", "a: say \"x\n", "a: |\n  \"x\n",
                             "a: ''\n", "a: \"x\" # \"\n", "\xEF\xBB\xBFl: [\"ab\", c]",
                             "\xEF\xBB\xBF"
                             "a: 1\n\"k\": v",
                             "a: !t \"x\"\n"})
    EXPECT_EQ(fault_of(closed).find("closed"), std::string::npos) << closed;
}

TEST(YamlFault, DoesNotTakeWordsAndCommentsForBrackets) {
  const std::string text = "a: x[1  # ' {\nb: it's\nc: d: e\n";
  expect_begin(text, "t:3:");
  EXPECT_EQ(fault_of(text).find("closed"), std::string::npos);
}

TEST(YamlFault, NamesAnIndentationThatDoesNotFit) {
  expect_begin("gateway:\n  name: a\n workers: 2\n", "t:3:2: the indentation of this line");
  expect_begin("gateway:\n    name: a\n  workers: 2\n", "t:3:3: the indentation of this line");
}

TEST(YamlFault, NamesASecondColon) {
  expect_begin("gateway:\n  name: a: b\n", "t:2:10: a second \": \" stands in one value");
}

}  // namespace
}  // namespace tollgate::config
