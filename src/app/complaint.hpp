// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "standard_output.hpp"
#include "tollgate/base/error.hpp"

namespace tollgate::app {

/// Exit status of a command whose answer stands on standard output and is not whole, because of
/// what the ledger has lost, or is not there, for the ledger cannot be read (docs/operations.md).
inline constexpr int kIncomplete = 3;

/// Writes it to standard error as a line, or as the lines that it has; returns the exit status of a
/// command that has no answer.
int complain(const std::string& message);
int complain(const Error& error);
/// Of a ledger that was asked: one that is there and cannot be read is lost, as what is in it.
int complain_of_ledger(const Error& error);

/// Writes "KIND: TEXT" to standard error, behind all of standard output, as one line whatever the
/// text quotes. What would command a terminal is taken out of everything that is written there
/// (PrintableStream); a line end of a name or file would begin a line that looks like ours.
void tell(std::string_view kind, std::string_view text);
/// The same of a warning, or of a note; of an empty text nothing.
void warn(std::string_view text);
void tell_note(std::string_view text);

/// Writes what a report lacks; returns the exit status for it.
int tell_faults(const std::vector<std::string>& faults);

/// Sees to it that all of standard output, where std::cout goes, has been written; returns
/// `status`, or 1 with the reason on standard error where it has not: a file that was cut by a full
/// disk must not look whole.
int with_output_written(const StandardOutput& output, int status);

/// "1 fault", "2 faults".
std::string counted(std::size_t number, const std::string& what);

}  // namespace tollgate::app
