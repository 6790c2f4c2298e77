// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/runs.hpp"

#include "openai/families.hpp"
#include "openai/messages.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

/// The run that the call's path is about, or begins with.
std::string run_path(const Call& call) {
  return "/threads/" + call.match.ids[0] + "/runs/" + call.match.ids[1];
}

StoredWork* run_of(const Call& call, ResourceState& state) {
  return state.works.find(run_path(call));
}

/// What stays the same of a run.
ordered_json kept_run(const Call& call, const std::string& thread, const ordered_json& assistant) {
  const Generation& g = call.generation;
  ordered_json out{{"id", "run_" + g.unique},
                   {"object", "thread.run"},
                   {"created_at", g.created},
                   {"assistant_id", assistant["id"]},
                   {"thread_id", thread},
                   {"status", "queued"},
                   {"started_at", nullptr},
                   {"expires_at", g.created + 600},
                   {"cancelled_at", nullptr},
                   {"failed_at", nullptr},
                   {"completed_at", nullptr},
                   {"required_action", nullptr},
                   {"last_error", nullptr},
                   {"model", g.deployment},
                   {"instructions", ""},
                   {"tools", assistant["tools"]},
                   {"metadata", json::object()},
                   {"incomplete_details", nullptr},
                   {"usage", nullptr},
                   {"max_prompt_tokens", nullptr},
                   {"max_completion_tokens", nullptr}};
  out["truncation_strategy"] = {{"type", "auto"}, {"last_messages", nullptr}};
  out["response_format"] = out["tool_choice"] = "auto";
  out["parallel_tool_calls"] = true;
  if (const std::string text = call.text("instructions"); !text.empty()) out["instructions"] = text;
  return out;
}

/// Nothing is charged for a run that fails (unverified).
Charge charge_of(const Call& call, const StoredWork& run) {
  const bool fails =
      run.behaviour.outcome == "failed" || (call.streams() && !run.behaviour.error_event.empty());
  Charge out = fails ? Charge{} : call.token_charge(true);
  out.object_id = "run_" + call.generation.unique;
  out.outlives_request = true;
  out.due = run.wants_tools ? SteadyTime::max() : run.work.due();
  return out;
}

/// Reads what the run was asked for; an answer is a refusal.
std::optional<Answer> understand(Call& call, ResourceState& state, const std::string& thread,
                                 ordered_json& assistant) {
  const std::string id = call.text("assistant_id");
  const ordered_json* found = state.objects.find("/assistants/" + id);
  if (found == nullptr) return no_such("assistant", id);
  assistant = *found;
  call.deployment_name = call.text("model");
  if (call.deployment_name.empty()) call.deployment_name = assistant["model"].get<std::string>();
  call.deployment = call.resource->find(call.deployment_name);
  if (call.deployment == nullptr) {
    return error_answer(404, "Not Found", "DeploymentNotFound",
                        "The API deployment for this resource does not exist.");
  }
  call.generate();
  if (call.request["x-sim-prompt-tokens"].empty())
    call.generation.tokens.prompt += count_thread_tokens(state, thread);
  return std::nullopt;
}

Answer begin_run(Call& call, ResourceState& state, const std::string& thread,
                 const ordered_json& made) {
  ordered_json assistant;
  if (auto refused = understand(call, state, thread, assistant)) return std::move(*refused);
  const ordered_json kept = kept_run(call, thread, assistant);
  StoredWork run{.generation = call.generation, .behaviour = call.behaviour};
  if (!call.streams()) {
    run.work = call.begin_work();
    run.wants_tools = call.behaviour.tool_calls;
  }
  run.entry = call.book(charge_of(call, run), call.streams());
  Answer out = call.streams()
                   ? run_stream(made, kept, run)
                   : json_answer(run_object(kept, run, run_status(run, run.work.state(now()))));
  out.booked = run.entry;
  if (call.streams() && !call.behaviour.error_event.empty()) run.behaviour.outcome = "failed";
  const std::string path = "/threads/" + thread + "/runs/" + kept["id"].get<std::string>();
  state.objects.put(path, kept);
  state.works.put(path, std::move(run));
  return out;
}

