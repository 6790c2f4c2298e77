// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <exception>
#include <map>
#include <memory>
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

/// Whose look-up is next. Clients take turns, however many requests each has waiting and whatever
/// they name; of one client's the first that came is the first. Pure; guarded by its owner.
class LookupTurns {
 public:
  void add(std::shared_ptr<Lookup> lookup);
  /// Null: none waits.
  std::shared_ptr<Lookup> take();

 private:
  std::map<std::string, std::deque<std::shared_ptr<Lookup>>> lines_;  ///< none is empty
  std::string last_client_;                                           ///< who had a turn last
};

}  // namespace tollgate::ledger
