// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Preloaded into a process: its clock of dates is E2E_HOURS_EARLIER hours slow. Nothing else is
// changed; time() and the other clocks are as they were.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* out) {
  static int (*real)(clockid_t, struct timespec*) = NULL;
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, out);
  const char* const hours = getenv("E2E_HOURS_EARLIER");
  if (result == 0 && clock == CLOCK_REALTIME && hours != NULL) out->tv_sec -= 3600 * atol(hours);
  return result;
}
