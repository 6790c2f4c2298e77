// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Preloaded into a process: whoever looks up the name "hanging.invalid" waits for five seconds, as
// behind a name server that does not answer, and is then told to try again.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int (*look_up_function)(const char*, const char*, const struct addrinfo*,
                                struct addrinfo**);

int getaddrinfo(const char* name, const char* service, const struct addrinfo* hints,
                struct addrinfo** out) {
  if (name != NULL && strcmp(name, "hanging.invalid") == 0) {
    sleep(5);
    return EAI_AGAIN;
  }
  const look_up_function real = (look_up_function)dlsym(RTLD_NEXT, "getaddrinfo");
  return real(name, service, hints, out);
}
