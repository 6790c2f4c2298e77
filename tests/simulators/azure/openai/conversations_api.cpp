// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json keep_items(ResourceState& state, const std::string& path, const json& items) {
  ordered_json out = ordered_json::array();
  for (const json& item : items) {
    ordered_json kept = ordered_json::parse(item.dump());
    const std::string id = make_id("msg_");
    kept["id"] = id;
    kept["object"] = "conversation.item";
    out.push_back(state.objects.put(path + "/" + id, std::move(kept)));
  }
  return out;
}

}  // namespace

Answer create_conversation(Call& call) {
  const auto state = call.state->lock();
  const std::string id = make_id("conv_");
  const std::string path = "/conversations/" + id;
  keep_items(*state, path + "/items", call.body.value("items", json::array()));
  return json_answer(
      state->objects.put(path, {{"id", id},
                                {"object", "conversation"},
                                {"created_at", unix_now()},
                                {"metadata", call.body.value("metadata", json::object())}}));
}

Answer create_conversation_items(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const ordered_json items =
      keep_items(*state, call.match.path, call.body.value("items", json::array()));
  return json_answer({{"object", "list"}, {"data", items}, {"has_more", false}});
}

Answer create_container(Call& call) {
  const auto state = call.state->lock();
  ordered_json members = members_of(call.body, {"name", "expires_after"});
  members["object"] = "container";
  members["created_at"] = unix_now();
  members["status"] = "running";
  return keep_object(call, *state, "cntr_", std::move(members));
}

/// Of a file that is uploaded here, or of one that the resource has already.
Answer create_container_file(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const FormPart* file = call.form.find("file");
  const std::string content(file == nullptr ? "" : file->data);
  const std::string id = make_id("cfile_");
  state->contents.put(id, content);
  return json_answer(
      state->objects.put(call.match.path + "/" + id, {{"id", id},
                                                      {"object", "container.file"},
                                                      {"created_at", unix_now()},
                                                      {"container_id", call.match.ids[0]},
                                                      {"bytes", content.size()},
                                                      {"path", "/mnt/data/" + id},
                                                      {"source", "user"}}));
}

Answer get_nested_content(Call& call) {
  const auto state = call.state->lock();
  const std::string* content = state->contents.find(call.match.ids.back());
  if (content == nullptr) return no_such("file", call.match.ids.back());
  Answer out = plain_answer("application/octet-stream", *content);
  if (content->empty()) out.pieces.clear();
  return out;
}

}  // namespace tollgate::simulator
