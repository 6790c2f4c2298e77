// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination_fixture.hpp"

// Where a request goes that names what its client may use.
namespace tollgate::proxy::destination_tests {

TEST_F(DestinationTest, GoesWhereAllObjectsLive) {
  const auto own = post("/openai/v1/responses", R"({"model":"gpt-4o","file_id":"elsewhere"})");
  ASSERT_TRUE(own);
  ASSERT_EQ(own->route().candidates.size(), 1U);
  EXPECT_EQ(own->route().candidates.front().deployment, "gpt-other");
  const auto torn =
      post("/openai/v1/responses", R"({"model":"gpt-4o","file_ids":["elsewhere","mine"]})");
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().code, Errc::not_found);
  EXPECT_FALSE(post("/openai/v1/responses", R"({"model":"embed","file_id":"elsewhere"})"));
}

TEST_F(DestinationTest, TakesEveryTargetWhereNothingBinds) {
  const auto free = post("/openai/v1/responses", R"({"model":"gpt-4o","input":"hi"})");
  ASSERT_TRUE(free);
  EXPECT_EQ(free->route().candidates.size(), 2U);
  EXPECT_EQ(free->model, "gpt-4o");
  EXPECT_FALSE(free->own_route) << "nothing was copied";
}

TEST_F(DestinationTest, ARunGoesByItsModelElseByItsAssistant) {
  const auto by_assistant = post("/openai/v1/threads/runs", R"({"assistant_id":"run_by"})");
  ASSERT_TRUE(by_assistant);
  EXPECT_EQ(by_assistant->model, "gpt-4o");
  EXPECT_EQ(by_assistant->route().candidates.front().deployment, "gpt-home");
  const auto by_model =
      post("/openai/v1/threads/mine/runs", R"({"assistant_id":"run_by","model":"embed"})");
  ASSERT_TRUE(by_model);
  EXPECT_EQ(by_model->route().candidates.front().deployment, "embed-home");
  EXPECT_EQ(by_model->model, "embed");
}

TEST_F(DestinationTest, NeedsAModelWhereOneAnswers) {
  for (const char* body : {"", "{}", R"({"prompt":{"id":"pmpt_1"}})"}) {
    const auto refused = post("/openai/v1/responses", body);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
  }
}

TEST_F(DestinationTest, RefusesBatchesThatItCannotLookInto) {
  const auto blob = post("/openai/v1/batches", R"({"input_blob":"https://x/y.jsonl"})");
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().code, Errc::forbidden);
  const auto parts = post("/openai/v1/uploads", R"({"purpose":"batch","filename":"x"})");
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, Errc::forbidden);
  EXPECT_TRUE(post("/openai/v1/uploads", R"({"purpose":"assistants","filename":"x"})"));
}

// Whatever its purpose was, and whether or not the backend looks at that.
TEST_F(DestinationTest, ABatchNeedsAFileWhoseLinesWereRead) {
  const auto unread = post("/openai/v1/batches", R"({"input_file_id":"mine"})");
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, Errc::forbidden);
  const auto read = post("/openai/v1/batches", R"({"input_file_id":"my_other"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->model, "gpt-4o");
  for (const auto& [purpose, model] :
       {std::pair("batch", "embed"), std::pair("assistants", ""), std::pair("new-purpose", "")}) {
    Request upload{.target = "/openai/v1/files", .fields = {{"content-type", kFormType}}};
    upload.body = form_part("purpose", "", purpose) +
                  form_part("file", "; filename=\"x\"", R"({"body":{"model":"embed"}})") + "--" +
                  std::string(kBoundary) + "--";
    const auto taken = decide("POST", upload);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->model, model) << "what is noted with the file";
  }
}

// A backend that reads it as the object that it should be would find names that nobody has judged.
TEST_F(DestinationTest, ABatchLinesBodyMustBeAnObject) {
  for (const char* line : {R"({"body":"{\"model\":\"secret\"}"})", R"({"Body":["{}"]})"}) {
    Request upload{.target = "/openai/v1/files", .fields = {{"content-type", kFormType}}};
    upload.body = form_part("purpose", "", "batch") + form_part("file", "; filename=\"x\"", line) +
                  "--" + std::string(kBoundary) + "--";
    const auto refused = decide("POST", upload);
    ASSERT_FALSE(refused) << line;
    EXPECT_EQ(refused.error().message, "body must be an object");
  }
}

TEST_F(DestinationTest, AJobStartsFromAModelThatTheClientMayUse) {
  const auto job = [&](const std::string& model) {
    return post("/openai/v1/fine_tuning/jobs",
                R"({"training_file":"mine","model":")" + model + R"("})");
  };
  const auto allowed = job("gpt-4o");
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_TRUE(allowed->models.empty()) << "a base model is not replaced by a deployment";
  for (const char* model : {"secret", "gpt-4o-2024-08-06"}) {
    const auto refused = job(model);
    ASSERT_FALSE(refused) << model;
    EXPECT_EQ(refused.error().code, Errc::forbidden) << model;
  }
  client_.models.reset();
  EXPECT_TRUE(job("secret"));
  EXPECT_TRUE(job("gpt-4o-2024-08-06"));
}

TEST_F(DestinationTest, NamesEveryLineOfABatchFile) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += R"({"body":{"model":"embed"}})"
             "\n";
  Request upload{.target = "/openai/v1/files", .fields = {{"content-type", kFormType}}};
  upload.body = form_part("purpose", "", "batch") + form_part("file", "; filename=\"x\"", lines) +
                "--" + std::string(kBoundary) + "--";
  const auto taken = decide("POST", upload);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->models.size(), 20'000U);
  // A few at once: all in one go held up the worker's other connections.
  const Wanted wanted{target_, nullptr, names_, client_};
  DestinationReader reader(wanted, routes_, found_);
  IdsToFind ids(names_);
  std::size_t steps = 1;
  while (!reader.step(100)) ++steps;
  while (!ids.step(100)) ++steps;
  EXPECT_GE(steps, 3 * names_.size() / 100) << "for rights, for models, for ids";
  EXPECT_EQ(reader.take()->models.size(), 20'000U);
}

}  // namespace tollgate::proxy::destination_tests
