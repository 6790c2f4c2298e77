// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <new>
#include <string>

namespace tollgate::ledger {

/// Does one round of a thread of the ledger's own. What is thrown (memory has run out) ends the
/// round, and neither the thread nor the process. Why; empty: the round came to its end.
template <class Round>
std::string thrown_by(const Round& round) noexcept {
  try {
    try {
      round();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& exception) {
      return exception.what();
    }
  } catch (const std::bad_alloc&) {
    return "out of memory";  // so short that it takes none
  }
  return {};
}

}  // namespace tollgate::ledger
