// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/tokenizer/prompt_estimate.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "image_urls.hpp"
#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {
namespace {

struct Case {
  std::string_view body;
  std::uint64_t tokens;
  std::string_view guesses;
};

void expect(RequestShape shape, std::string_view model, const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    const auto estimate = estimate_prompt(shape, model, c.body);
    ASSERT_TRUE(estimate) << c.body;
    EXPECT_EQ(estimate->tokens, c.tokens) << c.body;
    EXPECT_EQ(guesses(*estimate), c.guesses) << c.body;
  }
}

// The first three are counts that the API reported.
TEST(EstimatePrompt, FramesChatMessages) {
  expect(
      RequestShape::chat, "gpt-4o",
      {{R"({"messages":[{"role":"user","content":"Hello, how are you?"}]})", 13, ""},
       {R"({"messages":[{"role":"system","content":"You are a bot."}]})", 12, ""},
       {R"({"messages":[{"role":"system","name":"example_user","content":"New synergies will help drive top-line growth."}]})",
        20, ""},
       {R"({"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hi"}]})", 13,
        ""},
       {R"({"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"hi"}]}]})",
        9, ""},
       {R"({"messages":[{"role":"assistant","content":null,"refusal":"hi"},{"role":"assistant","content":[{"type":"refusal","refusal":"hi"}]}]})",
        13, ""},
       {R"({"messages":[]})", 3, ""},
       {R"({"model":"gpt-4o"})", 3, ""}});
}

TEST(EstimatePrompt, SaysWhichPartsOfAMessageItCannotCount) {
  expect(
      RequestShape::chat, "gpt-4o",
      {{R"({"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}},{"type":"text","text":"hi"}]}]})",
        8, "parts_uncounted"},
       {R"({"messages":[{"role":"assistant","audio":{"id":"a"}}]})", 7, "parts_uncounted"},
       {R"({"messages":[{"role":"user","content":"hi"}],"data_sources":[{}]})", 8,
        "context_unknown"},
       {R"({"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"hi","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"c","content":"hi"}]})",
        14, "tools_approximate"},
       {R"({"messages":[{"role":"assistant","function_call":{"name":"hi","arguments":"{}"}}]})", 9,
        "tools_approximate"}});
  expect(RequestShape::chat, "chat-production",
         {{R"({"messages":[{"role":"user","content":"hi"}]})", 8, "encoding_guessed"}});
}

TEST(EstimatePrompt, CountsImagesByTheirHeaders) {
  const std::string image = data_url(png_header(1024, 1024));
  const auto chat = [](const std::string& part) {
    return R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":)" + part +
           "}]}]}";
  };
  const std::string high = chat(R"({"detail":"high","url":")" + image + "\"}");
  const std::string by_default = chat(R"({"url":")" + image + "\"}");
  const std::string remote = chat(R"({"detail":"high","url":"https://example.com/a.png"})");
  const std::string low = chat(R"({"detail":"low","url":"https://example.com/a.png"})");
  expect(RequestShape::chat, "gpt-4o",
         {{high, 7 + 765, ""},
          {by_default, 7 + 765, "images_guessed"},
          {remote, 7 + 85, "images_guessed"},
          {low, 7 + 85, ""}});
  const std::string response =
      R"({"input":[{"role":"user","content":[{"type":"input_image","detail":"high","image_url":")" +
      image + R"("},{"type":"input_image","file_id":"f"}]}]})";
  expect(RequestShape::responses, "gpt-4o", {{response, 7 + 765 + 85, "images_guessed"}});
}

