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

/// The same with a request that changes something: it shows `admin.key` of the configuration, and
/// sends a JSON body. Error invalid_input too: no configuration is named, or its key cannot be read
/// here.
Result<http::ClientResponse> change_by_admin(const AdminChoice& choice, const char* path,
                                             std::string body);

}  // namespace tollgate::app
