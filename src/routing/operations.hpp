// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tollgate/routing/route.hpp"

namespace tollgate::routing {

/// Every operation the gateway forwards.
std::span<const Operation> operations();

/// A path found in the table.
struct PathMatch {
  const Operation* operation = nullptr;  ///< null: the path is known with other methods only, or not at all
  UrlFamily family = UrlFamily::legacy;
  std::string deployment;             ///< what stood for {deployment}
  std::string allowed;                ///< all methods of the path, comma-separated; empty: unknown path
};

/// Looks a normalised path up.
PathMatch find_operation(std::string_view method, std::string_view path);

}  // namespace tollgate::routing
