// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// Behind the ledger's path: the directory in which its journals stand.
inline constexpr const char* kJournalEnding = ".journal";

inline std::string journal_directory(const std::string& ledger) { return ledger + kJournalEnding; }

/// Error invalid_input: what stands at the ledger's path is something else, and nothing beside it
/// says that there was a ledger. It is left as it is.
Result<void> refuse_foreign(const std::string& ledger);

/// What stands in the place of one of the ledger's small files or of a journal's segment and is
/// none, so that a start would end there; nullopt: nothing.
std::optional<std::string> in_way_of_ledger(const std::string& ledger);

/// What stands in the place of the journals' directory and is none, likewise.
std::optional<std::string> in_place_of_journals(const std::string& ledger);

/// What a start would find unreadable and write anew, and what cannot be told then; nullopt:
/// nothing.
std::optional<std::string> unreadable_beside(const std::string& ledger);

}  // namespace tollgate::ledger
