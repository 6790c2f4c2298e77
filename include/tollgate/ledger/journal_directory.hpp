// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tollgate::ledger {

/// Behind the ledger's path: the directory in which its journals stand.
inline constexpr const char* kJournalEnding = ".journal";

inline std::string journal_directory(const std::string& ledger) { return ledger + kJournalEnding; }

}  // namespace tollgate::ledger
