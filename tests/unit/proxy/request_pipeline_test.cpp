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
  /// What a form that asks for `format` (empty: it says nothing) is answered with; `label`: a
  /// field's line, or empty.
  void transcribed(const std::string& format, const std::string& label, const std::string& said) {
    forget_entries();
    client_->sent.clear();
    recorder_.kept.clear();
    const std::string part = "--b\r\nContent-Disposition: form-data; name=";
    const std::string asked =
        format.empty() ? "" : part + "\"response_format\"\r\n\r\n" + format + "\r\n";
    const std::string form = part + "\"model\"\r\n\r\ngpt-4o\r\n" + asked +
                             "--b\r\n"
                             "Content-Disposition: form-data; name=\"file\"; "
                             "filename=\"a.wav\"\r\n\r\nRIFF\r\n--b--\r\n";
    begin(
        "POST /openai/v1/audio/transcriptions HTTP/1.1\r\nHost: gateway\r\nContent-Type: "
        "multipart/form-data; boundary=b\r\nContent-Length: " +
            std::to_string(form.size()) + "\r\n\r\n",
        form);
    backend_says("HTTP/1.1 200 OK\r\n" + label + "Content-Length: " + std::to_string(said.size()) +
                 "\r\n\r\n" + said);
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
  const std::string delta = "{\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}";
  const std::string usage =
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,"
      "\"total_tokens\":12}}";
  for (const std::string& body :
       {"data: " + delta + "\n\ndata: " + usage + "\n\n", delta + "\n" + usage + "\n"}) {
    for (const std::string type :
         {"Content-Type: text/plain\r\n", "Content-Type: application/json\r\n",
          "Content-Type: application/octet-stream\r\n", ""}) {
      for (const std::string& framing :
           {std::string("Connection: close\r\n\r\n"),
            "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"}) {
        forget_entries();
        client_->sent.clear();
        ask(R"({"messages":[],"stream":true})");
        backend_says("HTTP/1.1 200 OK\r\n" + type + framing + body);
        backend().ends(net::MemoryLine::End::closed);
        run();
        EXPECT_EQ(client_got().find("Content-Length"), std::string::npos) << type;
        EXPECT_EQ(record().usage_basis, usage::UsageBasis::reported) << type;
        EXPECT_EQ(record().tokens.total, 12) << type;
        EXPECT_NE(client_got().find("Hi"), std::string::npos) << type;
        EXPECT_EQ(client_got().find("prompt_tokens"), std::string::npos) << type;
      }
    }
  }
}

// The trail showed the sound as a text, since its first byte was a brace.
TEST_F(Responses, SoundThatNoLabelTellsIsAFileInTheTrail) {
  ask(R"({"model":"gpt-4o","input":"Hi","voice":"v"})", "/openai/v1/audio/speech");
  backend_says(
      "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 9\r\n\r\n"
      "{\"a\":\"b\"}");
  ASSERT_EQ(recorder_.kept.size(), 1U);
  ASSERT_TRUE(recorder_.kept[0].answer);
  EXPECT_NE(recorder_.kept[0].answer->answer.body.find("sha256"), std::string::npos);
}

constexpr const char* kCounts = R"("usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12})";
constexpr const char* kPlainLabels[] = {"Content-Type: Text/plain\r\n", "",
                                        "Content-Type: application/octet-stream\r\n",
                                        "Content-Type: text/event-stream\r\n"};

// The speaker had dictated it, and the trail showed an answer that nobody had seen.
TEST_F(Responses, APlainTranscriptsWordsAreNoUsageAndKeptAsTheyAre) {
  const std::string usage = "{" + std::string(kCounts) + "}";
  const std::string delta = R"({"choices":[{"delta":{"content":"Hi"}}]})";
  for (const std::string& said :
       {usage, "data: " + delta + "\n\ndata: " + usage + "\n\n", delta + "\n" + usage + "\n"}) {
    for (const std::string label : kPlainLabels) {
      for (const char* const format : {"text", "srt", "vtt"}) {
        transcribed(format, label, said);
        EXPECT_EQ(record().usage_basis, usage::UsageBasis::none) << label << said;
        EXPECT_EQ(record().usage_reason, "opaque_body") << label << said;
        EXPECT_EQ(record().tokens.total, std::nullopt) << label << said;
        EXPECT_NE(client_got().find(said), std::string::npos) << label;
        ASSERT_TRUE(recorder_.kept.size() == 1U && recorder_.kept[0].answer) << label;
        EXPECT_EQ(recorder_.kept[0].answer->answer.body, said) << label;
      }
    }
  }
}

// A proxy before the backend had called it text: its tokens were in no record.
TEST_F(Responses, ATranscriptThatWasAskedForInJsonIsCountedUnderAnyLabel) {
  const std::string said = R"({"text":"x",)" + std::string(kCounts) + "}";
  for (const std::string label :
       {"Content-Type: text/plain\r\n", "", "Content-Type: application/json\r\n"}) {
    for (const char* const format : {"", "json", "verbose_json", "diarized_json"}) {
      transcribed(format, label, said);
      EXPECT_EQ(record().usage_basis, usage::UsageBasis::reported) << label << format;
      EXPECT_EQ(record().tokens.total, 12) << label << format;
    }
  }
  transcribed("", "Content-Type: text/plain\r\n", "some words");
  EXPECT_EQ(record().usage_reason, "opaque_body") << "the backend did not do as it was asked";
}

// A backend that does not know the field answers in JSON, and says so.
TEST_F(Responses, ATranscriptThatIsCalledJsonIsCountedWhateverWasAskedFor) {
  transcribed("text", "Content-Type: application/json\r\n",
              R"({"text":"x",)" + std::string(kCounts) + "}");
  EXPECT_EQ(record().tokens.total, 12);
}

// Of an unknown word the label tells.
TEST_F(Responses, ATranscriptInAnUnknownFormIsWhatItIsCalled) {
  const std::string usage = "{" + std::string(kCounts) + "}";
  transcribed("Text", "Content-Type: text/plain\r\n", usage);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::none);
  transcribed("Text", "", usage);
  EXPECT_EQ(record().usage_basis, usage::UsageBasis::reported);
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
