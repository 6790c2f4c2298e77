// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "row_order.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/storage/database.hpp"

namespace tollgate::trail {

struct RetentionTerms {
  std::uint64_t max_size = 0;  ///< bytes that may stay; 0: all
  seconds retention{0};        ///< age by the event's time; 0: for ever
  bool signs_checkpoints = true;
};

/// Deletes a batch of the oldest rows and access rows that are done with: every exporter that is
/// waited for has them, none refused them, and a checkpoint covers them; where nobody signs any,
/// the tree takes them in first. Of these, what is too old; and what is more than the room that
/// there is, where it is delivered to somebody: a trail that stands here alone loses by age only.
/// True: there may be more. Within a transaction of the caller's. Error storage.
Result<bool> delete_old_rows(storage::Database& database, RowOrder& order,
                             const RetentionTerms& terms, UtcTime now);

}  // namespace tollgate::trail
