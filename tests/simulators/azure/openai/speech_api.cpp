// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "openai/event_stream.hpp"
#include "openai/families.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

namespace {

Charge charge_of(const Call& call, bool told) {
  if (call.deployment->counts_tokens) return call.token_charge(told);
  Charge out;  // the older models are charged by the character
  out.kind = "characters";
  out.charged = true;
  // A byte that continues a code point begins none.
  const std::string text = call.text("input");
  out.quantity = static_cast<double>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & '\xC0') != '\x80'; }));
  return out;
}

Answer spoken_stream(const Call& call) {
  const Generation& g = call.generation;
  EventStream events(call.behaviour);
  for (std::int64_t i = 0; i < g.words; ++i) {
    if (!call.behaviour.error_event.empty() && i == g.words / 2) return events.fail();
    events.add("speech.audio.delta", {{"type", "speech.audio.delta"}, {"audio", "AAAAAAAA"}});
  }
  const auto usage = usage_s(g.tokens, call.behaviour);
  events.add("speech.audio.done",
             with_usage({{"type", "speech.audio.done"}}, usage, call.behaviour), true);
  Answer out = events.finish();
  out.charge = charge_of(call, true);
  return out;
}

}  // namespace

/// Sound as bytes says nothing of tokens; `x-sim-audio-bytes` is its length.
Answer create_speech(Call& call) {
  if (call.text("stream_format") == "sse" && call.deployment->counts_tokens)
    return spoken_stream(call);
  Answer out;
  out.content_type = "audio/mpeg";
  const std::string_view frame("\xFF\xFB\x90\x00", 4);
  const std::int64_t frames = call.number("x-sim-audio-bytes", 4096) / 4;
  out.pieces.push_back(repeated(frame, static_cast<std::size_t>(frames) * frame.size()));
  out.charge = charge_of(call, false);
  return out;
}

}  // namespace tollgate::simulator