// OpenAI's published example with what the API reported for it: 101 with gpt-4o, 105 with gpt-4.
TEST(EstimatePrompt, CountsFunctionDefinitions) {
  const std::string function =
      R"({"name":"get_current_weather","description":"Get the current weather in a given location",)"
      R"("parameters":{"type":"object","required":["location"],"properties":{)"
      R"("location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"},)"
      R"("unit":{"type":"string","description":"The unit of temperature to return","enum":["celsius","fahrenheit"]}}}})";
  const std::string messages =
      R"({"messages":[{"role":"system","content":"You are a helpful assistant that can answer to questions about the weather."},)"
      R"({"role":"user","content":"What's the weather like in San Francisco?"}],)";
  const std::string tools =
      messages + R"("tools":[{"type":"function","function":)" + function + "}]}";
  const std::string functions = messages + R"("functions":[)" + function + "]}";
  for (const std::string& body : {tools, functions}) {
    expect(RequestShape::chat, "gpt-4o", {{body, 101, "tools_approximate"}});
    expect(RequestShape::chat, "gpt-4", {{body, 105, "tools_approximate"}});
  }
}

TEST(EstimatePrompt, CountsOddToolsAndSchemasAsWellAsItCan) {
  expect(
      RequestShape::chat, "gpt-4o",
      {// "f:" is two tokens, "a:string|null:" is not split further than its text.
       {R"({"tools":[{"type":"function","function":{"name":"f"}}]})", 3 + 7 + 2 + 12,
        "tools_approximate"},
       {R"({"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{}}}}]})",
        3 + 7 + 2 + 12, "tools_approximate"},
       {R"({"tools":[]})", 3, ""},
       {R"({"tools":[{"type":"custom"},{"type":"web_search"}]})", 3, "tools_approximate"},
       {R"({"response_format":{"type":"json_object"}})", 3, ""},
       {R"({"response_format":{"json_schema":{"schema":{ "type" : "object" }}}})",
        3 + count_tokens(Encoding::o200k_base, R"({"type":"object"})"), "tools_approximate"}});
}

TEST(EstimatePrompt, CountsPropertiesOfInnerObjectsAndOfArrays) {
  const auto with_properties = [](std::string_view properties) {
    return R"({"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":)" +
           std::string(properties) + "}}}]}";
  };
  const std::string flat = with_properties(R"({"b":{"type":"string"}})");
  const std::string inner =
      with_properties(R"({"a":{"type":"object","properties":{"b":{"type":"string"}}}})");
  const std::string items =
      with_properties(R"({"a":{"type":"array","items":{"properties":{"b":{"type":"string"}}}}})");
  const std::string typed = with_properties(R"({"b":{"type":["string","null"],"enum":[1,"x"]}})");
  const auto text = [](std::string_view t) { return count_tokens(Encoding::o200k_base, t); };
  const std::uint64_t around = 3 + 7 + 2 + 12;
  const std::uint64_t b = 3 + 3 + text("b:string:");
  expect(RequestShape::chat, "gpt-4o",
         {{flat, around + b, "tools_approximate"},
          {inner, around + 3 + 3 + text("a:object:") + b, "tools_approximate"},
          {items, around + 3 + 3 + text("a:array:") + b, "tools_approximate"},
          {typed, around + 3 + 3 - 3 + 3 + 1 + 3 + 1 + text(R"(b:["string","null"]:)"),
           "tools_approximate"}});
}

TEST(EstimatePrompt, CountsCompletionAndEmbeddingTexts) {
  expect(RequestShape::completions, "gpt-35-turbo-instruct",
         {{R"({"prompt":"hello world"})", 2, ""},
          {R"({"prompt":["hello world","hi"],"suffix":"hi"})", 4, ""},
          {R"({"prompt":[1,2,3]})", 3, ""},
          {R"({"prompt":[[1,2,3],[4]]})", 4, ""},
          {R"({"prompt":null})", 1, ""},
          {R"({})", 1, ""}});
  expect(RequestShape::embeddings, "text-embedding-3-small",
         {{R"({"input":"hello world"})", 2, ""},
          {R"({"input":["hello world",""]})", 2, ""},
          {R"({"input":[[1,2],[3]]})", 3, ""},
          {R"({"input":7})", 0, ""},
          {R"({"prompt":"hello world"})", 0, ""}});
}

