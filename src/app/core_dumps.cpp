// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace tollgate::app {

void forbid_core_dumps() {
  const struct rlimit none {};
  ::setrlimit(RLIMIT_CORE, &none);
  // A handler that the kernel pipes cores to gets one whatever the limit says.
  ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace tollgate::app
