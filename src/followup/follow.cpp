// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/follow.hpp"

#include <algorithm>

#include "tollgate/operations/id_words.hpp"
#include "tollgate/usage/object_state.hpp"

namespace tollgate::followup {
namespace {

/// The path with the ids that its holes stand for; empty where one of them is missing.
std::string filled(std::string_view pattern, const usage::UsageOutcome& outcome) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t hole = std::min(pattern.find('{'), pattern.size());
    out.append(pattern.substr(0, hole));
    pattern.remove_prefix(hole);
    if (pattern.empty()) break;
    const std::string& id =
        pattern.starts_with("{thread}") ? outcome.thread_id : outcome.response_id;
    if (!is_object_id(id)) return {};
    out.append(id);
    pattern.remove_prefix(pattern.find('}') + 1);
  }
  return out;
}

void add_id(std::vector<std::string>& list, const std::string& id) {
  if (is_object_id(id)) list.push_back(id);
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
  const operations::FollowRule& rule = target.operation->api->follow;
  if (target.operation->metering != operations::Metering::follow) return {};
  if (rule.only_background && !background) return {};
  // An answer that broke off before it told its state: the object has it.
  if (outcome.basis == usage::UsageBasis::reported || usage::is_finished(outcome.status)) return {};
  const std::string path = filled(rule.path, outcome);
  if (path.empty()) return {};
  std::string out = target.family == operations::UrlFamily::v1 ? "/openai/v1" : "/openai";
  out.append(path);
  if (!target.api_version.empty()) out.append("?api-version=").append(target.api_version);
  return out;
}

std::vector<std::string> stored_objects(const operations::RequestTarget& target,
                                        const usage::UsageOutcome& outcome) {
  using operations::Leaves;
  const operations::Operation& operation = *target.operation;
  std::vector<std::string> out;
  if (operation.leaves_id(Leaves::answer)) add_id(out, outcome.response_id);
  if (operation.leaves_id(Leaves::thread)) add_id(out, outcome.thread_id);
  if (operation.leaves_id(Leaves::file)) add_id(out, outcome.file_id);
  if (operation.leaves_id(Leaves::result_files)) {
    for (const std::string& file : outcome.result_files) add_id(out, file);
  }
  if (operation.leaves_id(Leaves::parts)) {
    for (const std::string& part : outcome.parts) add_id(out, part);
  }
  const bool may_be_made_up = operation.leaves_id(Leaves::items);
  for (const std::string& id : outcome.left_ids) {
    if (!may_be_made_up || operations::is_drawn_item(id)) add_id(out, id);
  }
  return out;
}

std::string shown_work(const operations::RequestTarget& target,
                       const usage::UsageOutcome& outcome) {
  const bool counted =
      outcome.basis == usage::UsageBasis::reported || outcome.basis == usage::UsageBasis::partial;
  const bool tells_all = counted && outcome.terminal && usage::is_finished(outcome.status);
  if (!tells_all) return {};
  std::string path = filled(target.operation->api->follow.shown, outcome);
  // Of what the path names, and nothing else.
  const std::string_view asked = work_path(target.path);
  const bool is_asked_for = asked == path || asked.starts_with(path + "/");
  return is_asked_for ? path : std::string();
}

std::string_view work_path(std::string_view follow_path) {
  follow_path = follow_path.substr(0, follow_path.find('?'));
  for (const std::string_view root : {"/openai/v1", "/openai"}) {
    if (follow_path.starts_with(root)) return follow_path.substr(root.size());
  }
  return follow_path;
}

std::string asked_first(const operations::RequestTarget& target) {
  constexpr std::string_view kHole = "{object}";
  std::string out(target.operation->api->follow.asks_first);
  const std::size_t hole = out.find(kHole);
  if (hole != std::string::npos) out.replace(hole, kHole.size(), target.object_id);
  return out;
}

}  // namespace tollgate::followup
