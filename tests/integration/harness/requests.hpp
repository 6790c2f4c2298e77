// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::integration {

/// What the caller proves itself with and what the gateway does; neither may ever turn up
/// elsewhere.
inline constexpr std::string_view kClientKey = "client-secret-7d1f0c2a";
inline constexpr std::string_view kBackendKey = "backend-secret-93be4471";
/// The same caller under the other policy for clients that hang up.
inline constexpr std::string_view kCancellingClientKey = "client-secret-c4n5e1aa";
/// Another key of that client.
inline constexpr std::string_view kKeyWithSlashes = "client/secret+5p1/it0f==";

inline constexpr std::string_view kTarget =
    "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
inline constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":"hi"}]})";

/// A request as a caller writes it. `fields` are whole lines, put behind the ones it needs.
struct ClientRequest {
  std::string line = "POST " + std::string(kTarget) + " HTTP/1.1";
  std::string fields;
  std::string body = std::string(kBody);
  bool with_length = true;
  std::string_view key = kClientKey;

  std::string bytes() const;
};

/// What the backend must receive for such a request, byte for byte.
struct ForwardedRequest {
  std::string authority;
  std::string target = "/openai/deployments/gpt-4o-east/chat/completions?api-version=2024-10-21";
  std::string fields;  ///< those of ClientRequest::fields that pass
  std::string body = std::string(kBody);

  std::string bytes() const;
};

/// A backend's answer of 7 prompt and 5 completion tokens.
inline constexpr std::string_view kAnswerBody =
    R"({"id":"x","model":"gpt-4o-2024-11-20","choices":[],)"
    R"("usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})";
std::string answer(std::string_view fields = {}, std::string_view body = kAnswerBody);

/// The payload as one chunk.
std::string chunk(std::string_view payload);

}  // namespace tollgate::integration
