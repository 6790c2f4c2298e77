// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination_fixture.hpp"

// Whoever names another client's object or a model that is not for it is refused, wherever the name
// stands.
namespace tollgate::proxy::destination_tests {

TEST_F(DestinationTest, RefusesAForeignObjectAtEveryPlaceOfEveryOperation) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    const bool is_object = place.names == Names::object || place.names == Names::batch_file;
    if (!is_object && place.names != Names::part) return;
    for (int round = 0; round < 5; ++round) {
      const std::string method(operation.method);
      const Request foreign = request_with(operation, place, "foreign", random);
      const auto refused = decide(method, foreign);
      ASSERT_FALSE(refused) << foreign.target << " " << foreign.body;
      EXPECT_EQ(refused.error().code, Errc::forbidden) << foreign.body;
      const Request own = request_with(operation, place, "my_other", random);
      const auto taken = decide(method, own);
      ASSERT_TRUE(taken) << own.target << " " << own.body << " " << taken.error().message;
      if (is_object) {
        EXPECT_EQ(taken->route().candidates.size(), 1U) << "it is bound to the object's backend";
      }
      const Request unknown = request_with(operation, place, "unknown", random);
      const auto nobodys = decide(method, unknown);
      EXPECT_EQ(nobodys.has_value(), place.names == Names::part) << unknown.body;
      ++planted;
    }
  });
  EXPECT_GT(planted, 500);
}

TEST_F(DestinationTest, RefusesAModelThatIsNotForTheClientAtEveryPlaceOfEveryOperation) {
  std::mt19937 random(7);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    if (place.names != Names::model && place.names != Names::second_model) return;
    if (place.where == Where::path) return;
    const std::string method(operation.method);
    const Request secret = request_with(operation, place, "secret", random);
    const auto refused = decide(method, secret);
    ASSERT_FALSE(refused) << secret.body;
    EXPECT_EQ(refused.error().code, Errc::forbidden) << secret.body;
    const auto unknown = decide(method, request_with(operation, place, "no-such-model", random));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    const auto allowed = decide(method, request_with(operation, place, "embed", random));
    ASSERT_TRUE(allowed) << allowed.error().message;
    ASSERT_FALSE(allowed->models.empty());
    EXPECT_EQ(allowed->route().candidates.size(), 1U) << "only one backend has it";
    ++planted;
  });
  EXPECT_GT(planted, 100);
}

TEST_F(DestinationTest, RefusesAModelThatIsNotForTheClientInAUrl) {
  const auto create = [this](const std::string& model) {
    return post("/openai/v1/batches",
                R"({"endpoint":"/openai/deployments/)" + model + R"(/chat/completions"})");
  };
  EXPECT_EQ(create("secret").error().code, Errc::forbidden);
  EXPECT_EQ(create("no-such-model").error().code, Errc::not_found);
  const auto allowed = create("embed");
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->models.size(), 1U);
  EXPECT_EQ(allowed->route().candidates.size(), 1U) << "only one backend has it";
  std::mt19937 random(7);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    if (place.names != Names::work_url) return;
    const auto refused =
        decide("POST", request_with(operation, place, "/deployments/secret/embeddings", random));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    ++planted;
  });
  EXPECT_GE(planted, 2);
}

TEST_F(DestinationTest, KnowsTheConversationThatARequestGoesOnWithOrIsAbout) {
  found_["mine"].conversation = "talk";
  const auto conversation = [](const Result<Destination>& decided) {
    return decided ? decided->conversation : decided.error().message;
  };
  const auto next = [&](const std::string& response) {
    return conversation(post("/openai/v1/responses",
                             R"({"model":"gpt-4o","previous_response_id":")" + response + R"("})"));
  };
  EXPECT_EQ(next("mine"), "talk");
  EXPECT_EQ(next("my_other"), "my_other") << "it began one";
  EXPECT_EQ(conversation(post("/openai/v1/conversations/my_other/items", "{}")), "my_other");
  EXPECT_EQ(conversation(decide("GET", {.target = "/openai/v1/responses/mine"})), "talk");
  EXPECT_EQ(conversation(decide("GET", {.target = "/openai/v1/files/mine"})), "");
  EXPECT_EQ(conversation(post("/openai/v1/responses", R"({"model":"gpt-4o"})")), "");
}

TEST_F(DestinationTest, LeavesTheClientsOwnDataAlone) {
  for (const char* body :
       {R"({"model":"gpt-4o","metadata":{"file_id":"foreign"}})",
        R"({"model":"gpt-4o","functions":[{"parameters":{"examples":[{"file_id":"abc"}]}}]})",
        R"({"model":"gpt-4o","input":[{"tools":[{"input_schema":{"thread_id":"T1"}}]}]})",
        R"({"model":"gpt-4o","tools":[{"tools":[{"parameters":{"file_id":"abc"}}]}]})",
        R"({"model":"gpt-4o","tools":[{"type":"mcp","headers":{"thread_id":"T"}}]})",
        R"({"model":"gpt-4o","input":[{"action":{"env":{"file_id":"abc"}}}]})",
        R"({"model":"gpt-4o","tools":[{"type":"function","parameters":{"file_id":"foreign"}}]})",
        R"({"model":"gpt-4o","input":[{"content":[{"annotations":[{"file_id":"foreign"}]}]}]})",
        R"({"model":"gpt-4o","input":"file_id foreign","x":{"id":"foreign"}})"}) {
    EXPECT_TRUE(post("/openai/v1/responses", body)) << body;
  }
}

TEST_F(DestinationTest, RefusesABodyInWhichNamesCouldBeHidden) {
  for (const char* body :
       {"not json", "\xEF\xBB\xBF{\"model\":\"gpt-4o\"}", R"({"model":"gpt-4o",})",
        R"({"model":"gpt-4o"}{"file_id":"foreign"})", R"({"model":"gpt-4o","x":NaN})",
        R"({"model":"gpt-4o","Model":"secret"})", R"({"model":"gpt-4o","mod\u0065l":"embed"})"}) {
    const auto refused = post("/openai/v1/responses", body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, Errc::invalid_input) << body;
  }
  const Request form{.target = "/openai/v1/threads",
                     .fields = {{"content-type", "multipart/form-data; boundary=x"}},
                     .body = "--x\r\n\r\n"};
  EXPECT_FALSE(decide("POST", form));
}

}  // namespace tollgate::proxy::destination_tests
