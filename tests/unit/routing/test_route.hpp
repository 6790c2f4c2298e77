// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"

namespace tollgate::routing {

/// A model "m" served by one deployment on each of several backends, as a loaded configuration
/// gives it.
class TestRoute {
 public:
  struct Spec {
    std::string backend;
    unsigned priority = 1;
    unsigned weight = 1;
  };

  explicit TestRoute(std::vector<Spec> specs, config::Retry retry = {},
                     config::RetryBudget budget = {}, config::Breaker breaker = {})
      : config_(make_config(std::move(specs), retry, breaker)),
        board(budget),
        table_(config_, &board),
        route(*table_.match("m", config::Client{}).value()) {}

 private:
  static config::Config make_config(std::vector<Spec> specs, config::Retry retry,
                                    config::Breaker breaker) {
    config::Config out;
    config::Model& model = out.models.emplace_back();
    model.name = "m";
    model.retry = retry;
    for (Spec& spec : specs) {
      config::Backend& backend = out.backends.emplace_back();
      backend.name = spec.backend;
      backend.endpoint = "https://" + spec.backend + ".example";
      backend.breaker = breaker;
      model.targets.push_back({spec.backend, "m", spec.priority, spec.weight});
    }
    return out;
  }

  config::Config config_;

 public:
  TargetBoard board;

 private:
  RouteTable table_;

 public:
  Route route;
};

}  // namespace tollgate::routing
