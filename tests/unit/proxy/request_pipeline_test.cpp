// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/request_pipeline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "operation_exits.hpp"

namespace tollgate::proxy {
namespace {

class Responses : public OperationExits {
 protected:
  /// The answer is one event, and its last byte comes later.
  void answered_with(const std::string& status, const std::string& event) {
    ask(R"({"model":"gpt-4o","input":"Hi","stream":true})", "/openai/v1/responses");
    const std::string body = "data: " + event + "\n\n";
    backend_says("HTTP/1.1 " + status + "\r\nContent-Type: text/event-stream\r\n" +
                 "Content-Length: " + std::to_string(body.size() + 1) + "\r\n\r\n" + body);
    backend_says("\n");
  }
  /// A transcript in plain text.
  void transcribed(const std::string& said) {
    const std::string form =
        "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b\r\n"
        "Content-Disposition: form-data; name=\"file\"; "
        "filename=\"a.wav\"\r\n\r\nRIFF\r\n--b--\r\n";
    begin(
        "POST /openai/v1/audio/transcriptions HTTP/1.1\r\nHost: gateway\r\nContent-Type: "
        "multipart/form-data; boundary=b\r\nContent-Length: " +
            std::to_string(form.size()) + "\r\n\r\n",
        form);
    backend_says("HTTP/1.1 200 OK\r\nContent-Type: Text/plain\r\nContent-Length: " +
                 std::to_string(said.size()) + "\r\n\r\n" + said);
  }
  static inline const std::string kEvent =
      R"({"type":"response.completed","response":{"id":"resp_1","object":"response",)"
      R"("status":"completed","usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}})";
};

// Its cost is in Azure's logs, and nothing told which line there was its own.
TEST_F(Responses, AKilledStreamsIntentHasTheBackendsIdOfIt) {
  for (const std::string type :
       {"Content-Type: text/event-stream\r\n", "Content-Type: text/plain\r\n",
        "Content-Type: application/json\r\n", ""}) {
    ask(R"({"messages":[],"stream":true})");
    backend_says("HTTP/1.1 200 OK\r\n" + type +
                 "apim-request-id: azure-7\r\nConnection: close\r\n\r\n"
                 "data: {\"choices\":[]}\n\n");
    ASSERT_TRUE(journal_.opened);
    EXPECT_EQ(journal_.opened->backend_request_id, "azure-7") << type;
    EXPECT_EQ(journal_.opened->backend, "east") << type;
    backend().ends(net::MemoryLine::End::closed);
    run();
  }
}

// A proxy before the backend had dropped its type: the tokens were guessed, and the client saw the
// usage that it had not asked for.
TEST_F(Responses, AStreamUnderAnotherLabelIsCountedAndStripped) {
  const std::string delta = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
  const std::string usage =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,"
      "\"total_tokens\":12}}\n\n";
  for (const std::string type :
       {"Content-Type: text/plain\r\n", "Content-Type: application/json\r\n",
        "Content-Type: application/octet-stream\r\n", ""}) {
    entries_.clear();
    client_->sent.clear();
    ask(R"({"messages":[],"stream":true})");
    backend_says("HTTP/1.1 200 OK\r\n" + type + "Connection: close\r\n\r\n" + delta + usage);
    backend().ends(net::MemoryLine::End::closed);
    run();
    EXPECT_EQ(record().usage_basis, usage::UsageBasis::reported) << type;
    EXPECT_EQ(record().tokens.total, 12) << type;
    EXPECT_NE(client_got().find("Hi"), std::string::npos) << type;
    EXPECT_EQ(client_got().find("prompt_tokens"), std::string::npos) << type;
  }
}

// The speaker had dictated it.
TEST_F(Responses, APlainTranscriptsWordsAreNoUsage) {
  const std::string said =
      R"({"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})";
  transcribed(said);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record().tokens.total, std::nullopt);
  EXPECT_NE(client_got().find(said), std::string::npos);
}

// The trail showed an answer that nobody had seen.
TEST_F(Responses, APlainTranscriptIsKeptAsItsUserSawIt) {
  const std::string said = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
  transcribed(said);
  ASSERT_EQ(recorder_.kept.size(), 1U);
  ASSERT_TRUE(recorder_.kept[0].answer);
  EXPECT_EQ(recorder_.kept[0].answer->answer.body, said);
}

// Its words may be anybody's.
TEST_F(Responses, AFileThatLooksLikeAnAnswerIsNotBilled) {
  config_.operations.open.push_back(config::OperationGroup::files);
  pipeline();
  objects().note({"file-1", "retail", "east", "", ""});
  const std::string file = "data: " + kEvent + "\n\n";
  begin("GET /openai/v1/files/file-1/content HTTP/1.1\r\nHost: gateway\r\n\r\n", "");
  backend_says("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
               std::to_string(file.size()) + "\r\n\r\n" + file);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::none);
  EXPECT_TRUE(record().response_id.empty());
  EXPECT_NE(client_got().find("resp_1"), std::string::npos);
}

// Its client may use it while the answer still comes: a crash must not forget whose it is.
TEST_F(Responses, AStoredResponseIsItsClientsBeforeTheAnswersEnd) {
  answered_with("200 OK", kEvent);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open", "amend", "amend", "close"}))
      << "for who answers, and for what it made";
  EXPECT_EQ(record().stored_objects, std::vector<std::string>{"resp_1"});
}

// Each of its steps was called by the one before.
TEST_F(Responses, AConversationIsCalledByItsFirstResponse) {
  answered_with("200 OK", kEvent);
  EXPECT_EQ(record().conversation_id, "resp_1");
  ASSERT_EQ(recorder_.kept.size(), 1U);
  EXPECT_FALSE(recorder_.kept[0].names_conversation);
}

// Its client had the object that an error named, and a crash would have asked for it.
TEST_F(Responses, AnErrorsIdIsNobodysObject) {
  answered_with("400 Bad Request", kEvent);
  expect_told_once(usage::Outcome::refused);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open", "close"}));
  EXPECT_TRUE(record().stored_objects.empty());
}

// It was charged what nobody billed: only its object can tell that the work was done after all.
TEST_F(Responses, ABackgroundStreamThatEndsWithAnErrorIsNotGuessed) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ";
  const std::string body =
      R"(data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress"}})"
      "\n\n"
      R"(data: {"type":"response.output_text.delta","delta":"some words"})"
      "\n\n"
      R"(data: {"type":"error","code":"server_error","message":"no"})"
      "\n\n";
  ask(R"({"model":"gpt-4o","input":"Hi","stream":true,"background":true})", "/openai/v1/responses");
  backend_says(head + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(told(), kEveryBook);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::none);
  EXPECT_FALSE(record().follow_path.empty());
}

TEST_F(Responses, BackgroundWorkKeepsItsPromptUntilItsObjectTells) {
  const std::string body = R"({"id":"resp_1","object":"response","status":"queued"})";
  ask(R"({"model":"gpt-4o","input":"Hi","background":true})", "/openai/v1/responses");
  backend_says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::estimated);
  EXPECT_GT(record().tokens.prompt.value_or(0), 0);
  EXPECT_FALSE(record().tokens.completion);
}

}  // namespace
}  // namespace tollgate::proxy
