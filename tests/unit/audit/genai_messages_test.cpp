// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/genai_messages.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "assembled.hpp"
#include "schema_check.hpp"
#include "tollgate/audit/request_content.hpp"

namespace tollgate::audit {
namespace {

using nlohmann::json;

const SchemaCheck& schema() {
  static const SchemaCheck check = [] {
    std::ifstream file(TOLLGATE_SOURCE_DIR "/tests/schema/genai-messages.schema.json");
    return SchemaCheck(json::parse(file));
  }();
  return check;
}

json checked(const std::string& messages) {
  json result = json::parse(messages, nullptr, false);
  EXPECT_FALSE(result.is_discarded()) << messages;
  EXPECT_EQ(schema().fault(result), "") << messages;
  return result;
}

json asked(std::string_view request) { return checked(genai_request(request)); }
json messages_in(std::string_view request) { return asked(request)["gen_ai.input.messages"]; }
json answered(std::string_view answer) {
  return checked(genai_response(answer))["gen_ai.output.messages"];
}

TEST(GenAiSchema, TellsWhatIsWrong) {
  const auto fault = [](const char* text) { return schema().fault(json::parse(text)); };
  EXPECT_EQ(fault(R"({"gen_ai.input.messages":[]})"), "");
  EXPECT_NE(fault(R"({"gen_ai.input.messages":[{"role":"user"}]})"), "");
  EXPECT_NE(fault(R"({"gen_ai.input.messages":[{"role":"user","parts":[{"type":"text"}]}]})"), "");
  EXPECT_NE(fault(R"({"gen_ai.output.messages":[{"role":"a","parts":[]}]})"), "");
  EXPECT_NE(fault(R"({"gen_ai.system_instructions":[{"type":"blob","modality":"image",)"
                  R"("content":"","extra":1}]})"),
            "");
  EXPECT_NE(fault(R"({"gen_ai.system_instructions":[{"type":"tool_call","name":"f","id":7}]})"),
            "");
  EXPECT_NE(fault(R"({"other":1})"), "");
}

TEST(GenAiRequest, OfAChat) {
  const std::string hash(64, '0');
  const json result = asked(R"({"model":"m","messages":[
    {"role":"system","content":"Be brief."},
    {"role":"user","name":"ann","content":[{"type":"text","text":"What?"},
      {"type":"image_url","image_url":{"url":"https://a/b.png","detail":"low"}},
      {"type":"image_url","image_url":{"url":{"type":"image/png","bytes":3,"sha256":")" +
                            hash + R"("}}},
      {"type":"input_audio","input_audio":{"data":{"type":"audio","bytes":4,"sha256":")" +
                            hash + R"("},
        "format":"wav"}},
      {"type":"file","file":{"file_id":"f1"}},{"type":"video_url","video_url":{"url":"v"}}]},
    {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"c1","type":
      "function","function":{"name":"f","arguments":"{\"a\":[1,\"\\u00e9\"]}"}},
      {"id":"c2","type":"function","function":{"name":"g","arguments":"not json"}},
      {"id":"c3","type":"custom","custom":{"name":"h","input":"x"}}]},
    {"role":"tool","tool_call_id":"c1","content":"42"}],
    "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}},
      {"type":"web_search"}]})");
  EXPECT_EQ(result["gen_ai.input.messages"], json::parse(R"([
    {"role":"system","parts":[{"type":"text","content":"Be brief."}]},
    {"role":"user","name":"ann","parts":[{"type":"text","content":"What?"},
      {"type":"uri","modality":"image","uri":"https://a/b.png"},
      {"type":"uri","modality":"image","mime_type":"image/png","bytes":3,
       "uri":"ni:///sha-256;AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
      {"type":"uri","modality":"audio","mime_type":"audio/wav","bytes":4,
       "uri":"ni:///sha-256;AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
      {"type":"file","modality":"document","file_id":"f1"},
      {"type":"video_url","value":{"type":"video_url","video_url":{"url":"v"}}}]},
    {"role":"assistant","parts":[{"type":"reasoning","content":"hm"},
      {"type":"tool_call","id":"c1","name":"f","arguments":{"a":[1,"é"]}},
      {"type":"tool_call","id":"c2","name":"g","arguments":"not json"},
      {"type":"tool_call","id":"c3","name":"h","arguments":"x"}]},
    {"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"42"}]}])"));
  EXPECT_EQ(result["gen_ai.tool.definitions"], json::parse(R"([
    {"type":"function","name":"f","parameters":{"type":"object"}},{"type":"web_search"}])"));
  EXPECT_FALSE(result.contains("gen_ai.system_instructions"));
}

TEST(GenAiRequest, OfResponses) {
  const json text = asked(R"({"input":"Hi","instructions":"Be brief."})");
  EXPECT_EQ(text["gen_ai.input.messages"],
            json::parse(R"([{"role":"user","parts":[{"type":"text","content":"Hi"}]}])"));
  EXPECT_EQ(text["gen_ai.system_instructions"],
            json::parse(R"([{"type":"text","content":"Be brief."}])"));
  EXPECT_EQ(messages_in(R"({"input":[
    {"role":"user","content":[{"type":"input_text","text":"a"},
      {"type":"input_image","image_url":"https://i"},{"type":"input_image","file_id":"f"},
      {"type":"input_file","file_url":"https://f"}]},
    {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"so"}]},
    {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
    {"type":"function_call_output","call_id":"c","output":"ok"},
    {"type":"web_search_call","id":"w","status":"completed","action":{"query":"q"}},
    {"type":"file_search_call","id":"s","queries":["q"],"results":[{"text":"t"}]},
    {"type":"mcp_approval_response","approval_request_id":"m","approve":true},
    {"type":"item_reference","id":"x"}]})"),
            json::parse(R"([
    {"role":"user","parts":[{"type":"text","content":"a"},
      {"type":"uri","modality":"image","uri":"https://i"},
      {"type":"file","modality":"image","file_id":"f"},
      {"type":"uri","modality":"document","uri":"https://f"}]},
    {"role":"assistant","parts":[{"type":"reasoning","content":"so"}]},
    {"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f","arguments":{}}]},
    {"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"ok"}]},
    {"role":"assistant","parts":[{"type":"server_tool_call","id":"w","name":"web_search_call",
      "server_tool_call":{"type":"web_search_call","id":"w","status":"completed",
        "action":{"query":"q"}}}]},
    {"role":"assistant","parts":[{"type":"server_tool_call","id":"s","name":"file_search_call",
      "server_tool_call":{"type":"file_search_call","id":"s","queries":["q"]}},
      {"type":"server_tool_call_response","id":"s","server_tool_call_response":
        {"type":"file_search_call","results":[{"text":"t"}]}}]},
    {"role":"tool","parts":[{"type":"server_tool_call_response","id":null,
      "server_tool_call_response":{"type":"mcp_approval_response","approval_request_id":"m",
        "approve":true}}]},
    {"role":"user","parts":[{"type":"item_reference","value":
      {"type":"item_reference","id":"x"}}]}])"));
}

