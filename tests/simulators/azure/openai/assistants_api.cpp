// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/messages.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json content_of(const json& content) {
  ordered_json out = ordered_json::array();
  const auto add = [&](const json& text) {
    out.push_back({{"type", "text"}, {"text", {{"value", text}, {"annotations", json::array()}}}});
  };
  if (content.is_string()) add(content);
  if (!content.is_array()) return out;
  for (const json& part : content) {
    if (part.is_object() && part.value("type", "") == "text") add(part.value("text", ""));
  }
  return out;
}

}  // namespace

ordered_json message_object(const std::string& thread, const std::string& id, const json& role,
                            const json& content) {
  return {{"id", id},
          {"object", "thread.message"},
          {"created_at", unix_now()},
          {"thread_id", thread},
          {"status", "completed"},
          {"incomplete_details", nullptr},
          {"completed_at", unix_now()},
          {"incomplete_at", nullptr},
          {"role", role},
          {"content", content_of(content)},
          {"assistant_id", nullptr},
          {"run_id", nullptr},
          {"attachments", json::array()},
          {"metadata", json::object()}};
}

std::string keep_thread(ResourceState& state, const json& body) {
  const std::string id = make_id("thread_");
  const std::string path = "/threads/" + id;
  state.objects.put(path, {{"id", id},
                           {"object", "thread"},
                           {"created_at", unix_now()},
                           {"metadata", body.value("metadata", json::object())},
                           {"tool_resources", json::object()}});
  for (const json& given : body.value("messages", json::array())) {
    const std::string message = make_id("msg_");
    state.objects.put(
        path + "/messages/" + message,
        message_object(id, message, given.value("role", "user"), given.value("content", json())));
  }
  return id;
}

std::int64_t count_thread_tokens(ResourceState& state, const std::string& thread) {
  constexpr std::int64_t kFramingOfMessage = 4;
  std::int64_t out = 0;
  state.objects.each("/threads/" + thread + "/messages/",
                     [&](const std::string&, const ordered_json& message) {
                       out += kFramingOfMessage;
                       for (const auto& part : message["content"])
                         out += tokens_of(part["text"]["value"].get<std::string>());
                     });
  return out;
}

Answer create_assistant(Call& call) {
  const auto state = call.state->lock();
  ordered_json members = members_of(call.body, {"name", "description", "instructions"});
  members["object"] = "assistant";
  members["created_at"] = unix_now();
  members["model"] = call.deployment_name;  // the deployment's name (azure-protocol.md 1.9)
  members["tools"] = call.body.value("tools", json::array());
  members["metadata"] = call.body.value("metadata", json::object());
  members["response_format"] = "auto";
  return keep_object(call, *state, "asst_", std::move(members));
}

Answer create_thread(Call& call) {
  const auto state = call.state->lock();
  const std::string id = keep_thread(*state, call.body);
  return json_answer(*state->objects.find("/threads/" + id));
}

Answer create_message(Call& call) {
  const auto state = call.state->lock();
  const std::string thread = call.match.ids[0];
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const std::string id = make_id("msg_");
  return json_answer(state->objects.put(call.match.path + "/" + id,
                                        message_object(thread, id, call.body.value("role", "user"),
                                                       call.body.value("content", json()))));
}

}  // namespace tollgate::simulator
