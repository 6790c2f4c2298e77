// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "path_match.hpp"
#include "tollgate/operations/operation.hpp"

namespace tollgate::operations {
namespace {

TEST(OperationTable, NamesEachOperationOnce) {
  std::set<std::string_view> ids;
  for (const Operation& operation : operation_table()) {
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
  }
}

TEST(OperationTable, KnowsOpenTelemetrysWords) {
  EXPECT_EQ(genai_name("ChatCompletions_Create"), "chat");
  EXPECT_EQ(genai_name("Responses_Create"), "chat");
  EXPECT_EQ(genai_name("Completions_Create"), "text_completion");
  EXPECT_EQ(genai_name("Embeddings_Create"), "embeddings");
  EXPECT_EQ(genai_name("Files_List"), "Files_List") << "OpenTelemetry has no word for it";
  EXPECT_EQ(genai_name("of a record of another version"), "of a record of another version");
}

}  // namespace
}  // namespace tollgate::operations
