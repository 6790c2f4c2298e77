// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tollgate/base/text.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"

namespace tollgate::routing {
namespace {

config::BackendTimeouts timeouts_of(const config::Backend& backend,
                                    const config::ModelTimeouts& model) {
  config::BackendTimeouts out = backend.timeouts;
  out.first_byte = model.first_byte.value_or(out.first_byte);
  out.idle = model.idle.value_or(out.idle);
  out.drain = model.drain.value_or(out.drain);
  out.drain_size = model.drain_size.value_or(out.drain_size);
  return out;
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

bool may_use(const config::Client& client, std::string_view model) {
  return !client.models ||
         std::find(client.models->begin(), client.models->end(), model) != client.models->end();
}

RouteTable::RouteTable(const config::Config& config, TargetBoard* board)
    : config_(config),
      board_(board),
      home_(config.operations.backend.empty() ? config.backends.front().name
                                              : config.operations.backend) {
  for (const config::Model& model : config.models) {
    Route route{model.name, {}, &model.retry};
    for (const config::Target& target : model.targets) {
      Candidate candidate = make_candidate(config, target);
      candidate.target = enroll(*candidate.backend, target.deployment);
      candidate.timeouts = timeouts_of(*candidate.backend, model.timeouts);
      route.candidates.push_back(candidate);
    }
    std::stable_sort(
        route.candidates.begin(), route.candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.priority < b.priority; });
    by_model_.emplace(model.name, routes_.size());
    if (config.operations.ignore_model_case)
      by_small_letters_.emplace(to_lower(model.name), routes_.size());
    routes_.push_back(std::move(route));
  }
}

std::size_t RouteTable::enroll(const config::Backend& backend, std::string_view deployment) const {
  return board_ == nullptr ? 0 : board_->enroll(backend, deployment);
}

Result<const Route*> RouteTable::match(std::string_view model, const config::Client& client) const {
  const std::optional<std::size_t> found = find(model);
  if (!found) return Error{Errc::not_found, "unknown model"};
  const Route& route = routes_[*found];
  if (!may_use(client, route.model))
    return Error{Errc::forbidden, "the client may not use the model"};
  return &route;
}

std::optional<std::size_t> RouteTable::find(std::string_view model) const {
  const auto exact = by_model_.find(model);
  if (exact != by_model_.end()) return exact->second;
  if (by_small_letters_.empty()) return std::nullopt;
  const auto alike = by_small_letters_.find(to_lower(model));
  return alike == by_small_letters_.end() ? std::nullopt : std::optional(alike->second);
}

std::optional<Route> RouteTable::on_backend(std::string_view backend, std::string_view deployment,
                                            bool works) const {
  static const config::Retry defaults;
  for (std::size_t i = 0; i < config_.backends.size(); ++i) {
    const config::Backend& one = config_.backends[i];
    if (one.name != backend) continue;
    Candidate candidate{&one, i, deployment};
    candidate.target = enroll(one, works ? deployment : std::string_view());
    candidate.timeouts = one.timeouts;
    return Route{{}, {candidate}, &defaults};
  }
  return std::nullopt;
}

}  // namespace tollgate::routing
