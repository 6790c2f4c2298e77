// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/answer_facts.hpp"

#include <gtest/gtest.h>

#include "tollgate/audit/conversation.hpp"

namespace tollgate::audit {
namespace {

using Reasons = std::vector<std::string>;
using Calls = std::vector<ToolCall>;

TEST(AnswerFacts, OfAChat) {
  const AnswerFacts facts = answer_facts(R"({"choices":[
    {"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"a","function":{"name":"f"}},
      {"id":"b","type":"custom","custom":{"name":"g"}}]},
     "content_filter_results":{"hate":{"filtered":false,"severity":"medium"}}},
    {"finish_reason":null,"message":{"function_call":{"name":"h"}}}],
    "prompt_filter_results":[{"prompt_index":0,"content_filter_results":
      {"hate":{"filtered":false,"severity":"low"},
       "jailbreak":{"filtered":false,"detected":true}}}]})");
  EXPECT_EQ(facts.finish_reasons, Reasons({"tool_calls"}));
  EXPECT_EQ(facts.tool_calls, (Calls{{"a", "f"}, {"b", "g"}, {"", "h"}}));
  EXPECT_EQ(facts.content_filter,
            R"({"completion":{"hate":{"filtered":false,"severity":"medium"}},)"
            R"("prompt":{"hate":{"filtered":false,"severity":"low"},)"
            R"("jailbreak":{"filtered":false,"detected":true}}})");
}

TEST(AnswerFacts, OfAResponse) {
  const AnswerFacts facts = answer_facts(R"({"object":"response","status":"incomplete",
    "incomplete_details":{"reason":"content_filter"},"output":[{"type":"message"},
    {"type":"function_call","id":"fc","call_id":"c","name":"f"},
    {"type":"web_search_call","id":"w"}],
    "content_filters":[{"source_type":"prompt","content_filter_results":
      {"violence":{"filtered":true,"severity":"high"}}}]})");
  EXPECT_EQ(facts.finish_reasons, Reasons({"content_filter"}));
  EXPECT_EQ(facts.tool_calls, (Calls{{"c", "f"}, {"w", "web_search_call"}}));
  EXPECT_EQ(facts.content_filter, R"({"prompt":{"violence":{"filtered":true,"severity":"high"}}})");
}

TEST(AnswerFacts, OfARunAndOfRefusedPrompts) {
  const AnswerFacts run = answer_facts(R"({"object":"thread.run.events","run":{"status":
    "requires_action","required_action":{"submit_tool_outputs":{"tool_calls":[{"id":"a",
    "type":"function","function":{"name":"f"}}]}}},"steps":[{"step_details":{"tool_calls":[
    {"id":"b","type":"code_interpreter"}]}}]})");
  EXPECT_EQ(run.finish_reasons, Reasons({"requires_action"}));
  EXPECT_EQ(run.tool_calls, (Calls{{"a", "f"}, {"b", "code_interpreter"}}));
  for (const char* const inner : {"innererror", "inner_error"}) {
    const AnswerFacts refused = answer_facts(
        R"({"error":{"code":"content_filter","param":"prompt",")" + std::string(inner) +
        R"(":{"content_filter_result":{"hate":{"filtered":true}}}}})");
    EXPECT_EQ(refused.content_filter, R"({"prompt":{"hate":{"filtered":true}}})");
  }
}

TEST(AnswerFacts, OfAPromptThatResponsesRefuses) {
  const auto refused = [](std::string_view filters) {
    return answer_facts(R"({"error":{"type":"invalid_request_error","code":"content_filter",)"
                        R"("param":null,"content_filters":[)" +
                        std::string(filters) + "]}}")
        .content_filter;
  };
  EXPECT_EQ(refused(R"({"blocked":true,"source_type":"prompt","content_filter_results":
                       {"hate":{"filtered":true,"severity":"high"}}})"),
            R"({"prompt":{"blocked":true,"hate":{"filtered":true,"severity":"high"}}})");
  EXPECT_EQ(refused(R"({"blocked":true,"source_type":"completion"},{"blocked":false,
                       "content_filter_results":{"hate":{"filtered":false}}})"),
            R"({"completion":{"blocked":true},"unknown":{"hate":{"filtered":false}}})");
  EXPECT_EQ(refused(R"({"blocked":false,"source_type":"prompt"})"), "");
}

TEST(AnswerFacts, OfAnErrorThatDoesNotSayWhatWasFiltered) {
  EXPECT_EQ(answer_facts(R"({"error":{"code":"content_filter","param":null,"innererror":)"
                         R"({"content_filter_results":{"hate":{"filtered":true}}}}})")
                .content_filter,
            R"({"unknown":{"hate":{"filtered":true}}})");
}

TEST(AnswerFacts, OfWhatIsNoAnswer) {
  for (const char* const body :
       {"", "text", "[1]", "{", "{\"choices\":[{", "\"x", "{\"choices\":1}"}) {
    const AnswerFacts facts = answer_facts(body);
    EXPECT_TRUE(facts.finish_reasons.empty() && facts.tool_calls.empty()) << body;
    EXPECT_EQ(facts.content_filter, "") << body;
  }
}

TEST(Conversation, TheFirstThatNamesOneCounts) {
  const std::string all = R"({"conversation":{"id":"conv"},"thread_id":"t2","metadata":
    {"conversation_id":"mc","session_id":"ms"},"previous_response_id":"resp"})";
  EXPECT_EQ(conversation_of(all, " head ", "t1"), "head");
  EXPECT_EQ(conversation_of(all, "", "t1"), "conv");
  EXPECT_EQ(conversation_of(R"({"conversation":"c\u0032"})", ""), "c2");
  EXPECT_EQ(conversation_of(R"({"thread_id":"t2","metadata":{"session_id":"ms"}})", "", "t1"),
            "t2");
  EXPECT_EQ(conversation_of(R"({"thread_id":"t2"})", ""), "t2");
  EXPECT_EQ(conversation_of(R"({"metadata":{"session_id":"ms"},"previous_response_id":"r"})", ""),
            "ms");
  EXPECT_EQ(conversation_of(R"({"previous_response_id":"r","conversation":null})", ""), "r");
  EXPECT_EQ(conversation_of(R"({"metadata":{"session_id":"ms"}})", "", "first"), "ms");
  EXPECT_EQ(conversation_of(R"({"previous_response_id":"r"})", "", "first"), "first");
  EXPECT_EQ(conversation_of("no json", "", "t1"), "t1");
  EXPECT_EQ(conversation_of(R"({"conversation":7})", ""), "");
  const auto of_body = [](const std::string& id) {
    return conversation_of(R"({"metadata":{"conversation_id":")" + id + R"("}})", "");
  };
  const std::string same(300, 'c');
  EXPECT_NE(of_body(same + "1"), of_body(same + "2")) << "those that begin alike";
}

}  // namespace
}  // namespace tollgate::audit
