// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <limits>

#include "openai/families.hpp"
#include "openai/responses.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// Text unverified.
Answer unknown_response(const std::string& id) {
  return error_answer(404, "Not Found", nullptr, "Response with id '" + id + "' not found.",
                      "invalid_request_error");
}

Answer bad_request(const std::string& message, const json& code = nullptr) {
  return error_answer(400, "Bad Request", code, message, "invalid_request_error");
}

ordered_json input_items(const json& input) {
  ordered_json out = ordered_json::array();
  const auto add = [&](const std::string& role, const ordered_json& content) {
    out.push_back({{"id", make_id("msg_")},
                   {"type", "message"},
                   {"status", "completed"},
                   {"role", role},
                   {"content", content}});
  };
  if (input.is_string()) {
    add("user", {{{"type", "input_text"}, {"text", input}}});
  } else if (input.is_array()) {
    for (const json& item : input) {
      const json content = item.is_object() ? item.value("content", json()) : json();
      ordered_json parts = content;
      if (content.is_string()) parts = {{{"type", "input_text"}, {"text", content}}};
      if (!parts.is_null()) add(item.value("role", "user"), parts);
    }
  }
  return out;
}

/// The members of the request that a response repeats.
ordered_json echo_of(const json& body) {
  ordered_json out = ordered_json::object();
  for (const char* name : {"instructions", "max_output_tokens", "metadata", "previous_response_id",
                           "prompt_cache_key", "safety_identifier", "store", "temperature", "tools",
                           "tool_choice", "top_p", "truncation", "user"}) {
    if (body.contains(name) && !body[name].is_null()) out[name] = body[name];
  }
  return out;
}

/// Earlier context counts again as input (unverified, azure-protocol.md 1.7). An x-sim- count is
/// taken as it is.
bool add_context(Call& call, ResourceState& state) {
  const std::string previous = call.text("previous_response_id");
  if (previous.empty()) return true;
  const StoredResponse* earlier = state.responses.find(previous);
  if (earlier == nullptr) return false;
  if (call.request["x-sim-prompt-tokens"].empty()) {
    call.generation.tokens.prompt += earlier->generation.tokens.total();
  }
  return true;
}

bool fails(const Call& call) {
  const Behaviour& behaviour = call.behaviour;
  if (behaviour.outcome == "failed") return true;
  return call.streams() && !(behaviour.error_event.empty() && behaviour.responses_429.empty());
}

/// Tokens of a response that fails or is throttled are not charged (azure-protocol.md 2.4).
Charge charge_of(const Call& call, const StoredResponse& stored) {
  Charge out = fails(call) ? Charge{} : call.token_charge(true);
  out.object_id = "resp_" + call.generation.unique;
  out.outlives_request = stored.background;
  out.due = stored.work.due();
  return out;
}

}  // namespace

Answer create_response(Call& call) {
  const auto state = call.state->lock();
  StoredResponse stored;
  stored.background = call.body.value("background", json(false)) == true;
  const bool keeps = call.body.value("store", json(true)) != false;
  if (stored.background && !keeps) {  // text unverified
    return bad_request("Background responses require 'store' to be true.");
  }
  if (!add_context(call, *state)) {  // status and code unverified
    return bad_request(
        "Previous response with id '" + call.text("previous_response_id") + "' not found.",
        "previous_response_not_found");
  }
  stored.generation = call.generation;
  stored.echo = echo_of(call.body);
  stored.input_items = input_items(call.body.value("input", json()));
  stored.behaviour = call.behaviour;
  stored.work = stored.background ? call.begin_work() : Work();
  stored.entry = call.book(charge_of(call, stored), call.streams());
  Answer out = call.streams()
                   ? response_stream(stored, call.generation, -1)
                   : json_answer(response_object(stored, response_status(stored.work.state(now()),
                                                                         call.behaviour.outcome)));
  out.booked = stored.entry;
  if (fails(call)) stored.behaviour.outcome = "failed";
  if (keeps) state->responses.put("resp_" + call.generation.unique, std::move(stored));
  return out;
}

namespace {

/// Reads a stored response as `answer(stored, id)` does; 404 if this resource has none.
template <class Read>
Answer with_stored(Call& call, Read answer) {
  const auto state = call.state->lock();
  StoredResponse* stored = state->responses.find(call.match.ids[0]);
  if (stored == nullptr) return unknown_response(call.match.ids[0]);
  // Azure is taken to name the deployment in the head of these too (unverified).
  call.deployment = call.resource->find(stored->generation.deployment);
  return answer(*stored);
}

Answer current(Call& call, StoredResponse& stored, Work::State state) {
  if (state == Work::State::done) call.bill->settle(stored.entry);
  const std::string status = response_status(state, stored.behaviour.outcome);
  Answer out = json_answer(response_object(stored, status));
  if (status == "completed" || status == "incomplete") out.shows = stored.entry;
  return out;
}

}  // namespace

/// With `?stream=true&starting_after=N` the rest of a background response's stream.
Answer get_response(Call& call) {
  return with_stored(call, [&](StoredResponse& stored) {
    if (call.query("stream") != "true") return current(call, stored, stored.work.poll(now()));
    const std::string after = call.query("starting_after");
    Answer out = response_stream(stored, stored.generation, after.empty() ? -1 : std::stoll(after));
    out.shows = stored.entry;
    return out;
  });
}

/// Idempotent (azure-protocol.md 1.4). What a cancelled response costs is unverified: nothing here.
Answer cancel_response(Call& call) {
  return with_stored(call, [&](StoredResponse& stored) {
    if (!stored.background) return bad_request("Cannot cancel a synchronous response.");
    if (stored.work.cancel(now())) call.bill->cancel(stored.entry);
    return current(call, stored, stored.work.state(now()));
  });
}

Answer delete_response(Call& call) {
  const auto state = call.state->lock();
  const std::string& id = call.match.ids[0];
  if (!state->responses.erase(id)) return unknown_response(id);
  return json_answer({{"id", id}, {"object", "response"}, {"deleted", true}});
}

Answer list_input_items(Call& call) {
  return with_stored(call, [&](StoredResponse& stored) {
    const ordered_json& items = stored.input_items;
    ordered_json body{{"object", "list"},
                      {"data", items},
                      {"first_id", nullptr},
                      {"last_id", nullptr},
                      {"has_more", false}};
    if (!items.empty()) {
      body["first_id"] = items.front()["id"];
      body["last_id"] = items.back()["id"];
    }
    return json_answer(body);
  });
}

Answer compact_response(Call& call) {
  const auto state = call.state->lock();
  if (!add_context(call, *state)) {
    return bad_request(
        "Previous response with id '" + call.text("previous_response_id") + "' not found.",
        "previous_response_not_found");
  }
  const Generation& g = call.generation;
  ordered_json body{
      {"id", "resp_" + g.unique},
      {"object", "response.compaction"},
      {"created_at", g.created},
      {"output",
       {{{"id", "cmp_" + g.unique}, {"type", "compaction"}, {"encrypted_content", "c2VhbGVk"}}}}};
  Answer out = json_answer(with_usage(body, usage_r(g.tokens, call.behaviour), call.behaviour));
  out.charge = call.token_charge(true);
  return out;
}

/// Counts without inference: nothing is generated, nothing charged.
Answer count_input_tokens(Call& call) {
  return json_answer(
      {{"object", "response.input_tokens"}, {"input_tokens", call.generation.tokens.prompt}});
}

}  // namespace tollgate::simulator