TEST(GenAiRequest, OfOtherApis) {
  const json hi = json::parse(R"([{"role":"user","parts":[{"type":"text","content":"Hi"}]}])");
  for (const char* const request :
       {R"({"prompt":"Hi"})", R"({"prompt":["Hi"]})", R"({"input":"Hi","model":"embed"})",
        R"({"input":["Hi"]})", R"({"role":"user","content":"Hi"})", "Hi",
        R"({"thread":{"messages":[{"role":"user","content":"Hi"}]}})"}) {
    EXPECT_EQ(messages_in(request), hi) << request;
  }
  EXPECT_EQ(messages_in(R"({"input":["a","b"]})").size(), 2U);
  EXPECT_EQ(messages_in(R"({"input":[[1,2],[3]]})").size(), 2U);
  EXPECT_EQ(messages_in(R"({"input":[1,2]})"),
            json::parse(R"([{"role":"user","parts":[{"type":"tokens","value":[1,2]}]}])"));
  EXPECT_EQ(messages_in(R"({"tool_outputs":[{"tool_call_id":"c","output":"o"}]})"),
            json::parse(R"([{"role":"tool","parts":
              [{"type":"tool_call_response","id":"c","response":"o"}]}])"));
  EXPECT_EQ(messages_in(""), json::array());
  EXPECT_EQ(messages_in("{}"), json::array());
}

