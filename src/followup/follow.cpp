// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follow.hpp"

#include <algorithm>
#include <array>

namespace tollgate::followup {
namespace {

/// Of responses, runs and batches alike (azure-protocol.md 1.7, 1.9; run states from the same source as 2.5).
constexpr std::array<std::string_view, 6> kUnfinished{
    "queued", "in_progress", "requires_action", "validating", "finalizing", "cancelling"};

bool is_unfinished(std::string_view status) {
  return std::find(kUnfinished.begin(), kUnfinished.end(), status) != kUnfinished.end();
}

std::string object_path(usage::ApiShape api, const usage::UsageOutcome& outcome) {
  switch (api) {
    case usage::ApiShape::responses:
      return "/responses/" + outcome.response_id;
    case usage::ApiShape::batches:
      return "/batches/" + outcome.response_id;
    case usage::ApiShape::runs:
      return is_object_id(outcome.thread_id)
                 ? "/threads/" + outcome.thread_id + "/runs/" + outcome.response_id
                 : std::string();
    default:
      return {};
  }
}

void append_id(std::string& list, std::string_view id) {
  if (is_object_id(id)) list.append(list.empty() ? "" : " ").append(id);
}

/// Whether the operation makes an object that is then addressed by its id.
bool makes_object(const operations::Operation& operation) {
  return operation.method == "POST" && (operation.route_by == operations::RouteBy::model ||
                                        operation.route_by == operations::RouteBy::home);
}

}  // namespace

bool is_object_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  };
  return !id.empty() && id.size() <= 256 && std::all_of(id.begin(), id.end(), allowed);
}

std::string follow_path(const operations::RequestTarget& target, const usage::UsageOutcome& outcome,
                        bool background) {
  const usage::ApiShape api = target.operation->api;
  if (target.operation->metering != operations::Metering::follow ||
      !is_object_id(outcome.response_id))
    return {};
  // An answer that broke off before it told its state: the object has it.
  const bool may_go_on = outcome.status.empty() || is_unfinished(outcome.status);
  if (outcome.basis == usage::UsageBasis::reported || !may_go_on) return {};
  if (api == usage::ApiShape::responses && !background) return {};
  const std::string path = object_path(api, outcome);
  if (path.empty()) return {};
  std::string out = target.family == operations::UrlFamily::v1 ? "/openai/v1" : "/openai";
  out.append(path);
  if (!target.api_version.empty()) out.append("?api-version=").append(target.api_version);
  return out;
}

std::string stored_objects(const operations::RequestTarget& target,
                           const usage::UsageOutcome& outcome) {
  std::string out;
  // A thread made together with its run: the thread is what later paths name.
  const bool is_run = target.operation->api == usage::ApiShape::runs;
  if (makes_object(*target.operation))
    append_id(out, is_run ? outcome.thread_id : outcome.response_id);
  if (target.operation->group == config::OperationGroup::files) append_id(out, outcome.file_id);
  if (target.operation->group == config::OperationGroup::batches && !outcome.result_files.empty()) {
    out.append(out.empty() ? "" : " ").append(outcome.result_files);
  }
  return out;
}

}  // namespace tollgate::followup
