// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answers.hpp"

#include <cstdio>

namespace tollgate::bench {
namespace {

std::string head(const std::string& type, const std::string& framing) {
  return "HTTP/1.1 200 OK\r\n" + framing + "Content-Type: " + type +
         "\r\nx-request-id: 5bd5ff0d-6c27-4d24-8b6b-6e3b4ca9f7a1\r\n"
         "apim-request-id: 0f3fe0a7-6f4c-4b40-9f0e-9e1f0a1c8f0b\r\n"
         "x-ms-region: Sweden Central\r\nx-ms-rai-invoked: true\r\nx-ms-deployment-name: gpt-4o\r\n"
         "x-ratelimit-limit-requests: 100000\r\nx-ratelimit-remaining-requests: 99999\r\n"
         "x-ratelimit-limit-tokens: 10000000\r\nx-ratelimit-remaining-tokens: 9999000\r\n"
         "azureml-model-session: d-20260101000000-0000\r\ncmp-upstream-response-duration: 61\r\n"
         "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
         "X-Content-Type-Options: nosniff\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\n\r\n";
}

const std::string kFilters =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";
const std::string kDetails =
    R"("completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,)"
    R"("rejected_prediction_tokens":0},"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":0},)";

std::string chat(const std::string& content) {
  return R"({"choices":[{"content_filter_results":)" + kFilters +
         R"(,"finish_reason":"stop","index":0,"logprobs":null,"message":{"annotations":[],"content":")" +
         content +
         R"(","refusal":null,"role":"assistant"}}],"created":1764000000,"id":"chatcmpl-BenchBenchBenchBench",)"
         R"("model":"gpt-4o-2024-11-20","object":"chat.completion","prompt_filter_results":[{"prompt_index":0,)"
         R"("content_filter_results":)" +
         kFilters +
         R"(}],"system_fingerprint":"fp_ee1d74bde0","usage":{)"
         R"("completion_tokens":21,)" +
         kDetails + R"("prompt_tokens":19,"total_tokens":40}})" + "\n";
}

std::string embedding() {
  std::string out = R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[)";
  unsigned seed = 1;
  for (int i = 0; i < 1536; ++i) {
    seed = seed * 1664525u + 1013904223u;
    char number[32];
    std::snprintf(number, sizeof number, "%s%.16f", i == 0 ? "" : ",",
                  (seed >> 8) / 16777216.0 - 0.5);
    out += number;
  }
  return out +
         R"(]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":9,"total_tokens":9}})" +
         "\n";
}

std::string sized(const std::string& body) {
  return head("application/json", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
}

std::string chunk(const std::string& data) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

std::string event_stream() {
  const auto event = [](const std::string& choices, const std::string& usage) {
    return R"(data: {"choices":)" + choices +
           R"(,"created":1764000000,"id":"chatcmpl-BenchBenchBenchBench","model":"gpt-4o-2024-11-20",)"
           R"("obfuscation":"","object":"chat.completion.chunk","system_fingerprint":"fp_ee1d74bde0","usage":)" +
           usage + "}\n\n";
  };
  std::string out = head("text/event-stream; charset=utf-8", "Transfer-Encoding: chunked\r\n");
  for (int i = 0; i < 100; ++i) {
    out += chunk(event(
        R"([{"content_filter_results":)" + kFilters +
            R"(,"delta":{"content":" word"},"finish_reason":null,"index":0,"logprobs":null}])",
        "null"));
  }
  out += chunk(event("[]", R"({"completion_tokens":100,)" + kDetails +
                               R"("prompt_tokens":19,"total_tokens":119})"));
  return out + chunk("data: [DONE]\n\n") + "0\r\n\r\n";
}

std::string prose(std::size_t size) {
  std::string out;
  while (out.size() < size)
    out += R"(The sky is \"blue\" because air scatters short waves the most.\n)";
  return out;
}

}  // namespace

std::map<std::string, std::string> make_answers() {
  return {{"small", sized(chat("The sky is blue."))},
          {"big", sized(chat(prose(11'700)))},
          {"embedding", sized(embedding())},
          {"stream", event_stream()}};
}

}  // namespace tollgate::bench
