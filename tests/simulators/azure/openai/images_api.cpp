// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "openai/event_stream.hpp"
#include "openai/families.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

namespace {

constexpr const char* kPicture = "iVBORw0KGgo=";
constexpr std::int64_t kTokensAnImage = 64;  // of what is sent in; unlike any real size's

std::int64_t wished(const Call& call, const char* name, std::int64_t otherwise) {
  if (call.match.route->input == Input::form) {
    const std::string given = call.form.value(name);
    return given.empty() ? otherwise : std::stoll(given);
  }
  return call.body.value(name, otherwise);
}

std::string wished_word(const Call& call, const char* name, const char* otherwise) {
  const bool form = call.match.route->input == Input::form;
  const std::string given = form ? call.form.value(name) : call.body.value(name, std::string());
  return given.empty() ? otherwise : given;
}

/// DALL-E says nothing of what it made.
ordered_json envelope(const Call& call) {
  if (!call.deployment->counts_tokens) return {{"created", call.generation.created}};
  return {{"background", "opaque"},
          {"output_format", "png"},
          {"size", wished_word(call, "size", "1024x1024")},
          {"quality", wished_word(call, "quality", "low")},
          {call.streams() ? "created_at" : "created", call.generation.created}};
}

Charge charge_of(const Call& call) {
  if (call.deployment->counts_tokens) return call.token_charge(true);
  Charge out;  // DALL-E is charged by the image
  out.kind = "images";
  out.charged = true;
  out.quantity = static_cast<double>(wished(call, "n", 1));
  return out;
}

Answer whole(const Call& call) {
  ordered_json body = envelope(call);
  body["data"] = ordered_json::array();
  for (std::int64_t i = wished(call, "n", 1); i > 0; --i)
    body["data"].push_back({{"b64_json", kPicture}});
  const ordered_json usage = usage_i(call.generation.tokens, false, call.behaviour);
  Answer out =
      json_answer(call.deployment->counts_tokens ? with_usage(body, usage, call.behaviour) : body);
  out.charge = charge_of(call);
  return out;
}

/// `prefix` is image_generation or image_edit.
Answer streamed(const Call& call, const std::string& prefix) {
  EventStream events(call.behaviour);
  const std::int64_t partial = std::clamp<std::int64_t>(wished(call, "partial_images", 1), 0, 3);
  for (std::int64_t i = 0; i < partial; ++i) {
    ordered_json body = envelope(call);
    body["type"] = prefix + ".partial_image";
    body["b64_json"] = kPicture;
    body["partial_image_index"] = i;
    events.add(prefix + ".partial_image", body);
  }
  if (!call.behaviour.error_event.empty()) return events.fail();
  ordered_json body = envelope(call);
  body["type"] = prefix + ".completed";
  body["b64_json"] = kPicture;
  const ordered_json usage = usage_i(call.generation.tokens, true, call.behaviour);
  events.add(prefix + ".completed", with_usage(body, usage, call.behaviour), true);
  Answer out = events.finish();
  out.charge = charge_of(call);
  return out;
}

}  // namespace

Answer create_image(Call& call) {
  const bool streams = call.streams() && call.deployment->counts_tokens;
  return streams ? streamed(call, "image_generation") : whole(call);
}

/// The images that are edited count as input, unless an x-sim- count says what does.
Answer edit_image(Call& call) {
  if (call.request["x-sim-prompt-tokens"].empty()) {
    const auto images = static_cast<std::int64_t>(call.form.all("image").size());
    Tokens& tokens = call.generation.tokens;
    tokens.image = images * kTokensAnImage;
    tokens.prompt = tokens.image + tokens_of(call.text("prompt"));
  }
  const bool streams = call.streams() && call.deployment->counts_tokens;
  return streams ? streamed(call, "image_edit") : whole(call);
}

}  // namespace tollgate::simulator
