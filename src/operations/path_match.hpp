// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tollgate/operations/operation.hpp"

namespace tollgate::operations {

/// Every operation the gateway forwards.
std::span<const Operation> operation_table();

/// A path found in the table.
struct PathMatch {
  const Operation* operation = nullptr;  ///< null: not with this method, or not at all
  UrlFamily family = UrlFamily::legacy;
  std::string_view deployment;  ///< what stood for {deployment}, in the path that was given
  std::string_view object_id;   ///< what stood for {object}, likewise
  std::string_view file_id;     ///< what stood for {file}, likewise
};

/// Looks a normalised path up.
PathMatch find_operation(std::string_view method, std::string_view path);

/// All methods of a normalised path, comma-separated; empty: unknown path.
std::string methods_of(std::string_view path);

}  // namespace tollgate::operations
