// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/messages.hpp"
#include "openai/runs.hpp"
#include "openai/tool_calls.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

bool is_used(const std::string& status) { return status == "completed" || status == "incomplete"; }

/// The first of two steps takes half of everything.
Tokens part_of(const Tokens& whole, bool first, bool only) {
  if (only) return whole;
  Tokens half{.prompt = whole.prompt / 2, .completion = whole.completion / 2};
  if (first) return half;
  return {.prompt = whole.prompt - half.prompt, .completion = whole.completion - half.completion};
}

ordered_json step(const ordered_json& run, const std::string& id, const std::string& status) {
  return {{"id", "step_" + id},
          {"object", "thread.run.step"},
          {"created_at", run["created_at"]},
          {"run_id", run["id"]},
          {"assistant_id", run["assistant_id"]},
          {"thread_id", run["thread_id"]},
          {"status", status},
          {"cancelled_at", nullptr},
          {"completed_at", nullptr},
          {"expired_at", nullptr},
          {"failed_at", nullptr},
          {"last_error", nullptr},
          {"metadata", json::object()},
          {"usage", nullptr}};
}

void make_tool_step(ordered_json& out, const StoredWork& run) {
  ordered_json call = tool_call(run.generation);
  call["function"]["output"] = nullptr;
  out["type"] = "tool_calls";
  out["step_details"] = {{"type", "tool_calls"}, {"tool_calls", {call}}};
}

}  // namespace

std::string run_status(const StoredWork& run, Work::State state) {
  switch (state) {
    case Work::State::queued:
      return "queued";
    case Work::State::in_progress:
      return "in_progress";
    case Work::State::cancelled:
      return "cancelled";
    case Work::State::done:
      break;
  }
  if (run.wants_tools) return "requires_action";
  return run.behaviour.outcome.empty() ? "completed" : run.behaviour.outcome;
}

ordered_json run_object(const ordered_json& kept, const StoredWork& run,
                        const std::string& status) {
  ordered_json out = kept;
  const Generation& g = run.generation;
  out["status"] = status;
  if (status != "queued") out["started_at"] = g.created;
  if (status == "completed") out["completed_at"] = g.created + 1;
  if (status == "cancelled") out["cancelled_at"] = g.created + 1;
  if (status == "incomplete") out["incomplete_details"] = {{"reason", "max_completion_tokens"}};
  if (status == "failed") {
    out["failed_at"] = g.created + 1;
    out["last_error"] = {{"code", "server_error"}, {"message", "Sorry, something went wrong."}};
  }
  if (status == "requires_action") {
    out["required_action"] = {{"type", "submit_tool_outputs"},
                              {"submit_tool_outputs", {{"tool_calls", {tool_call(g)}}}}};
  }
  if (!is_used(status)) {
    out["usage"] = nullptr;
    return out;
  }
  out.erase("usage");
  return with_usage(out, usage_run(g.tokens, run.behaviour), run.behaviour);
}

std::vector<ordered_json> run_steps(const ordered_json& kept, const StoredWork& run,
                                    const std::string& status) {
  std::vector<ordered_json> out;
  const Generation& g = run.generation;
  const bool only = !run.behaviour.tool_calls;
  if (status == "queued") return out;
  if (!only) {
    const bool done = status != "requires_action" && status != "in_progress";
    out.push_back(step(kept, "0" + g.unique, done ? "completed" : "in_progress"));
    make_tool_step(out.back(), run);
    if (done) out.back()["usage"] = usage_run(part_of(g.tokens, true, only), run.behaviour);
  }
  if (status == "requires_action") return out;
  out.push_back(step(kept, "1" + g.unique, is_used(status) ? "completed" : status));
  out.back()["type"] = "message_creation";
  out.back()["step_details"] = {{"type", "message_creation"},
                                {"message_creation", {{"message_id", "msg_" + g.unique}}}};
  if (is_used(status))
    out.back()["usage"] = usage_run(part_of(g.tokens, false, only), run.behaviour);
  return out;
}

ordered_json run_message(const ordered_json& kept, const StoredWork& run) {
  const Generation& g = run.generation;
  ordered_json out = message_object(kept["thread_id"].get<std::string>(), "msg_" + g.unique,
                                    "assistant", text_of(g));
  out["run_id"] = kept["id"];
  out["assistant_id"] = kept["assistant_id"];
  return out;
}

}  // namespace tollgate::simulator
