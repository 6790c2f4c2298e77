// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/objects.hpp"

#include <algorithm>

#include "openai/families.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json as_kept(const std::string&, const ordered_json& object) { return object; }

Answer no_such(std::string_view what, const std::string& id) {
  return error_answer(404, "Not Found", nullptr,
                      "No " + std::string(what) + " found with id '" + id + "'.",
                      "invalid_request_error");
}

Answer bad_request(const std::string& message) {
  return error_answer(400, "Bad Request", nullptr, message, "invalid_request_error");
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

Answer show_object(Call& call, ResourceState& state, const Look& look) {
  const std::string& path = call.match.path;
  const ordered_json* object = state.objects.find(path);
  if (object == nullptr) return no_such("object", call.match.ids.back());
  return json_answer(look(path, *object));
}

std::optional<Answer> orphaned(const Call& call, ResourceState& state) {
  const std::string owner = parent_of(call.match.path);
  if (owner.find('/', 1) == std::string::npos || state.objects.find(owner) != nullptr)
    return std::nullopt;
  return no_such("object", call.match.ids.front());
}

namespace {

/// Paths right under the collection, oldest first.
std::vector<std::string> children_of(ResourceState& state, const std::string& path) {
  std::vector<std::string> out;
  const std::string prefix = path + "/";
  state.objects.each(prefix, [&](const std::string& key, const ordered_json&) {
    if (key.find('/', prefix.size()) == std::string::npos) out.push_back(key);
  });
  return out;
}

}  // namespace

Answer list_at(Call& call, ResourceState& state, const std::string& path, const Look& look) {
  std::vector<std::string> paths = children_of(state, path);
  if (call.query("order") != "asc") std::reverse(paths.begin(), paths.end());
  if (const std::string after = call.query("after"); !after.empty()) {
    const auto last = std::find(paths.begin(), paths.end(), path + "/" + after);
    if (last != paths.end()) paths.erase(paths.begin(), last + 1);
  }
  const std::string limit = call.query("limit");
  const std::size_t most = limit.empty() ? 20 : std::stoul(limit);
  const bool more = paths.size() > most;
  paths.resize(std::min(paths.size(), most));
  ordered_json data = ordered_json::array();
  for (const std::string& child : paths) data.push_back(look(child, *state.objects.find(child)));
  ordered_json body{{"object", "list"},
                    {"data", data},
                    {"first_id", nullptr},
                    {"last_id", nullptr},
                    {"has_more", more}};
  if (!data.empty()) {
    body["first_id"] = data.front()["id"];
    body["last_id"] = data.back()["id"];
  }
  return json_answer(body);
}

Answer keep_object(Call& call, ResourceState& state, const std::string& prefix,
                   ordered_json members) {
  if (auto refused = orphaned(call, state)) return std::move(*refused);
  ordered_json object;
  object["id"] = make_id(prefix);
  object.update(members);
  const std::string path = call.match.path + "/" + object["id"].get<std::string>();
  return json_answer(state.objects.put(path, std::move(object)));
}

ordered_json members_of(const json& body, std::initializer_list<const char*> names) {
  ordered_json out;
  for (const char* name : names) out[name] = body.value(name, json());
  return out;
}

Answer get_object(Call& call) {
  const auto state = call.state->lock();
  return show_object(call, *state);
}

Answer list_objects(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  return list_at(call, *state, call.match.path);
}

Answer modify_object(Call& call) {
  const auto state = call.state->lock();
  if (ordered_json* object = state->objects.find(call.match.path)) {
    for (const auto& [name, value] : call.body.items()) {
      if (object->contains(name) && name != "id" && name != "object") (*object)[name] = value;
    }
  }
  return show_object(call, *state);
}

/// With all that lies under it.
Answer delete_object(Call& call) {
  const auto state = call.state->lock();
  const std::string& path = call.match.path;
  const ordered_json* object = state->objects.find(path);
  if (object == nullptr) return no_such("object", call.match.ids.back());
  const auto kind = (*object)["object"].get<std::string>();
  std::vector<std::string> under{path};
  state->objects.each(path + "/",
                      [&](const std::string& key, const ordered_json&) { under.push_back(key); });
  for (const std::string& key : under) state->objects.erase(key);
  if (kind == "file") state->contents.erase(call.match.ids.back());
  return json_answer({{"id", call.match.ids.back()},
                      {"object", kind == "file" ? kind : kind + ".deleted"},
                      {"deleted", true}});
}

}  // namespace tollgate::simulator
