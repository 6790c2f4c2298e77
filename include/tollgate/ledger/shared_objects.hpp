// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Whose objects are that other replicas may have made. Who owns an id, and where it lives, is
/// answered by three in turn: what the request itself tells (ObjectQuestion::told: ids that were
/// sealed), this gateway's own directory, and this, for what neither knows. With
/// `objects.ownership: store` there is one; else none, and nothing waits for it. Any thread.
class SharedObjects {
 public:
  virtual ~SharedObjects() = default;

  /// Tells the other replicas, before the client sees the ids. Who was told first has an id, here
  /// as in the directory. Errors: as the implementation's policy for a failing store has it;
  /// cancelled.
  virtual boost::asio::awaitable<Result<void>> keep(std::vector<StoredObject> objects,
                                                    Cancellation& cancellation) = 0;

  /// Those of the ids, each given once, that somebody made through a replica. Errors likewise.
  virtual boost::asio::awaitable<Result<std::vector<StoredObject>>> find(
      std::vector<std::string> ids, Cancellation& cancellation) = 0;
};

}  // namespace tollgate::ledger