TEST(GenAiRequest, NothingUnknownIsLost) {
  for (const char* const request : {
           R"({"messages":[{"role":"user","content":{"type":"new","x":"CANARY"}}]})",
           R"({"messages":[{"role":"user","content":[{"type":"uri","x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[{"type":"text","text":7,"x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[{"type":"text","text":"a","x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[{"type":"refusal","x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[{"type":"input_image","x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[{"type":"input_file","x":"CANARY"}]}]})",
           R"({"messages":[{"role":"user","content":[["CANARY"]]}]})",
           R"({"messages":[{"role":"user","content":"a","context":{"x":"CANARY"}}]})",
           R"({"messages":["CANARY"]})",
           R"({"input":[{"type":"new_item","x":"CANARY"}]})",
           R"({"input":[{"type":"reasoning","encrypted_content":"CANARY"}]})",
           R"({"input":[{"type":"apply_patch_call_output","output":"CANARY"}]})",
           R"({"messages":[{"role":"user","\u0063ontent":"CANARY"}]})",
           R"({"prompt":{"id":"CANARY"}})",
       }) {
    EXPECT_NE(asked(request).dump().find("CANARY"), std::string::npos) << request;
  }
}

TEST(GenAiResponse, OfChatsAndCompletions) {
  EXPECT_EQ(answered(R"({"choices":[
    {"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,
      "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}},
    {"index":1,"finish_reason":"content_filter","message":{"role":"assistant","content":"x",
      "refusal":"no","reasoning_content":"r"}},
    {"index":2,"finish_reason":null}]})"),
            json::parse(R"([
    {"role":"assistant","finish_reason":"tool_call","parts":
      [{"type":"tool_call","id":"c","name":"f","arguments":{}}]},
    {"role":"assistant","finish_reason":"content_filter","parts":
      [{"type":"reasoning","content":"r"},{"type":"text","content":"x"},
       {"type":"text","content":"no"}]},
    {"role":"assistant","finish_reason":"unknown","parts":[]}])"));
  EXPECT_EQ(
      answered(R"({"object":"text_completion","choices":[{"text":"t","finish_reason":"length"}]})"),
      json::parse(R"([{"role":"assistant","finish_reason":"length","parts":
              [{"type":"text","content":"t"}]}])"));
}

TEST(GenAiResponse, OfResponses) {
  const auto with = [](const std::string& status) {
    return answered("{\"object\":\"response\",\"output\":[]," + status + "}")[0]["finish_reason"];
  };
  EXPECT_EQ(with(R"("status":"completed","incomplete_details":null)"), "stop");
  EXPECT_EQ(with(R"("status":"incomplete","incomplete_details":{"reason":"max_output_tokens"})"),
            "length");
  EXPECT_EQ(with(R"("status":"incomplete","incomplete_details":{"reason":"content_filter"})"),
            "content_filter");
  EXPECT_EQ(with(R"("status":"failed")"), "error");
  EXPECT_EQ(with(R"("status":"cancelled")"), "cancelled");
  EXPECT_EQ(answered(R"({"object":"response","status":"completed","output":[
    {"type":"reasoning","summary":[{"type":"summary_text","text":"so"}]},
    {"type":"message","role":"assistant","content":[{"type":"output_text","text":"a",
      "annotations":[{"url":"u"}]},{"type":"refusal","refusal":"no"}]},
    {"type":"code_interpreter_call","id":"ci","code":"1","outputs":[{"logs":"1"}]}]})"),
            json::parse(R"([{"role":"assistant","finish_reason":"stop","parts":[
      {"type":"reasoning","content":"so"},
      {"type":"text","content":"a","annotations":[{"url":"u"}]},
      {"type":"text","content":"no","refusal":true},
      {"type":"server_tool_call","id":"ci","name":"code_interpreter_call","server_tool_call":
        {"type":"code_interpreter_call","id":"ci","code":"1"}},
      {"type":"server_tool_call_response","id":"ci","server_tool_call_response":
        {"type":"code_interpreter_call","outputs":[{"logs":"1"}]}}]}])"));
}

