// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate {

/// Why a file that someone named cannot be read, as the end of a sentence: "is not there", "is a
/// directory", "may not be read by this user". nullopt: it is a file and can be opened, or what a
/// shell's `<(...)` names. A pipe with a name of its own is a fault: whoever reads it may wait for
/// ever.
std::optional<std::string> file_fault(const std::string& path);

/// What stands in the place of a file that is the program's own, as the end of a sentence: "is a
/// directory", "is a pipe", "is a socket", "is a device", "is a link to what is not there". Links
/// are followed. nullopt: a file, or nothing, or nobody can tell.
std::optional<std::string> other_than_file(const std::string& path);

/// The same as a reason: "it is a pipe", "Is a directory".
std::optional<std::string> reason_no_file(const std::string& path);

/// What stands in the place of a directory that is the program's own, as the end of a sentence:
/// "is no directory", "is a link to what is not there". Links are followed. nullopt: a directory,
/// or nothing, or nobody can tell.
std::optional<std::string> other_than_directory(const std::string& path);

/// Opens such a file, and nothing else, with these flags of open(2), and gives its descriptor to
/// the caller, who closes it; one that it makes is the user's alone. Never waits. Errors, with the
/// path: not_found, there is none; storage, something else is in its place (other_than_file()), or
/// it cannot be opened.
Result<int> open_own_file(const std::string& path, int flags);

/// All of a small file. Errors, with the path: not_found, nothing is there; storage, it is there
/// and cannot be read (no file, a link to nowhere, another user's), or is larger than `limit`.
Result<std::string> read_small_file(const std::string& path, std::size_t limit);

/// Whether every user of the host may read the file; false when there is none.
bool readable_by_all(const std::string& path);

}  // namespace tollgate
