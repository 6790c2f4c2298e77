// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "made_rows.hpp"
#include "tollgate/trail/row_digest.hpp"
#include "trail_world.hpp"

// The rows of a corpus of exchanges to the byte, with their hashes, as rows.jsonl has them: what
// makes them faster changes none. With TOLLGATE_REWRITE=1 in the environment this test writes that
// file instead; the change then shows what has become of rows.
namespace tollgate::capture {
namespace {

constexpr const char* kDocument = TOLLGATE_SOURCE_DIR "/tests/unit/capture/rows.jsonl";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream; charset=utf-8";
constexpr std::size_t kMostOfABody = 20'000;

constexpr const char* kSafe =
    R"({"hate":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";
constexpr const char* kWorse =
    R"({"hate":{"filtered":false,"severity":"low"},"violence":{"filtered":true,"severity":"high"}})";
constexpr const char* kPlainPrompt =
    R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},)"
    R"({"role":"user","content":"Why is the sky blue?"}],"temperature":0.2,"stream":true})";

std::string event(std::string_view data) {
  return std::string("data: ").append(data).append("\n\n");
}

std::string named_event(std::string_view type, std::string_view rest) {
  std::string out = "event: ";
  out.append(type).append("\n");
  std::string data = R"({"type":")";
  data.append(type).append("\",").append(rest).append("}");
  return out.append(event(data));
}

std::string chunk(std::string_view choices, std::string_view usage = "null") {
  std::string data = R"({"choices":)";
  data.append(choices).append(
      R"(,"created":1764000000,"id":"chatcmpl-A1","model":"gpt-4o-2024-11-20",)");
  data.append(R"("obfuscation":"xy","object":"chat.completion.chunk","usage":)").append(usage);
  return event(data.append("}"));
}

std::string delta(std::string_view inside, const char* filter = kSafe) {
  std::string choice = R"([{"content_filter_results":)";
  choice.append(filter).append(R"(,"delta":{)").append(inside);
  return chunk(choice.append(R"(},"finish_reason":null,"index":0,"logprobs":null}])"));
}

std::string text(std::string_view written) {
  return delta(std::string(R"("content":")").append(written).append("\""));
}

std::string ended(std::string_view reason) {
  std::string choice = R"([{"delta":{},"finish_reason":")";
  return chunk(choice.append(reason).append(R"(","index":0}])")) +
         chunk("[]", R"({"completion_tokens":7,"prompt_tokens":9,"total_tokens":16})") +
         event("[DONE]");
}

std::string first_of_chat() {
  return event(std::string(R"({"choices":[],"created":0,"id":"","model":"","object":"",)") +
               R"("prompt_filter_results":[{"prompt_index":0,"content_filter_results":)" + kSafe +
               "}]}") +
         delta(R"("content":"","refusal":null,"role":"assistant")");
}

/// Its words are those of a prompt as well: what repeats is numbered alike.
std::string chat() {
  std::string out = first_of_chat();
  for (const char* const word :
       {"Call ", "+44 20", " 7946", " 09", "58", " or mail ali", "ce\\u0040", "example", ".com",
        " \\n\\\"now\\\" ", "\xC3\xA9\xF0\x9F\x98\x80 ", "4111 1111", " 1111 ", "1111", " sk-proj-",
        "Abc1", "23Def456Ghi789Jkl0", ", else wait"})
    out += text(word);
  return out + delta(R"("content":"!")", kWorse) + ended("stop");
}

std::string calls() {
  std::string out =
      first_of_chat() + delta(R"("tool_calls":[{"index":0,"id":"call_1","type":"function",)"
                              R"("function":{"name":"send","arguments":""}}])");
  for (const char* const piece : {"{\\\"to\\\":\\\"bob@", "example.org\\\",\\\"n\\\":", "12}"})
    out += delta(R"("tool_calls":[{"index":0,"function":{"arguments":")" + std::string(piece) +
                 "\"}}]");
  return out + ended("tool_calls");
}

std::string response() {
  const auto say = [](int number, std::string_view said) {
    return named_event("response.output_text.delta",
                       "\"sequence_number\":" + std::to_string(number) +
                           R"(,"output_index":0,"content_index":0,"delta":")" + std::string(said) +
                           "\"");
  };
  return named_event("response.created",
                     R"("response":{"id":"resp_1","object":"response","status":"in_progress",)"
                     R"("model":"gpt-4.1","output":[]})") +
         named_event("response.output_item.added",
                     R"("output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant",)"
                     R"("status":"in_progress","content":[]})") +
         named_event(
             "response.content_part.added",
             R"("output_index":0,"content_index":0,"part":{"type":"output_text","text":""})") +
         say(9, "Her IBAN is DE89 3704") + say(10, " 0044 0532 0130 00") + say(11, ".");
}

std::string whole_answer(std::string_view content) {
  return R"({"id":"chatcmpl-2","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,)"
         R"("message":{"role":"assistant","content":")" +
         std::string(content) +
         R"(","refusal":null},"logprobs":{"content":[{"token":"x"}]},"finish_reason":"stop"}],)"
         R"("usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16}})";
}

std::string transcription() {
  return R"({"text":"It is 4111 1111 1111 1111.","logprobs":[{"token":"4111","bytes":[52,49],)"
         R"("logprob":-0.1}],"segments":[{"text":" It is 4111 1111","tokens":[50364,467]},)"
         R"({"text":" 1111 1111.","tokens":[1]}],"words":[{"word":"It","start":0},{"word":"is"},)"
         R"({"word":"4111"},{"word":"1111"},{"word":"1111"},{"word":"1111"}]})";
}

