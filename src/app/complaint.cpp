// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "complaint.hpp"

#include <algorithm>
#include <iostream>
#include <system_error>

#include "tollgate/base/text.hpp"

namespace tollgate::app {
namespace {

/// A ledger that lost more has lost too much to be told here: `ledger verify` tells all.
constexpr std::size_t kMostFaultsTold = 20;

}  // namespace

int complain(const std::string& message) {
  std::cerr << message << (message.ends_with('\n') ? "" : "\n");
  return 1;
}

int complain(const Error& error) { return complain(error.message); }

int complain_of_ledger(const Error& error) {
  const int status = complain(error);
  return error.code == Errc::storage ? kIncomplete : status;
}

void tell(std::string_view kind, std::string_view text) {
  std::cout.flush();
  std::cerr << kind << ": " << printable(text) << "\n";
}

void warn(std::string_view text) {
  if (!text.empty()) tell("warning", text);
}

void tell_note(std::string_view text) {
  if (!text.empty()) tell("note", text);
}

int tell_faults(const std::vector<std::string>& faults) {
  if (faults.empty()) return 0;
  const std::size_t told = std::min(faults.size(), kMostFaultsTold);
  for (std::size_t i = 0; i < told; ++i) warn(faults[i]);
  if (told < faults.size())
    warn("and " + counted(faults.size() - told, "more fault") +
         ", which `tollgate ledger verify` lists");
  warn("what is above is not whole: the ledger has lost records");
  return kIncomplete;
}

int with_output_written(const StandardOutput& output, int status) {
  std::cout.flush();
  if (output.failed() == 0) return status;
  return complain("not all could be written to standard output: " +
                  std::generic_category().message(output.failed()));
}

std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

}  // namespace tollgate::app