TEST(EstimatePrompt, CountsResponsesItems) {
  expect(
      RequestShape::responses, "gpt-4o",
      {{R"({"input":"hi"})", 8, ""},
       {R"({"input":"hi","instructions":"hi"})", 13, ""},
       {R"({"input":[{"role":"user","content":"hi"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}]})",
        13, ""},
       {R"({"input":[{"type":"function_call","name":"hi","arguments":"{}"},{"type":"function_call_output","output":"hi"}]})",
        12, "tools_approximate"},
       {R"({"input":[{"type":"reasoning","summary":[]}]})", 3, "parts_uncounted"},
       {R"({"input":[{"type":"item_reference","id":"x"}]})", 3, "context_unknown"},
       {R"({"input":"hi","previous_response_id":"resp_1"})", 8, "context_unknown"},
       {R"({"input":"hi","previous_response_id":null,"conversation":null})", 8, ""},
       {R"({"prompt":{"id":"p"}})", 3, "context_unknown"},
       {R"({"input":"hi","tools":[{"type":"function","name":"f"}],"text":{"format":{"schema":{}}}})",
        8 + 7 + 2 + 12 + count_tokens(Encoding::o200k_base, "{}"), "tools_approximate"}});
}

TEST(EstimatePrompt, RefusesWhatIsNoJsonObject) {
  for (const std::string_view body :
       {"", "[]", "\"hi\"", "{", R"({"messages":)", "{} {}", "{\"input\":\"\xFF\"}",
        R"({"input":"\ud83d"})", R"({"seed":1e999})"}) {
    const auto estimate = estimate_prompt(RequestShape::embeddings, "gpt-4o", body);
    ASSERT_FALSE(estimate) << body;
    EXPECT_EQ(estimate.error().code, Errc::invalid_input);
  }
  const std::string deep =
      R"({"messages":)" + std::string(2000, '[') + std::string(2000, ']') + "}";
  EXPECT_FALSE(estimate_prompt(RequestShape::chat, "gpt-4o", deep));
}

TEST(EstimatePrompt, SurvivesMembersOfTheWrongKind) {
  expect(RequestShape::chat, "gpt-4o",
         {{R"({"messages":{"role":"user"},"tools":"x","response_format":[]})", 3, ""},
          {R"({"messages":[1,"x",null,[]]})", 15, ""},
          {R"({"messages":[{"role":1,"content":{"text":"hi"},"name":2}]})", 7, ""}});
  expect(RequestShape::responses, "gpt-4o",
         {{R"({"input":5,"instructions":[],"tools":[1]})", 3, "tools_approximate"}});
}

// Neither much text nor many values may cost much.
TEST(EstimatePrompt, BoundsWhatItLooksAt) {
  std::string text;
  while (text.size() < 2 * TokenCounter::kMostCounted) text += "hello world ";
  const auto estimate =
      estimate_prompt(RequestShape::chat, "gpt-4o",
                      R"({"messages":[{"role":"user","content":")" + text + R"("}]})");
  ASSERT_TRUE(estimate);
  EXPECT_EQ(guesses(*estimate), "counted_by_rate");
  const auto expected = static_cast<double>(text.size()) / 6;
  EXPECT_NEAR(static_cast<double>(estimate->tokens), expected, expected / 100);
  const std::string nested = "{\"messages\":" + std::string(kMostValues + 1, '[') +
                             std::string(kMostValues + 1, ']') + "}";
  const auto by_size = estimate_prompt(RequestShape::chat, "gpt-4o", nested);
  ASSERT_TRUE(by_size);
  EXPECT_EQ(by_size->tokens, nested.size() / 4);
  EXPECT_EQ(guesses(*by_size), "counted_by_rate");
}

}  // namespace
}  // namespace tollgate::tokenizer
