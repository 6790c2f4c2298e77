// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "routing_status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

namespace tollgate::app {
namespace {

using Condition = routing::TargetHealth::Condition;
using Cause = routing::TargetHealth::Cause;
using Json = nlohmann::ordered_json;

std::string_view word_for(Condition condition) {
  switch (condition) {
    case Condition::serving:
      return "serving";
    case Condition::resting:
      return "resting";
    case Condition::probing:
      return "probing";
  }
  return "";
}

std::string_view word_for(Cause cause) {
  return cause == Cause::throttled ? "throttled" : "failing";
}

Json target_json(const routing::Candidate& candidate, const routing::TargetStatus& status) {
  Json out{{"backend", status.backend},
           {"deployment", candidate.deployment},
           {"region", candidate.backend->region},
           {"tier", candidate.backend->tier},
           {"priority", candidate.priority},
           {"weight", candidate.weight},
           {"state", word_for(status.condition)},
           {"cause", nullptr},
           {"available_in_ms", status.available_in.count()},
           {"pending", status.pending},
           {"clients_in_trouble", status.clients_in_trouble},
           {"attempts", status.counts.attempts},
           {"throttled", status.counts.throttled},
           {"failed", status.counts.failed},
           {"credential_refused", status.credential_refused}};
  if (status.condition != Condition::serving) out["cause"] = word_for(status.cause);
  return out;
}

/// Empty: none.
std::string target_problem(const routing::TargetStatus& target) {
  const std::string name = "the target " + target.backend +
                           (target.deployment.empty() ? std::string() : "/" + target.deployment);
  if (target.credential_refused)
    return name +
           " refuses the gateway's own credential: its key, role or firewall is wrong; see "
           "upstream.credential_refused in the log";
  const bool rests = target.condition != Condition::serving && target.cause == Cause::failing;
  if (!rests && target.clients_in_trouble == 0) return {};
  return name + " fails" + (rests ? "" : " for some clients") +
         ": see /admin/routes, and target.rests in the log";
}

/// Whether it is at a backend that serves some model: the board knows those of before, too.
bool is_in_use(const routing::TargetStatus& target, const routing::RouteTable& routes) {
  const auto at_it = [&](const routing::Candidate& candidate) {
    return candidate.backend->name == target.backend &&
           candidate.backend->endpoint == target.endpoint;
  };
  return std::ranges::any_of(routes.routes(), [&](const routing::Route& route) {
    return std::ranges::any_of(route.candidates, at_it);
  });
}

}  // namespace

std::string routes_page(const routing::RouteTable& routes, const routing::TargetBoard& board,
                        SteadyTime now) {
  const std::vector<routing::TargetStatus> statuses = board.statuses(now);
  const routing::BudgetCounts budget = board.budget_counts();
  Json models = Json::array();
  for (const routing::Route& route : routes.routes()) {
    Json targets = Json::array();
    for (const routing::Candidate& candidate : route.candidates) {
      targets.push_back(target_json(candidate, statuses[candidate.target]));
    }
    models.push_back(Json{{"model", route.model},
                          {"usable", board.usable(route.candidates, now)},
                          {"targets", std::move(targets)}});
  }
  const Json page{{"models", std::move(models)},
                  {"retry_budget", {{"retries", budget.retries}, {"refused", budget.refused}}}};
  return page.dump(2) + "\n";
}

std::map<std::string, bool> usable_models(const routing::RouteTable& routes,
                                          const routing::TargetBoard& board, SteadyTime now) {
  std::map<std::string, bool> out;
  for (const routing::Route& route : routes.routes()) {
    out.emplace(route.model, board.usable(route.candidates, now));
  }
  return out;
}

std::vector<std::string> routing_problems(const routing::RouteTable& routes,
                                          const routing::TargetBoard& board, SteadyTime now) {
  std::vector<std::string> out;
  const std::vector<routing::TargetStatus> statuses = board.statuses(now);
  std::set<std::size_t> told;
  const auto tell = [&](std::size_t target) {
    std::string problem = target_problem(statuses[target]);
    if (!problem.empty() && told.insert(target).second) out.push_back(std::move(problem));
  };
  for (const routing::Route& route : routes.routes()) {
    if (!board.usable(route.candidates, now))
      out.push_back("the model " + std::string(route.model) +
                    " cannot be served: every target of it rests");
    for (const routing::Candidate& candidate : route.candidates) tell(candidate.target);
  }
  for (std::size_t target = 0; target < statuses.size(); ++target) {
    if (statuses[target].deployment.empty() && is_in_use(statuses[target], routes)) tell(target);
  }
  return out;
}

telemetry::RoutingGauges routing_gauges(const routing::TargetBoard& board, SteadyTime now) {
  telemetry::RoutingGauges out;
  for (routing::TargetStatus& status : board.statuses(now)) {
    const routing::TargetCounts& counts = status.counts;
    out.targets.push_back({std::move(status.backend), std::move(status.deployment),
                           std::string(word_for(status.condition)), status.pending, counts.attempts,
                           counts.throttled, counts.failed, counts.rests_throttled,
                           counts.rests_failing});
  }
  const routing::BudgetCounts budget = board.budget_counts();
  out.retries = budget.retries;
  out.retries_refused = budget.refused;
  return out;
}

}  // namespace tollgate::app