std::string long_prose() {
  std::string out;
  for (int i = 0; out.size() < 2 * kMostOfABody; ++i)
    out += "Line " + std::to_string(i) + " is for carol@example.net and nobody else. ";
  return out;
}

std::string prompt(std::string_view content) {
  return R"({"model":"gpt-4o","conversation_id":"c 1","messages":[{"role":"user","content":)" +
         std::string(content) + "}]}";
}

struct Example {
  const char* name;
  std::string request_type;
  std::string request;
  std::string answer_type;
  std::string answer;
};

std::vector<Example> corpus() {
  const auto json_to = [](const char* name, std::string request, std::string_view type,
                          std::string answer) {
    return Example{name, std::string(kJson), std::move(request), std::string(type),
                   std::move(answer)};
  };
  const std::string picture = "data:image/png;base64," + std::string(64, 'A') + "iVBORw0KGgo=";
  return {
      json_to("stream", kPlainPrompt, kEvents,
              first_of_chat() + text("Ray") + text("leigh") + text(" scattering.") + ended("stop")),
      json_to("values split over deltas",
              prompt(R"("I am alice\u0040example.com, card 4111-1111-1111-1111, \uff14\uff11 x")"),
              kEvents, chat()),
      json_to("tool calls", kPlainPrompt, kEvents, calls()),
      json_to("responses", R"({"model":"gpt-4.1","input":"Hello","metadata":{"session_id":"s-1"}})",
              kEvents, response() + event("[DONE]")),
      json_to("error in a stream", kPlainPrompt, kEvents,
              first_of_chat() + text("He") +
                  event(R"({"error":{"code":"server_error","message":"x"}})") + event("[DONE]")),
      json_to("unknown events", kPlainPrompt, kEvents,
              "event: ping\ndata: at 10.1.2.3\n\n" + event(R"({"a":1,"b":[true,null,-1.5e3]})")),
      json_to("one body",
              prompt(R"(["a",{"type":"text","text":"dave@exam"},)"
                     R"({"type":"text","text":"ple.com"}])"),
              kJson, whole_answer("Ask erin@example.com.")),
      json_to("a picture",
              prompt(R"([{"type":"image_url","image_url":{"url":")" + picture + "\"}}]"), kJson,
              whole_answer(picture)),
      json_to("over the bound", prompt("\"" + long_prose() + "\""), kJson,
              whole_answer(long_prose())),
      json_to("broken",
              R"({"messages":[{"role":"user","content":"fay@example.com)"
              "\xFF\x01\\q",
              kJson, R"({"choices":[{"message":{"content":"half \ud83d of frank@example.com)"),
      json_to("refused", kPlainPrompt, kJson,
              R"({"error":{"code":"content_filter","innererror":{"content_filter_result":)" +
                  std::string(kWorse) + "}}}"),
      json_to("refused by Responses", R"({"model":"gpt-4.1","input":"Hello"})", kJson,
              R"({"error":{"code":"content_filter","param":null,"type":"invalid_request_error",)"
              R"("content_filters":[{"blocked":true,"source_type":"prompt",)"
              R"("content_filter_results":)" +
                  std::string(kWorse) + "}]}}"),
      json_to("token ids", R"({"model":"text-embedding-3-small","input":[[9906,1917],[40]]})",
              kJson, R"({"object":"list","data":[{"embedding":[0.5,-1.25]}]})"),
      json_to("a transcription", R"({"file":"a.wav"})", kJson, transcription()),
      {"text", "text/plain", "Authorization: Bearer abcdef0123456789abcdef", "text/plain",
       "Password=hunter22x; call 030 1234567"},
  };
}

class RowCorpusTest : public testing::Test, protected TrailWorld {
 protected:
  RowCorpusTest() {
    memory_.change_limit(1024 * 1024);
    config_.audit.max_body = kMostOfABody;
    record_.record_id = *Uuid::parse("0192f000-0000-7000-8000-000000000001");
  }

  std::string rows_of(const Example& example) {
    static const redaction::Rules rules = redaction::Rules::compile({}).value();
    Exchange exchange(ContentHold(memory_, memory_.account(record_.client_name)));
    exchange.terms.level = config::AuditLevel::redacted;
    exchange.record = record_;
    exchange.request = CapturedRequest{example.request_type, example.request};
    audit::AnswerAssembly assembly(example.answer_type, config_.audit.max_body);
    assembly.feed(example.answer);
    exchange.answer = CapturedAnswer{example.answer_type, assembly.finish(true)};
    exchange.replacer = std::make_shared<redaction::Replacer>();
    std::string out;
    for (const trail::AuditRow& row : made_rows(rules, config_.audit, std::move(exchange)))
      out.append(line_of(example.name, row));
    return out;
  }

  static std::string line_of(const char* name, trail::AuditRow row) {
    row.sequence = 1;
    row.salt = std::string(64, '5');
    row.commitment = trail::to_hex(trail::commitment_of(row));
    row.leaf_hash = trail::to_hex(trail::leaf_at(*row.sequence, trail::digest_of(row)));
    return std::string("{\"case\":\"")
        .append(name)
        .append("\",\"row\":")
        .append(trail::to_json(row, row.event_time))
        .append("}\n");
  }

  ContentMemory memory_;
};

TEST_F(RowCorpusTest, RowsAreAsTheyWere) {
  std::string rows;
  for (const Example& example : corpus()) rows.append(rows_of(example));
  if (std::getenv("TOLLGATE_REWRITE") != nullptr) {
    std::ofstream(kDocument) << rows;
    return;
  }
  std::ifstream document(kDocument);
  const std::string noted{std::istreambuf_iterator<char>(document), {}};
  EXPECT_EQ(rows, noted);
}

}  // namespace
}  // namespace tollgate::capture
