// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/event_stream.hpp"
#include "openai/families.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kBytesASecond = 16'000;

std::size_t sent_bytes(const Call& call) {
  const FormPart* file = call.form.find("file");
  return file == nullptr ? 0 : file->data.size();
}

double seconds_of(const Call& call) {
  return static_cast<double>(1 + sent_bytes(call) / kBytesASecond);
}

/// What is heard counts as input, unless an x-sim- count says what does.
void count_audio(Call& call) {
  if (!call.request["x-sim-prompt-tokens"].empty()) return;
  Tokens& tokens = call.generation.tokens;
  tokens.prompt_audio = 10 + static_cast<std::int64_t>(sent_bytes(call) / 100);
  tokens.prompt = tokens.prompt_audio + tokens_of(call.text("prompt"));
}

/// By tokens, or by seconds (azure-protocol.md 1.5, shape T).
Charge charge_of(const Call& call, bool told) {
  if (call.deployment->counts_tokens) return call.token_charge(told);
  Charge out;
  out.kind = "seconds";
  out.charged = true;
  out.quantity = seconds_of(call);
  return out;
}

Answer heard(const Call& call, const ordered_json& body, bool by_tokens) {
  const ordered_json usage = by_tokens ? usage_t(call.generation.tokens, call.behaviour)
                                       : usage_seconds(seconds_of(call), call.behaviour);
  Answer out = json_answer(with_usage(body, usage, call.behaviour));
  out.charge = charge_of(call, by_tokens);
  return out;
}

Answer plain_text(const Call& call) {
  Answer out = plain_answer("text/plain; charset=utf-8", text_of(call.generation) + "\n");
  out.charge = charge_of(call, false);
  return out;
}

Answer transcript_stream(const Call& call) {
  const Generation& g = call.generation;
  EventStream events(call.behaviour);
  for (std::int64_t i = 0; i < g.words; ++i) {
    if (!call.behaviour.error_event.empty() && i == g.words / 2) return events.fail();
    events.add("transcript.text.delta", {{"type", "transcript.text.delta"}, {"delta", word_at(i)}});
  }
  const ordered_json body{{"type", "transcript.text.done"}, {"text", text_of(g)}};
  const ordered_json usage = usage_t(g.tokens, call.behaviour);
  events.add("transcript.text.done", with_usage(body, usage, call.behaviour), true);
  Answer out = events.finish();
  out.charge = charge_of(call, true);
  return out;
}

}  // namespace

/// Whisper reports seconds and cannot stream; verbose_json has seconds too, whatever is charged.
Answer create_transcription(Call& call) {
  count_audio(call);
  const Generation& g = call.generation;
  const std::string format = call.text("response_format");
  if (format == "text" || format == "srt" || format == "vtt") return plain_text(call);
  const bool counts = call.deployment->counts_tokens;
  if (call.streams() && counts) return transcript_stream(call);
  ordered_json body{{"text", text_of(g)}};
  if (format == "verbose_json") {
    body = {{"task", "transcribe"},
            {"language", "english"},
            {"duration", seconds_of(call)},
            {"text", text_of(g)},
            {"segments", ordered_json::array()}};
  }
  return heard(call, body, counts && format != "verbose_json");
}

/// Never says what it took (azure-protocol.md 1.4).
Answer create_translation(Call& call) {
  count_audio(call);
  Answer out = json_answer({{"text", text_of(call.generation)}});
  out.charge = charge_of(call, false);
  return out;
}

}  // namespace tollgate::simulator
