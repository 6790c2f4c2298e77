// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json counts(std::size_t files) {
  return {
      {"in_progress", 0}, {"completed", files}, {"failed", 0}, {"cancelled", 0}, {"total", files}};
}

/// `usage_bytes` are of storage: nothing a meter of tokens may count.
ordered_json file_object(const std::string& id, const std::string& store) {
  return {{"id", id},
          {"object", "vector_store.file"},
          {"usage_bytes", 1234},
          {"created_at", unix_now()},
          {"vector_store_id", store},
          {"status", "completed"},
          {"last_error", nullptr}};
}

std::size_t keep_files(ResourceState& state, const std::string& store, const json& ids) {
  for (const json& id : ids) {
    const auto file = id.get<std::string>();
    state.objects.put("/vector_stores/" + store + "/files/" + file, file_object(file, store));
  }
  return ids.size();
}

}  // namespace

Answer create_vector_store(Call& call) {
  const auto state = call.state->lock();
  const std::string id = make_id("vs_");
  const std::size_t files = keep_files(*state, id, call.body.value("file_ids", json::array()));
  return json_answer(state->objects.put("/vector_stores/" + id, {{"id", id},
                                                                 {"object", "vector_store"},
                                                                 {"created_at", unix_now()},
                                                                 {"name", call.text("name")},
                                                                 {"usage_bytes", 1234 * files},
                                                                 {"file_counts", counts(files)},
                                                                 {"status", "completed"},
                                                                 {"last_active_at", unix_now()},
                                                                 {"metadata", json::object()}}));
}

Answer search_vector_store(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const json query = call.body.value("query", json(""));
  return json_answer({{"object", "vector_store.search_results.page"},
                      {"search_query", query.is_array() ? query : json::array({query})},
                      {"data",
                       {{{"file_id", "file-1"},
                         {"filename", "a.txt"},
                         {"score", 0.5},
                         {"attributes", json::object()},
                         {"content", {{{"type", "text"}, {"text", "Blue skies"}}}}}}},
                      {"has_more", false},
                      {"next_page", nullptr}});
}

Answer create_vector_store_file(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const std::string file = call.text("file_id");
  const std::string& store = call.match.ids[0];
  return json_answer(state->objects.put(call.match.path + "/" + file, file_object(file, store)));
}

Answer create_vector_store_file_batch(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  const std::string& store = call.match.ids[0];
  const std::size_t files = keep_files(*state, store, call.body.value("file_ids", json::array()));
  return keep_object(call, *state, "vsfb_",
                     {{"object", "vector_store.files_batch"},
                      {"created_at", unix_now()},
                      {"vector_store_id", store},
                      {"status", "completed"},
                      {"file_counts", counts(files)}});
}

/// It is completed at once here, and stays so.
Answer cancel_vector_store_file_batch(Call& call) {
  const auto state = call.state->lock();
  const ordered_json* batch = state->objects.find(parent_of(call.match.path));
  if (batch == nullptr) return no_such("batch", call.match.ids.back());
  return json_answer(*batch);
}

Answer list_vector_store_batch_files(Call& call) {
  const auto state = call.state->lock();
  return list_at(call, *state, "/vector_stores/" + call.match.ids[0] + "/files");
}

}  // namespace tollgate::simulator
