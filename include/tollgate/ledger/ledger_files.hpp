// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// Behind the ledger's path: the directory in which its journals stand.
inline constexpr const char* kJournalEnding = ".journal";

inline std::string journal_directory(const std::string& ledger) { return ledger + kJournalEnding; }

/// Error invalid_input: what stands at the ledger's path is something else, and nothing beside it
/// says that there was a ledger. It is left as it is.
Result<void> refuse_foreign(const std::string& ledger);

}  // namespace tollgate::ledger