TEST(GenAiResponse, OfErrorsFilesAndText) {
  EXPECT_EQ(answered(R"({"error":{"code":"content_filter","message":"m"}})"),
            json::parse(R"([{"role":"assistant","finish_reason":"content_filter","parts":
              [{"type":"error","value":{"code":"content_filter","message":"m"}}]}])"));
  EXPECT_EQ(answered(R"({"error":{"code":"429"}})")[0]["finish_reason"], "error");
  EXPECT_EQ(answered(R"({"text":"spoken"})")[0]["parts"][0]["content"], "spoken");
  EXPECT_EQ(answered("plain")[0]["parts"][0]["content"], "plain");
  EXPECT_EQ(answered(R"([{"data":1}])")[0]["parts"][0]["value"][0]["data"], 1);
  EXPECT_EQ(answered(R"({"data":[{"object":"embedding","embedding":[1]}]})"), json::array());
  EXPECT_EQ(answered(""), json::array());
  const std::string file =
      R"({"type":"audio/mpeg","bytes":2,"sha256":")" + std::string(64, 'f') + "\"}";
  EXPECT_EQ(answered(file)[0]["parts"][0]["mime_type"], "audio/mpeg");
  EXPECT_EQ(answered(R"({"data":[{"b64_json":)" + file + "}]}")[0]["parts"][0]["modality"],
            "image");
}

TEST(GenAiResponse, OfARun) {
  EXPECT_EQ(answered(R"({"object":"thread.run.events","run":{"status":"requires_action",
    "required_action":{"submit_tool_outputs":{"tool_calls":[{"id":"c","type":"function",
      "function":{"name":"f","arguments":"{}"}}]}}},
    "messages":[{"id":"m","role":"assistant","content":[{"type":"text","text":{"value":"v"}}]}]})"),
            json::parse(R"([
    {"role":"assistant","finish_reason":"tool_call","parts":[{"type":"text","content":"v"}]},
    {"role":"assistant","finish_reason":"tool_call","parts":
      [{"type":"tool_call","id":"c","name":"f","arguments":{}}]}])"));
}

/// Whatever a client or a backend has sent: the inputs of the fuzz tests, as they are, cut to
/// bounds, and as streams put together.
TEST(GenAiMessages, EveryRecordedBodyKeepsToTheSchema) {
  int bodies = 0;
  const auto check = [&](const std::string& text) {
    if (text.find("1e999") != std::string::npos) return;  // more than this test's parser takes
    checked(genai_request(text));
    checked(genai_response(text));
    ++bodies;
  };
  for (const char* const folder :
       {"stream_usage", "usage_stripper", "request_rewrite", "json_paths", "redaction", "config"}) {
    const std::string path = std::string(TOLLGATE_SOURCE_DIR "/tests/fuzz/corpus/") + folder;
    for (const auto& file : std::filesystem::directory_iterator(path)) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      check(text);
      check(assembled(text).body);
      for (const std::size_t bound : {30, 60, 120, 1'000}) {
        check(request_content("", text, bound).text);
      }
    }
  }
  EXPECT_GT(bodies, 300);
}

}  // namespace
}  // namespace tollgate::audit
