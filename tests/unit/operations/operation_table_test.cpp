// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "path_match.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/pricing/priced_operations.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::operations {
namespace {

TEST(OperationTable, NamesEachOperationOnce) {
  std::set<std::string_view> ids;
  for (const Operation& operation : operation_table()) {
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
  }
}

TEST(OperationTable, HasTheOperationsThatArePricedInAWayOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Operation& operation : operation_table()) ids.insert(operation.id);
  EXPECT_TRUE(ids.contains(pricing::operation::kEmbeddings));
  for (const std::string_view id : pricing::operation::kImages) EXPECT_TRUE(ids.contains(id)) << id;
  for (const std::string_view id : pricing::operation::kOfSeveral) EXPECT_TRUE(ids.contains(id));
  for (const std::string_view id : pricing::operation::kFree) EXPECT_TRUE(ids.contains(id)) << id;
}

TEST(OperationTable, OfWhatUsesNoTokensItIsKnownWhatMayBeBilledAllTheSame) {
  std::set<std::string_view> billed;
  for (const Operation& operation : operation_table()) {
    const bool free = pricing::operation::is_free(operation.id);
    EXPECT_TRUE(free || operation.method == "POST") << operation.id;
    EXPECT_FALSE(free && operation.counts()) << operation.id;
    if (operation.metering == Metering::none && !free) billed.insert(operation.id);
  }
  EXPECT_EQ(billed, (std::set<std::string_view>{
                        "Containers_Create", "ContainerFiles_Create", "VectorStores_Create",
                        "VectorStores_Modify", "VectorStores_Search", "VectorStoreFiles_Create",
                        "VectorStoreFiles_Modify", "VectorStoreFileBatches_Create",
                        "FineTuningJobs_Create"}));
}

TEST(OperationTable, KnowsOpenTelemetrysWords) {
  EXPECT_EQ(genai_name("ChatCompletions_Create"), "chat");
  EXPECT_EQ(genai_name("Responses_Create"), "chat");
  EXPECT_EQ(genai_name("Completions_Create"), "text_completion");
  EXPECT_EQ(genai_name("Embeddings_Create"), "embeddings");
  EXPECT_EQ(genai_name("Files_List"), "Files_List") << "OpenTelemetry has no word for it";
  EXPECT_EQ(genai_name("of a record of another version"), "of a record of another version");
}

TEST(LeftPaths, AreOfWhatAnOperationLeaves) {
  for (const Operation& operation : operation_table()) {
    const bool wanted = operation.leaves_id(Leaves::items) || operation.leaves_id(Leaves::stores) ||
                        operation.leaves_id(Leaves::run_files) ||
                        operation.leaves_id(Leaves::tuning_files);
    EXPECT_EQ(left_paths(operation.leaves) != nullptr, wanted) << operation.id;
  }
  EXPECT_EQ(left_paths(Leaves::answer), nullptr) << "read anyhow";
}

TEST(LeftPaths, AreThoseOfWhatAStreamTellsOfAMessageAndAStepWhileTheyGrow) {
  usage::UsageMeter meter(usage::BodyShape::server_sent_events,
                          {.ids_at = left_paths(Leaves::run_files)});
  meter.feed(R"(event: thread.message.delta
data: {"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,)"
             R"("type":"image_file","image_file":{"file_id":"assistant-1"}},{"index":1,)"
             R"("type":"text","text":{"annotations":[{"type":"file_path",)"
             R"("file_path":{"file_id":"assistant-2"}}]}}]}}

event: thread.run.step.delta
data: {"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{)"
             R"("type":"tool_calls","tool_calls":[{"index":0,"type":"code_interpreter",)"
             R"("code_interpreter":{"outputs":[{"index":0,"type":"image",)"
             R"("image":{"file_id":"assistant-3"}}]}}]}}}

event: done
data: [DONE]

)");
  EXPECT_EQ(meter.finish(true).left_ids,
            (std::vector<std::string>{"assistant-1", "assistant-2", "assistant-3"}));
}

}  // namespace
}  // namespace tollgate::operations
