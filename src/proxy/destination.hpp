// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::proxy {

/// Who may answer a request. The candidates' deployments may point into `object`.
struct Destination {
  std::string model;  ///< as the client asked for it; empty where none is concerned
  std::vector<routing::Candidate> candidates;    ///< in the order to try
  std::unique_ptr<ledger::StoredObject> object;  ///< what the path or body refers to
};

/// What decides where a request goes.
struct Wanted {
  const routing::RequestTarget& target;
  const usage::RequestScan* scan;  ///< null: no body, or one that was not understood
  const config::Client& client;
  std::uint64_t random;  ///< for the draw by weight
};

/// Finds the destination: by the model, or by the object that the request refers to, which lives on the backend
/// that made it and belongs to the client that did (azure-protocol.md 1.7). Errors: invalid_input (no model
/// where one is needed), not_found and forbidden (the model, see RouteTable::match, or the object), storage.
boost::asio::awaitable<Result<Destination>> find_destination(Wanted wanted,
                                                             const routing::RouteTable& routes,
                                                             ledger::ObjectDirectory& objects);

}  // namespace tollgate::proxy
