// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/files.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

ordered_json keep_file(ResourceState& state, const std::string& filename,
                       const std::string& purpose, std::string content) {
  const std::string id = make_id("file-");
  const std::size_t bytes = content.size();
  state.contents.put(id, std::move(content));
  return state.objects.put("/files/" + id, {{"id", id},
                                            {"object", "file"},
                                            {"bytes", bytes},
                                            {"created_at", unix_now()},
                                            {"filename", filename},
                                            {"purpose", purpose},
                                            {"status", "processed"}});
}

Answer create_file(Call& call) {
  const auto state = call.state->lock();
  const FormPart* file = call.form.find("file");
  const std::string purpose = call.form.value("purpose");
  if (file == nullptr || purpose.empty()) return bad_request("'file' and 'purpose' are required.");
  return json_answer(keep_file(*state, file->filename, purpose, std::string(file->data)));
}

/// Of a batch's results too: where its usage is read.
Answer get_file_content(Call& call) {
  const auto state = call.state->lock();
  const std::string& id = call.match.ids[0];
  const std::string* content = state->contents.find(id);
  if (content == nullptr) return no_such("file", id);
  Answer out = plain_answer("application/octet-stream", *content);
  if (content->empty()) out.pieces.clear();
  const StoredWork* batch = nullptr;
  state->works.each("/batches/", [&](const std::string& path, const StoredWork& work) {
    const ordered_json* kept = state->objects.find(path);
    if (kept != nullptr && kept->value("output_file_id", ordered_json()) == id) batch = &work;
  });
  if (batch != nullptr) {
    out.shows = batch->entry;
    if (!out.pieces.empty()) out.pieces.back().usage = true;
  }
  return out;
}

namespace {

ordered_json* upload_of(Call& call, ResourceState& state) {
  return state.objects.find("/uploads/" + call.match.ids[0]);
}

}  // namespace

Answer create_upload(Call& call) {
  const auto state = call.state->lock();
  ordered_json members = members_of(call.body, {"bytes", "filename", "purpose"});
  members["object"] = "upload";
  members["created_at"] = unix_now();
  members["expires_at"] = unix_now() + 3600;
  members["status"] = "pending";
  members["file"] = nullptr;
  return keep_object(call, *state, "upload_", std::move(members));
}

Answer add_upload_part(Call& call) {
  const auto state = call.state->lock();
  if (upload_of(call, *state) == nullptr) return no_such("upload", call.match.ids[0]);
  const FormPart* data = call.form.find("data");
  if (data == nullptr) return bad_request("'data' is required.");
  const std::string id = make_id("part_");
  state->contents.put(id, std::string(data->data));
  return json_answer({{"id", id},
                      {"object", "upload.part"},
                      {"created_at", unix_now()},
                      {"upload_id", call.match.ids[0]}});
}

Answer complete_upload(Call& call) {
  const auto state = call.state->lock();
  ordered_json* upload = upload_of(call, *state);
  if (upload == nullptr) return no_such("upload", call.match.ids[0]);
  std::string content;
  for (const auto& id : call.body.value("part_ids", nlohmann::json::array())) {
    const std::string* part = state->contents.find(id.get<std::string>());
    if (part == nullptr) return bad_request("There is no such part: " + id.dump());
    content += *part;
  }
  (*upload)["status"] = "completed";
  (*upload)["file"] = keep_file(*state, upload->value("filename", ""), upload->value("purpose", ""),
                                std::move(content));
  return json_answer(*upload);
}

Answer cancel_upload(Call& call) {
  const auto state = call.state->lock();
  ordered_json* upload = upload_of(call, *state);
  if (upload == nullptr) return no_such("upload", call.match.ids[0]);
  (*upload)["status"] = "cancelled";
  return json_answer(*upload);
}

}  // namespace tollgate::simulator
