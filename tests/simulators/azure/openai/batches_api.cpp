// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/batch_work.hpp"
#include "openai/families.hpp"
#include "openai/files.hpp"
#include "openai/objects.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// What its work made is in its files already, and shown when it is done.
ordered_json kept_batch(const Call& call, ResourceState& state, const BatchWork& work) {
  ordered_json out = members_of(call.body, {"endpoint", "input_file_id", "completion_window"});
  out["object"] = "batch";
  out["created_at"] = unix_now();
  out["expires_at"] = unix_now() + 24 * 3600;
  out["errors"] = nullptr;
  out["metadata"] = call.body.value("metadata", json::object());
  out["request_counts"] = {{"total", work.completed + work.failed},
                           {"completed", work.completed},
                           {"failed", work.failed}};
  const auto file = [&](const char* name, const std::string& content) -> ordered_json {
    if (content.empty()) return nullptr;
    return keep_file(state, name, "batch_output", content)["id"];
  };
  out["output_file_id"] = file("output.jsonl", work.output);
  out["error_file_id"] = file("errors.jsonl", work.errors);
  return out;
}

Charge charge_of(const Call& call, const BatchWork& made, const StoredWork& batch,
                 const std::string& id) {
  Charge out = made.completed > 0 ? call.token_charge(true) : Charge{};
  if (made.completed > 0) out.tokens = made.tokens;
  out.object_id = id;
  out.outlives_request = true;
  out.due = batch.work.due();
  return out;
}

std::string status_of(Work::State state) {
  if (state == Work::State::queued) return "validating";
  if (state == Work::State::in_progress) return "in_progress";
  return state == Work::State::cancelled ? "cancelled" : "completed";
}

ordered_json batch_object(const ordered_json& kept, const StoredWork& batch, Work::State at,
                          bool with_its_usage) {
  ordered_json out = kept;
  out["status"] = status_of(at);
  if (at == Work::State::done) {
    out["completed_at"] = unix_now();
    if (!with_its_usage) return out;
    out["model"] = batch.generation.model;
    return with_usage(out, usage_r(batch.generation.tokens, batch.behaviour), batch.behaviour);
  }
  out["request_counts"] = {{"total", 0}, {"completed", 0}, {"failed", 0}};
  out["output_file_id"] = out["error_file_id"] = nullptr;
  return out;
}

ordered_json look_at(Call& call, StoredWork& batch, const ordered_json& kept, Work::State at) {
  if (at == Work::State::done && !batch.settled) {
    batch.settled = true;
    call.bill->settle(batch.entry);
  }
  return batch_object(kept, batch, at, call.settings.batch_usage);
}

Answer show_batch(Call& call, const ordered_json& kept, StoredWork& batch, Work::State at) {
  Answer out = json_answer(look_at(call, batch, kept, at));
  if (batch.settled) out.shows = batch.entry;
  return out;
}

}  // namespace

Answer create_batch(Call& call) {
  const auto state = call.state->lock();
  const std::string file = call.text("input_file_id");
  const std::string* input = state->contents.find(file);
  if (input == nullptr) return no_such("file", file);
  const BatchWork made = carry_out(call, *input);
  StoredWork batch{
      .work = call.begin_work(), .generation = call.generation, .behaviour = call.behaviour};
  batch.generation.tokens = made.tokens;
  call.deployment = made.deployment;
  const std::string id = make_id("batch_");
  batch.entry = call.book(charge_of(call, made, batch, id), false);
  call.deployment = nullptr;  // the answer's head names none
  ordered_json kept{{"id", id}};
  kept.update(kept_batch(call, *state, made));
  Answer out =
      json_answer(batch_object(kept, batch, batch.work.state(now()), call.settings.batch_usage));
  out.booked = batch.entry;
  state->objects.put("/batches/" + id, std::move(kept));
  state->works.put("/batches/" + id, std::move(batch));
  return out;
}

Answer get_batch(Call& call) {
  const auto state = call.state->lock();
  StoredWork* batch = state->works.find(call.match.path);
  if (batch == nullptr) return no_such("batch", call.match.ids[0]);
  return show_batch(call, *state->objects.find(call.match.path), *batch, batch->work.poll(now()));
}

Answer list_batches(Call& call) {
  const auto state = call.state->lock();
  return list_at(call, *state, "/batches", [&](const std::string& path, const ordered_json& kept) {
    StoredWork& batch = *state->works.find(path);
    return look_at(call, batch, kept, batch.work.state(now()));
  });
}

/// What was done of a cancelled batch is charged (unverified): here nothing is done before all is.
Answer cancel_batch(Call& call) {
  const auto state = call.state->lock();
  const std::string path = parent_of(call.match.path);
  StoredWork* batch = state->works.find(path);
  if (batch == nullptr) return no_such("batch", call.match.ids[0]);
  if (batch->work.cancel(now())) call.bill->cancel(batch->entry);
  return show_batch(call, *state->objects.find(path), *batch, batch->work.state(now()));
}

}  // namespace tollgate::simulator
