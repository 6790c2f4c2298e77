// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_reading.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tollgate/operations/request_target.hpp"

namespace tollgate::proxy {
namespace {

using audit::AnswerKind;
using usage::AnswerForm;
using usage::BodyShape;

constexpr const char* kChat = "/openai/v1/chat/completions";
constexpr const char* kSpeech = "/openai/v1/audio/speech";
constexpr const char* kTranscript = "/openai/v1/audio/transcriptions";

/// What came, for what was asked.
struct Case {
  const char* path;
  std::string type;
  int status = 200;
  AnswerForm form = AnswerForm::unknown;
  bool stream = false;
};

AnswerReading reading(const Case& of) {
  const auto target = operations::parse_target("POST", of.path);
  usage::RequestScan scan;
  scan.answer_form = of.form;
  scan.stream = of.stream;
  upstream::OutboundRequest request;
  request.target = &*target;
  request.scan = &scan;
  upstream::Answer answer;
  answer.head.status = of.status;
  if (!of.type.empty()) answer.head.fields = {{"content-type", of.type}};
  return reading_of(answer, request);
}

TEST(AnswerReading, ALabelThatIsSureTells) {
  EXPECT_EQ(reading({kChat, "application/json"}).shape, BodyShape::json);
  EXPECT_EQ(reading({kChat, "text/event-stream"}).shape, BodyShape::server_sent_events);
  EXPECT_EQ(reading({kSpeech, "text/event-stream"}).kept, AnswerKind::as_it_begins);
}

TEST(AnswerReading, ATranscriptIsPlainByWhatWasAskedFor) {
  const Case asked{kTranscript, "text/event-stream", 200, AnswerForm::text};
  EXPECT_EQ(reading(asked).kept, AnswerKind::text);
  EXPECT_EQ(reading(asked).shape, BodyShape::opaque);
  EXPECT_EQ(reading({kTranscript, "application/json", 200, AnswerForm::text}).kept,
            AnswerKind::as_it_begins)
      << "the backend may not know the field";
  EXPECT_EQ(reading({kTranscript, "text/plain", 200, AnswerForm::text, true}).kept,
            AnswerKind::as_it_begins);
  EXPECT_EQ(reading({kTranscript, "text/plain"}).kept, AnswerKind::text) << "nobody said";
  EXPECT_EQ(reading({kTranscript, ""}).kept, AnswerKind::as_it_begins);
}

TEST(AnswerReading, SoundUnderALabelThatSaysNothingIsAFile) {
  EXPECT_EQ(reading({kSpeech, ""}).kept, AnswerKind::file);
  EXPECT_EQ(reading({kSpeech, "application/octet-stream"}).kept, AnswerKind::file);
  EXPECT_EQ(reading({kSpeech, "text/plain"}).kept, AnswerKind::as_it_begins);
  EXPECT_EQ(reading({kChat, "application/octet-stream"}).kept, AnswerKind::as_it_begins);
}

TEST(AnswerReading, AnErrorIsNoneOfWhatTheOperationGives) {
  for (const char* const path : {kSpeech, kTranscript}) {
    const AnswerReading error = reading({path, "text/plain", 400, AnswerForm::text});
    EXPECT_EQ(error.kept, AnswerKind::as_it_begins) << path;
    EXPECT_EQ(error.shape, BodyShape::json) << path;
  }
}

}  // namespace
}  // namespace tollgate::proxy
