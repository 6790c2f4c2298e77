// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::routing {

/// One backend deployment that can answer.
struct Candidate {
  const config::Backend* backend = nullptr;
  std::size_t backend_index = 0;  ///< position in the configuration's list
  std::string_view deployment;    ///< empty: the operation concerns none
  unsigned priority = 1;
  unsigned weight = 1;
  std::size_t target = 0;            ///< its number on the TargetBoard
  config::BackendTimeouts timeouts;  ///< the model's where it says something, else the backend's
};

/// A requested model and who can serve it, by priority. Of an operation on a stored object: where
/// that lives.
struct Route {
  std::string_view model;
  std::vector<Candidate> candidates;     ///< never empty
  const config::Retry* retry = nullptr;  ///< the model's, or the defaults; never null
};

/// Whether the client may use this model, by the name that the configuration gives it.
bool may_use(const config::Client& client, std::string_view model);

class TargetBoard;

/// Immutable lookup from requested model to candidates. Refers into the Config, which must outlive
/// it.
class RouteTable {
 public:
  /// Enrolls every target on the board, if one is given: without it candidates cannot be leased.
  explicit RouteTable(const config::Config& config, TargetBoard* board = nullptr);

  /// Errors: not_found (unknown model; Azure's DeploymentNotFound), forbidden (the client may not
  /// use it). An unknown model and one the client may not see are told apart only by the code.
  /// The route lives as long as the table.
  Result<const Route*> match(std::string_view model, const config::Client& client) const;

  /// The one place of what is kept there: a deployment (empty: none is concerned) on the backend
  /// with this name; nullopt: it is not configured any more. `deployment` must outlive the route.
  /// `works`: the operation is the deployment's own work, which its throttling concerns; reading
  /// what is stored goes on meanwhile.
  std::optional<Route> on_backend(std::string_view backend, std::string_view deployment,
                                  bool works) const;
  /// Where operations go that name neither a model nor an object (operations.backend).
  Route home() const { return *on_backend(home_, {}, false); }

  /// Every model's route, in the configuration's order.
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  /// The place in routes_; nullopt: no such model.
  std::optional<std::size_t> find(std::string_view model) const;
  std::size_t enroll(const config::Backend& backend, std::string_view deployment) const;

  const config::Config& config_;
  TargetBoard* board_;
  std::string_view home_;
  std::vector<Route> routes_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_model_;
  /// In small letters, where operations.ignore_model_case says so; the first of several counts.
  std::unordered_map<std::string, std::size_t> by_small_letters_;
};

}  // namespace tollgate::routing