/// A look at a run: what its end makes is made now.
ordered_json look_at(Call& call, ResourceState& state, const std::string& path,
                     const ordered_json& kept, Work::State at) {
  StoredWork& run = *state.works.find(path);
  const std::string status = run_status(run, at);
  if ((status == "completed" || status == "incomplete") && !run.settled) {
    run.settled = true;
    call.bill->settle(run.entry);
    const ordered_json message = run_message(kept, run);
    state.objects.put("/threads/" + kept["thread_id"].get<std::string>() + "/messages/" +
                          message["id"].get<std::string>(),
                      message);
  }
  return run_object(kept, run, status);
}

Answer show_run(Call& call, ResourceState& state, Work::State at) {
  const std::string path = run_path(call);
  StoredWork& run = *state.works.find(path);
  call.deployment = call.resource->find(run.generation.deployment);
  const ordered_json body = look_at(call, state, path, *state.objects.find(path), at);
  Answer out = json_answer(body);
  if (run.settled) out.shows = run.entry;
  return out;
}

}  // namespace

Answer create_run(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  return begin_run(call, *state, call.match.ids[0], nullptr);
}

Answer create_thread_and_run(Call& call) {
  const auto state = call.state->lock();
  const std::string id = keep_thread(*state, call.body.value("thread", json::object()));
  return begin_run(call, *state, id, *state->objects.find("/threads/" + id));
}

Answer get_run(Call& call) {
  const auto state = call.state->lock();
  StoredWork* run = run_of(call, *state);
  if (run == nullptr) return no_such("run", call.match.ids[1]);
  return show_run(call, *state, run->work.poll(now()));
}

Answer modify_run(Call& call) {
  const auto state = call.state->lock();
  StoredWork* run = run_of(call, *state);
  if (run == nullptr) return no_such("run", call.match.ids[1]);
  (*state->objects.find(call.match.path))["metadata"] = call.body.value("metadata", json::object());
  return show_run(call, *state, run->work.state(now()));
}

Answer list_runs(Call& call) {
  const auto state = call.state->lock();
  if (auto refused = orphaned(call, *state)) return std::move(*refused);
  return list_at(
      call, *state, call.match.path, [&](const std::string& path, const ordered_json& kept) {
        return look_at(call, *state, path, kept, state->works.find(path)->work.state(now()));
      });
}

/// What a cancelled run costs is unverified: nothing here.
Answer cancel_run(Call& call) {
  const auto state = call.state->lock();
  StoredWork* run = run_of(call, *state);
  if (run == nullptr) return no_such("run", call.match.ids[1]);
  const bool waits = run->wants_tools;
  if (!run->work.cancel(now()) && !waits) return bad_request("Cannot cancel a run that has ended.");
  if (waits) run->work = Work::called_off();
  run->wants_tools = false;
  call.bill->cancel(run->entry);
  return show_run(call, *state, Work::State::cancelled);
}

Answer submit_tool_outputs(Call& call) {
  const auto state = call.state->lock();
  StoredWork* run = run_of(call, *state);
  if (run == nullptr) return no_such("run", call.match.ids[1]);
  if (run_status(*run, run->work.state(now())) != "requires_action")
    return bad_request("Runs that do not require action do not accept tool outputs.");
  run->wants_tools = false;
  run->work = call.begin_work();
  call.bill->due(run->entry, run->work.due());
  return show_run(call, *state, run->work.state(now()));
}

namespace {

std::vector<ordered_json> steps_of(const Call& call, ResourceState& state) {
  const StoredWork* run = run_of(call, state);
  if (run == nullptr) return {};
  const ordered_json& kept = *state.objects.find(run_path(call));
  return run_steps(kept, *run, run_status(*run, run->work.state(now())));
}

}  // namespace

Answer list_run_steps(Call& call) {
  const auto state = call.state->lock();
  ordered_json data = steps_of(call, *state);
  return json_answer({{"object", "list"},
                      {"data", data},
                      {"first_id", data.empty() ? ordered_json() : data.front()["id"]},
                      {"last_id", data.empty() ? ordered_json() : data.back()["id"]},
                      {"has_more", false}});
}

Answer get_run_step(Call& call) {
  const auto state = call.state->lock();
  for (const ordered_json& step : steps_of(call, *state)) {
    if (step["id"] == call.match.ids[2]) return json_answer(step);
  }
  return no_such("run step", call.match.ids[2]);
}

}  // namespace tollgate::simulator
