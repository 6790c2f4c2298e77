// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/config/config.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::operations {

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

/// An operation the gateway forwards: one row of the table in operation_table.cpp.
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

}  // namespace tollgate::operations
