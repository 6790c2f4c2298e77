// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace tollgate::capture {

/// Which allocations of this thread fail (capture_memory_test.cpp has the program's allocator).
struct MemoryFault {
  std::size_t at_least = 0;  ///< of so many bytes; 0: none
  int after = 0;             ///< so many of them are served before
  bool once = true;
  int failed = 0;

  bool hits(std::size_t bytes) {
    if (at_least == 0 || bytes < at_least || (once && failed > 0)) return false;
    if (after > 0) {
      --after;
      return false;
    }
    ++failed;
    return true;
  }
};

inline thread_local MemoryFault memory_fault;

}  // namespace tollgate::capture
