// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::proxy {

/// Who may answer a request.
struct Destination {
  std::string model;  ///< as the client asked for it; empty where none is concerned
  const routing::Route* models_route = nullptr;  ///< the route table's
  std::optional<routing::Route>
      own_route;  ///< in its place where state decides; may point into `object`
  std::unique_ptr<ledger::StoredObject> object;  ///< what the path or body refers to

  const routing::Route& route() const { return own_route ? *own_route : *models_route; }
};

/// What decides where a request goes.
struct Wanted {
  const operations::RequestTarget& target;
  const usage::RequestScan* scan;  ///< null: no body, or one that was not understood
  const config::Client& client;
};

/// Finds the destination: by the model, or by the object that the request refers to, which lives on
/// the backend that made it and belongs to the client that did (azure-protocol.md 1.7). Errors:
/// invalid_input (no model where one is needed), not_found and forbidden (the model, see
/// RouteTable::match, or the object), storage.
boost::asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                             const routing::RouteTable& routes,
                                                             ledger::ObjectDirectory& objects);

}  // namespace tollgate::proxy
