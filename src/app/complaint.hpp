// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "standard_output.hpp"
#include "tollgate/base/error.hpp"

namespace tollgate::app {

/// Exit status of a command whose answer stands on standard output and is not whole, because of
/// what the ledger has lost, or is not there, for the ledger cannot be read (docs/operations.md).
inline constexpr int kIncomplete = 3;

/// Writes it to standard error as a line, printable whatever it quotes; returns the exit status of
/// a command that has no answer.
int complain(const std::string& message);
int complain(const Error& error);
/// Of a ledger that was asked: one that is there and cannot be read is lost, as what is in it.
int complain_of_ledger(const Error& error);

/// Writes what a report lacks; returns the exit status for it.
int tell_faults(const std::vector<std::string>& faults);

/// Sees to it that all of standard output, where std::cout goes, has been written; returns
/// `status`, or 1 with the reason on standard error where it has not: a file that was cut by a full
/// disk must not look whole.
int with_output_written(const StandardOutput& output, int status);

/// "1 fault", "2 faults".
std::string counted(std::size_t number, const std::string& what);

}  // namespace tollgate::app
