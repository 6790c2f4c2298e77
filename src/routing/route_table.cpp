// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"

namespace tollgate::routing {
namespace {

bool may_use(const config::Client& client, std::string_view model) {
  return !client.models ||
         std::find(client.models->begin(), client.models->end(), model) != client.models->end();
}

Candidate make_candidate(const config::Config& config, const config::Target& target) {
  Candidate out;
  for (std::size_t i = 0; i < config.backends.size(); ++i) {
    if (config.backends[i].name != target.backend) continue;
    out.backend = &config.backends[i];
    out.backend_index = i;
  }
  out.deployment = target.deployment;
  out.priority = target.priority;
  out.weight = target.weight;
  return out;
}

}  // namespace

RouteTable::RouteTable(const config::Config& config, TargetBoard* board)
    : config_(config),
      home_(config.operations.backend.empty() ? config.backends.front().name
                                              : config.operations.backend) {
  for (const config::Model& model : config.models) {
    Route route{model.name, {}, &model.retry};
    for (const config::Target& target : model.targets) {
      Candidate candidate = make_candidate(config, target);
      if (board != nullptr) candidate.target = board->enroll(*candidate.backend, target.deployment);
      route.candidates.push_back(candidate);
    }
    std::stable_sort(
        route.candidates.begin(), route.candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.priority < b.priority; });
    routes_.emplace(model.name, std::move(route));
  }
}

Result<Route> RouteTable::match(std::string_view model, const config::Client& client) const {
  const auto found = routes_.find(model);
  if (found == routes_.end()) return Error{Errc::not_found, "unknown model"};
  if (!may_use(client, model)) return Error{Errc::forbidden, "the client may not use the model"};
  return found->second;
}

std::optional<Candidate> RouteTable::on_backend(std::string_view backend,
                                                std::string_view deployment) const {
  for (std::size_t i = 0; i < config_.backends.size(); ++i) {
    if (config_.backends[i].name == backend) return Candidate{&config_.backends[i], i, deployment};
  }
  return std::nullopt;
}

std::vector<Candidate> pick_order(const Route& route, std::uint64_t random) {
  std::vector<Candidate> out = route.candidates;
  for (auto first = out.begin(); first != out.end();) {
    const auto last = std::find_if(first, out.end(), [&](const Candidate& candidate) {
      return candidate.priority != first->priority;
    });
    // Draws one after the other by weight, each from what is left of the group.
    for (auto place = first; place != last; ++place) {
      std::uint64_t total = 0;
      for (auto it = place; it != last; ++it) total += it->weight;
      std::uint64_t draw = random % total;
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      auto chosen = place;
      while (draw >= chosen->weight) draw -= (chosen++)->weight;
      std::rotate(place, chosen, chosen + 1);
    }
    first = last;
  }
  return out;
}

}  // namespace tollgate::routing
