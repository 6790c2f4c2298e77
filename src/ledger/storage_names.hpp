// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/storage/database.hpp"
#include "tollgate/storage/file_identity.hpp"
#include "tollgate/storage/lock_file.hpp"

// What the ledger's files are kept with.
namespace tollgate::ledger {

using storage::Database;
using storage::FileIdentity;
using storage::LockFile;
using storage::Statement;
using storage::Transaction;

}  // namespace tollgate::ledger
