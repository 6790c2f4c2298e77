// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/chunk_stream.hpp"
#include "openai/responses.hpp"
#include "openai/tool_calls.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json output(const StoredResponse& stored, const std::string& status) {
  const Generation& g = stored.generation;
  if (stored.behaviour.tool_calls) {
    return {{{"id", "fc_" + g.unique},
             {"type", "function_call"},
             {"status", "completed"},
             {"arguments", tool_arguments()},
             {"call_id", "call_" + g.unique},
             {"name", "report_usage"}}};
  }
  return {{{"id", "msg_" + g.unique},
           {"type", "message"},
           {"status", status},
           {"role", "assistant"},
           {"content",
            {{{"type", "output_text"},
              {"text", text_of(g)},
              {"annotations", json::array()},
              {"logprobs", json::array()}}}}}};
}

/// Azure's own member (azure-protocol.md 1.7).
ordered_json content_filters(std::size_t length) {
  const auto filter = [](const char* source, std::size_t end) {
    return ordered_json{{"blocked", false},
                        {"source_type", source},
                        {"content_filter_raw", nullptr},
                        {"content_filter_results", filter_results(true)},
                        {"content_filter_offsets",
                         {{"start_offset", 0}, {"end_offset", end}, {"check_offset", 0}}}};
  };
  return {filter("prompt", 0), filter("completion", length)};
}

}  // namespace

std::string response_status(Work::State state, const std::string& outcome) {
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
  return outcome.empty() ? "completed" : outcome;
}

ordered_json response_object(const StoredResponse& stored, const std::string& status) {
  const Generation& g = stored.generation;
  const Behaviour& behaviour = stored.behaviour;
  const bool finished = status == "completed" || status == "incomplete";
  ordered_json out;
  out["id"] = "resp_" + g.unique;
  out["object"] = "response";
  out["created_at"] = g.created;
  if (finished) out["completed_at"] = g.created + 1;
  out["status"] = status;
  out["background"] = stored.background;
  if (finished) out["content_filters"] = content_filters(text_of(g).size());
  out["error"] = nullptr;
  if (status == "failed")
    out["error"] = {{"code", "server_error"}, {"message", "The model failed."}};
  out["incomplete_details"] = nullptr;
  if (status == "incomplete") out["incomplete_details"] = {{"reason", behaviour.incomplete_reason}};
  // The alias the caller sent, not the snapshot (azure-protocol.md 1.6; section 10, item 1).
  out["model"] = behaviour.model.empty() ? g.deployment : behaviour.model;
  out["output"] = finished ? output(stored, status) : ordered_json::array();
  out["parallel_tool_calls"] = true;
  out["temperature"] = 1.0;
  out["tool_choice"] = "auto";
  out["tools"] = json::array();
  out["top_p"] = 1.0;
  if (finished) {
    out = with_usage(out, usage_r(g.tokens, behaviour), behaviour);
  } else {
    out["usage"] = nullptr;
  }
  out["metadata"] = json::object();
  out.update(stored.echo);
  return out;
}

}  // namespace tollgate::simulator
