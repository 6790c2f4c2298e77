// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string status_of(Work::State state) {
  if (state == Work::State::queued) return "validating_files";
  if (state == Work::State::in_progress) return "running";
  return state == Work::State::cancelled ? "cancelled" : "succeeded";
}

ordered_json job_object(const ordered_json& kept, Work::State at) {
  ordered_json out = kept;
  out["status"] = status_of(at);
  if (at != Work::State::done) return out;
  out["finished_at"] = unix_now();
  out["trained_tokens"] = 5768;  // of training, which is charged by the hour
  out["fine_tuned_model"] = out["model"].get<std::string>() + ".ft-1";
  return out;
}

StoredWork* job_of(const Call& call, ResourceState& state) {
  return state.works.find("/fine_tuning/jobs/" + call.match.ids[0]);
}

}  // namespace

/// A job is charged by the hour, so there is nothing of it on the bill (azure-protocol.md 1.4).
Answer create_fine_tuning_job(Call& call) {
  const auto state = call.state->lock();
  const std::string id = make_id("ftjob-");
  ordered_json job{{"id", id}};
  job.update(members_of(call.body, {"model", "training_file", "validation_file", "seed"}));
  if (job["seed"].is_null()) job["seed"] = 1;
  job["object"] = "fine_tuning.job";
  job["created_at"] = unix_now();
  job["organization_id"] = "";
  job["result_files"] = json::array();
  job["hyperparameters"] = {{"n_epochs", 1}};
  for (const char* name : {"error", "fine_tuned_model", "finished_at", "trained_tokens"})
    job[name] = nullptr;
  StoredWork work{.work = call.begin_work()};
  Answer out = json_answer(job_object(job, work.work.state(now())));
  state->objects.put("/fine_tuning/jobs/" + id, std::move(job));
  state->works.put("/fine_tuning/jobs/" + id, std::move(work));
  return out;
}

Answer get_fine_tuning_job(Call& call) {
  const auto state = call.state->lock();
  StoredWork* work = job_of(call, *state);
  if (work == nullptr) return no_such("job", call.match.ids[0]);
  return show_object(call, *state, [&](const std::string&, const ordered_json& kept) {
    return job_object(kept, work->work.poll(now()));
  });
}

Answer list_fine_tuning_jobs(Call& call) {
  const auto state = call.state->lock();
  return list_at(call, *state, call.match.path,
                 [&](const std::string& path, const ordered_json& kept) {
                   return job_object(kept, state->works.find(path)->work.state(now()));
                 });
}

Answer cancel_fine_tuning_job(Call& call) {
  const auto state = call.state->lock();
  StoredWork* work = job_of(call, *state);
  if (work == nullptr) return no_such("job", call.match.ids[0]);
  work->work.cancel(now());
  return json_answer(
      job_object(*state->objects.find(parent_of(call.match.path)), work->work.state(now())));
}

Answer list_fine_tuning_events(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  return json_answer({{"object", "list"},
                      {"data",
                       {{{"id", "ftevent-1"},
                         {"object", "fine_tuning.job.event"},
                         {"created_at", unix_now()},
                         {"level", "info"},
                         {"message", "Created fine-tune"},
                         {"type", "message"}}}},
                      {"has_more", false}});
}

/// None yet: an empty page.
Answer list_fine_tuning_checkpoints(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  return json_answer({{"object", "list"},
                      {"data", json::array()},
                      {"first_id", nullptr},
                      {"last_id", nullptr},
                      {"has_more", false}});
}

}  // namespace tollgate::simulator
