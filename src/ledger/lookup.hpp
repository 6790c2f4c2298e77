// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "tollgate/base/errand.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Some ids of one request, to be looked up in one turn. Who asks waits for it as an errand.
struct Lookup : Errand {
  using Errand::Errand;
  std::string client;  ///< whose request it is
  std::vector<std::string> ids;
  Result<std::vector<StoredObject>> found{std::vector<StoredObject>()};
  std::exception_ptr failure;  ///< thrown meanwhile, in place of `found`
};

}  // namespace tollgate::ledger
