// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

// What was lost is told for as long as a file in `damaged`, beside the journals, says so: a segment
// in which something could not be read, or a note about what is gone. An operator who has looked at
// it deletes it.

/// The folder, made for its owner alone where there is none.
std::filesystem::path losses_folder(const std::filesystem::path& journal_directory);

/// Adds a line to the note NAME.lost, unless it is there already; it survives a power loss. Error
/// storage: it could not be written, and must be told again.
[[nodiscard]] Result<void> note_loss(const std::string& journal_directory, const std::string& name,
                                     const std::string& line);

/// The lines of the note NAME.lost.
std::vector<std::string> losses_of(const std::string& journal_directory, const std::string& name);

/// A line for each loss that is told in the folder; one too where it cannot be listed.
std::vector<std::string> told_losses(const std::string& journal_directory);

/// Whether one of these losses, as they are told, is of that line.
bool is_told(const std::vector<std::string>& told, const std::string& line);

}  // namespace tollgate::ledger
