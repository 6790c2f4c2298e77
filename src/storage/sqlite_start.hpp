// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sqlite3.h>

namespace tollgate::storage {

/// Before whatever is asked of SQLite first in this process; costs no more than a look after that.
/// SQLite's count of its memory takes a lock with every allocation, and nobody reads it; once it
/// has begun it cannot be told. Thread safe.
inline void start_sqlite() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)done;
}

}  // namespace tollgate::storage
