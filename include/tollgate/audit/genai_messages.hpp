// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::audit {

/// The normalised form: OpenTelemetry's messages of generative AI
/// (open-telemetry/semantic-conventions-genai, gen-ai-input-messages.json and
/// gen-ai-output-messages.json, in development). Both functions go by the shape of what they are
/// given, which is a body as it is audited (request_content(), AnswerAssembly), redacted; they give
/// one JSON object, are linear and never fail. The text of a message is never left out: what has no
/// part of its own in the convention becomes a part of its own type, with what it held under
/// `value`. Files are `uri` parts: by their hash, `ni:///sha-256;...` (RFC 6920), where they were
/// described; small ones, whose hash is hidden, by a URN.

/// `gen_ai.input.messages`, and where they are there `gen_ai.system_instructions` and
/// `gen_ai.tool.definitions`. Of chats, completions, Responses, threads and runs; texts to embed,
/// to draw or to speak are messages of the user. Of what is no JSON: one text part.
std::string genai_request(std::string_view request);

/// `gen_ai.output.messages`: one for each choice or message; of a response one. Their
/// `finish_reason` is stop, length, content_filter, tool_call, error, or the API's own word;
/// `unknown` where it gave none. An error is a message with a part `error`.
std::string genai_response(std::string_view answer);

}  // namespace tollgate::audit
