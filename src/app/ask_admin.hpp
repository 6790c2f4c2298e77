// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/http/client_transport.hpp"

namespace tollgate::app {

/// Where a running gateway's admin server is.
struct AdminChoice {
  std::string config_path;
  std::string address;  ///< host:port; empty: the configuration's
};

/// What it answers on a path. The error names the address, and what may be wrong with it.
Result<http::ClientResponse> ask_admin(const AdminChoice& choice, const char* path);

}  // namespace tollgate::app
