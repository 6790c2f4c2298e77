// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Preloaded into a process: whoever opens something below E2E_HANGING_BELOW hangs as long as the
// file E2E_HANGING_WHILE is there, and leaves a byte in E2E_HANGING_SEEN when it begins to.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*open_function)(const char*, int, ...);

static void hang(const char* path, open_function real) {
  const char* const below = getenv("E2E_HANGING_BELOW");
  const char* const while_there = getenv("E2E_HANGING_WHILE");
  const char* const seen = getenv("E2E_HANGING_SEEN");
  if (below == NULL || while_there == NULL || seen == NULL) return;
  if (strncmp(path, below, strlen(below)) != 0 || access(while_there, F_OK) != 0) return;
  const int file = real(seen, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file >= 0) {
    (void)!write(file, "x", 1);
    close(file);
  }
  while (access(while_there, F_OK) == 0) usleep(20 * 1000);
}

static int open_as(const char* name, const char* path, int flags, mode_t mode) {
  const open_function real = (open_function)dlsym(RTLD_NEXT, name);
  hang(path, real);
  return real(path, flags, mode);
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_as("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_as("open64", path, flags, mode);
}
