// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follow.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::followup {
namespace {

using Ids = std::vector<std::string>;
using usage::UsageBasis;
using usage::UsageOutcome;

operations::RequestTarget target(const std::string& method, const std::string& path) {
  return operations::parse_target(method, path).value();
}

UsageOutcome unfinished(const std::string& id, const std::string& status = "queued") {
  UsageOutcome out;
  out.response_id = id;
  out.status = status;
  return out;
}

const std::string kResponses = "/openai/v1/responses";
const std::string kLegacyBatches = "/openai/batches?api-version=2025-04-01-preview";

TEST(FollowPath, IsThatOfTheUnfinishedObject) {
  EXPECT_EQ(follow_path(target("POST", kResponses), unfinished("resp_1", ""), true),
            "/openai/v1/responses/resp_1")
      << "the answer broke off before it told its state";
  EXPECT_EQ(follow_path(target("POST", kResponses), unfinished("resp_1"), true),
            "/openai/v1/responses/resp_1");
  EXPECT_EQ(follow_path(target("POST", kLegacyBatches), unfinished("batch_1", "validating"), false),
            "/openai/batches/batch_1?api-version=2025-04-01-preview");
  UsageOutcome run = unfinished("run_1", "requires_action");
  run.thread_id = "thread_1";
  EXPECT_EQ(follow_path(target("POST", "/openai/v1/threads/thread_1/runs"), run, false),
            "/openai/v1/threads/thread_1/runs/run_1");
}

TEST(FollowPath, IsAskedForInAStateThatNobodyKnows) {
  EXPECT_EQ(follow_path(target("POST", kResponses), unfinished("resp_1", "pausing"), true),
            "/openai/v1/responses/resp_1");
}

TEST(FollowPath, IsEmptyWhereThereIsNothingToWaitFor) {
  EXPECT_EQ(follow_path(target("POST", kResponses), unfinished("resp_1"), false), "")
      << "only background responses go on";
  EXPECT_EQ(follow_path(target("POST", kResponses), unfinished("resp_1", "completed"), true), "");
  EXPECT_EQ(follow_path(target("GET", kResponses + "/resp_1"), unfinished("resp_1"), true), "")
      << "the record of its creation waits";
  UsageOutcome counted = unfinished("resp_1");
  counted.basis = UsageBasis::reported;
  EXPECT_EQ(follow_path(target("POST", kResponses), counted, true), "");
  EXPECT_EQ(follow_path(target("POST", "/openai/v1/threads/runs"), unfinished("run_1"), false), "")
      << "a run without its thread cannot be asked about";
}

TEST(AskedFirst, IsTheWorkThatAnObjectsEndWouldHide) {
  EXPECT_EQ(asked_first(target("DELETE", "/openai/v1/responses/resp_1")), "/responses/resp_1");
  EXPECT_EQ(asked_first(target("DELETE", "/openai/v1/threads/thread_1")), "/threads/thread_1");
  EXPECT_EQ(asked_first(target("DELETE", "/openai/v1/files/file-1")), "/batches");
  EXPECT_EQ(asked_first(target("DELETE", "/openai/v1/vector_stores/vs_1")), "");
  EXPECT_EQ(asked_first(target("GET", "/openai/v1/responses/resp_1")), "");
}

// An id comes from a backend and goes into a path.
TEST(FollowPath, TakesNoIdThatIsMoreThanOne) {
  for (const char* id : {"", "resp/1", "resp 1", "..", "resp?x", "r%2f"}) {
    EXPECT_EQ(follow_path(target("POST", kResponses), unfinished(id), true), "") << id;
    EXPECT_EQ(stored_objects(target("POST", kResponses), unfinished(id)), Ids{}) << id;
  }
  EXPECT_FALSE(is_object_id(std::string(257, 'a')));
}

TEST(StoredObjects, AreThoseThatTheOperationMade) {
  EXPECT_EQ(stored_objects(target("POST", kResponses), unfinished("resp_1")), Ids{"resp_1"});
  EXPECT_EQ(stored_objects(target("GET", kResponses + "/resp_1"), unfinished("resp_1")), Ids{});
  UsageOutcome whole = unfinished("resp_1");
  whole.parts = {"cntr_1", "msg/1", "msg_1"};
  EXPECT_EQ(stored_objects(target("POST", kResponses), whole), (Ids{"resp_1", "cntr_1", "msg_1"}));
  UsageOutcome run = unfinished("run_1");
  run.thread_id = "thread_1";
  EXPECT_EQ(stored_objects(target("POST", "/openai/v1/threads/runs"), run), Ids{"thread_1"});
}

TEST(StoredObjects, HoldTheFilesThatABatchOrAnUploadBecame) {
  UsageOutcome batch = unfinished("batch_1", "completed");
  batch.result_files = {"file-1", "file-2"};
  EXPECT_EQ(stored_objects(target("GET", "/openai/v1/batches/batch_1"), batch),
            (Ids{"file-1", "file-2"}));
  UsageOutcome upload = unfinished("upload_1", "completed");
  upload.file_id = "file-3";
  EXPECT_EQ(stored_objects(target("POST", "/openai/v1/uploads/upload_1/complete"), upload),
            Ids{"file-3"});
}

// Lists show what clients sent as well, with ids that some of them make up.
TEST(StoredObjects, AreItemsThatABackendHasNamed) {
  const std::string drawn = "msg_68a1f0c2b7d88190a4e5";
  UsageOutcome list;
  list.left_ids = {drawn,
                   "msg_1",
                   "__fake_id__",
                   "item",
                   "msg_abcdefghijklmnopqrstuvwxyz",
                   "asst_68a1f0c2b7d88190a4e5",
                   "thread_68a1f0c2b7d88190a4e5"};
  for (const char* path :
       {"/openai/v1/responses/resp_1/input_items", "/openai/v1/conversations/conv_1/items"})
    EXPECT_EQ(stored_objects(target("GET", path), list), Ids{drawn}) << path;
  list.left_ids = {"assistant-1"};
  EXPECT_EQ(stored_objects(target("GET", "/openai/v1/threads/thread_1/messages"), list),
            Ids{"assistant-1"});
}

UsageOutcome shown_whole(const std::string& id) {
  UsageOutcome out = unfinished(id, "completed");
  out.basis = UsageBasis::reported;
  out.terminal = true;
  return out;
}

TEST(ShownWork, IsThatOfTheObjectThatWasAskedFor) {
  const auto get = target("GET", kResponses + "/resp_1");
  EXPECT_EQ(shown_work(get, shown_whole("resp_1")), "/responses/resp_1");
  EXPECT_EQ(shown_work(get, shown_whole("resp_2")), "") << "not what the path names";
  EXPECT_EQ(shown_work(target("GET", "/openai/v1/files/resp_1/content"), shown_whole("resp_1")), "")
      << "a file holds what its client wrote";
  UsageOutcome run = shown_whole("run_1");
  run.thread_id = "thread_1";
  EXPECT_EQ(shown_work(target("GET", "/openai/v1/threads/thread_1/runs/run_1"), run),
            "/threads/thread_1/runs/run_1");
  EXPECT_EQ(shown_work(target("GET", "/openai/v1/threads/thread_2/runs/run_1"), run), "");
  EXPECT_EQ(shown_work(target("GET", "/openai/v1/threads/thread_1/runs/run_2"), run), "");
}

TEST(ShownWork, IsFinishedAndCounted) {
  const auto get = target("GET", kResponses + "/resp_1");
  UsageOutcome shown = shown_whole("resp_1");
  shown.basis = UsageBasis::none;
  EXPECT_EQ(shown_work(get, shown), "");
  shown = shown_whole("resp_1");
  shown.terminal = false;
  EXPECT_EQ(shown_work(get, shown), "") << "cut off";
  shown = shown_whole("resp_1");
  shown.status = "in_progress";
  EXPECT_EQ(shown_work(get, shown), "");
}

TEST(WorkPath, LeavesTheFamilyAndTheQueryOut) {
  EXPECT_EQ(work_path("/openai/v1/responses/resp_1"), "/responses/resp_1");
  EXPECT_EQ(work_path("/openai/batches/batch_1?api-version=x"), "/batches/batch_1");
}

}  // namespace
}  // namespace tollgate::followup
