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
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::routing {

/// Which of Azure's URL families a request uses (azure-protocol.md 1.1).
enum class UrlFamily { legacy, v1 };

/// How the backend of an operation is found.
enum class RouteBy {
  deployment,  ///< the legacy path names it, `model` does so in the v1 family
  model,       ///< `model` in the body in both families
  object,      ///< the stored object in the path lives on the backend that made it
  home,        ///< neither: operations.backend
};

/// Where an operation's tokens are counted.
enum class Metering {
  answer,     ///< in its own answer
  follow,     ///< in its answer, or, when that comes before the work is done, by asking again later
  elsewhere,  ///< with the operation that made the object: its usage is only read again here
  none,       ///< it uses no tokens
};

/// An operation the gateway forwards: one row of the table in operations.cpp.
struct Operation {
  std::string_view id;      ///< ChatCompletions_Create, as Azure's own messages name it
  std::string_view method;  ///< GET, POST, DELETE
  std::string_view
      legacy_path;  ///< after /openai; {deployment}, {object} and {id} stand for one segment
  std::string_view v1_path;  ///< after /openai/v1; empty: not in this family
  config::OperationGroup group = config::OperationGroup::inference;
  RouteBy route_by = RouteBy::deployment;
  Metering metering = Metering::answer;
  usage::ApiShape api = usage::ApiShape::other;
};

/// A request target, parsed and checked: where a request wants to go.
struct RequestTarget {
  const Operation* operation = nullptr;
  UrlFamily family = UrlFamily::legacy;
  std::string deployment;  ///< percent-decoded; empty in the v1 family
  std::string object_id;   ///< what stood for {object}
  std::string api_version;
  std::string path;   ///< normalised, as it will be forwarded (before a deployment swap)
  std::string query;  ///< without credentials (?api-key= is removed), without '?'

  /// Whether `model` in the body decides who answers, rather than the path.
  bool names_model_in_body() const;
};

/// Parses an origin-form target. Errors: invalid_input (400: encoded slashes, dot segments, control bytes,
/// a duplicated api-version and the other cases of faults.md P4), not_found (404: no such operation, or not
/// with this method: allowed_methods() tells).
Result<RequestTarget> parse_target(std::string_view method, std::string_view target);

/// The methods that the target's path allows, for an Allow field; empty when the path is unknown.
std::string allowed_methods(std::string_view target);

/// The path to send to a backend whose deployment may have another name.
std::string forward_path(const RequestTarget& target, std::string_view deployment);

/// One backend deployment that can answer.
struct Candidate {
  const config::Backend* backend = nullptr;
  std::size_t backend_index = 0;  ///< position in the configuration's list
  std::string_view deployment;    ///< empty: the operation concerns none
  unsigned priority = 1;
  unsigned weight = 1;
  std::size_t target = 0;  ///< its number on the TargetBoard
};

/// A requested model and who can serve it, by priority. Of an operation on a stored object: where that lives.
struct Route {
  std::string_view model;
  std::vector<Candidate> candidates;     ///< never empty
  const config::Retry* retry = nullptr;  ///< the model's, or the defaults; never null
};

class TargetBoard;

/// Immutable lookup from requested model to candidates. Refers into the Config, which must outlive it.
class RouteTable {
 public:
  /// Enrolls every target on the board, if one is given: without it candidates cannot be leased.
  explicit RouteTable(const config::Config& config, TargetBoard* board = nullptr);

  /// Errors: not_found (unknown model; Azure's DeploymentNotFound), forbidden (the client may not use it).
  /// An unknown model and one the client may not see are told apart only by the code.
  /// The route lives as long as the table.
  Result<const Route*> match(std::string_view model, const config::Client& client) const;

  /// The one place of what is kept there: a deployment (empty: none is concerned) on the backend with this name;
  /// nullopt: it is not configured any more. `deployment` must outlive the route. `works`: the operation is the
  /// deployment's own work, which its throttling concerns; reading what is stored goes on meanwhile.
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

  std::size_t enroll(const config::Backend& backend, std::string_view deployment) const;

  const config::Config& config_;
  TargetBoard* board_;
  std::string_view home_;
  std::vector<Route> routes_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_model_;
};

}  // namespace tollgate::routing
