# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

dev_help() {
  cat <<'TEXT'
./dev COMMAND

  build [PRESET [TARGET...]]
                   configure and build: release (default), dev, asan-ubsan or tsan; the programs are
                   build/PRESET/tollgate and build/PRESET/azure-simulator
  demo [--keep]    gateway and simulated Azure on loopback, three callers with the official SDKs;
                   prints usage, delivered rows and the provider's bill, and whether they agree;
                   then a hang-up, a failover, an outage of Azure Monitor and a kill. --keep leaves
                   everything running, to try more
  unit [STAGE [GTEST_OPTION...]]
                   one stage's unit tests or one topic's integration tests, without optimisation:
                   seconds after a change; without a name every stage's
  test [--all [--since REV]]
                   source checks; unit, integration and end-to-end tests, as released;
                   --all: also chaos and soak in their small forms, the guard of the instruction counts, lint,
                   and the suites under the address, undefined-behaviour and thread sanitizers
  queries          the Kusto queries of deploy/queries and docs, by Microsoft's own parser
  tsan             the thread sanitizer's part of it alone
  bench instructions [--write] [--guard]
                   user instructions per request, as callgrind counts them, and what they were
  bench relay      requests per second and CPU per request beside nginx
  bench edge       what stalled and idle clients cost the others, and whether the time of a refusal tells anything
  bench redaction [KIND...]
                   megabytes per second of redaction by kind of text, and its longest step
  bench tokenizer  megabytes per second of token counting on one core
  chaos [--form ci|full] [--seed N]
                   hundreds of clients while faults fire and the gateway is killed again and again, then the books
                   are compared to the token (docs/chaos.md)
  soak [--seconds N] [--seed N]
                   one gateway under the same faults, aborts and reloads for an hour: its memory and descriptors
                   must not grow
  kills [N]        a writer of the ledger is killed 10,000 times; nothing that it acknowledged may be missing,
                   and limits begin with what the records have
  lint [--since REV]
                   source checks, clang-format, shellcheck, and clang-tidy on what differs from REV
                   (default HEAD~20)
  check            test --all
  fuzz [SECONDS [TARGET...]]
                   every fuzz target of tests/fuzz for that long (default 600) under the sanitizers, with Clang
  image            builds docker/Dockerfile and sends a request through containers of gateway and simulator;
                   needs docker or podman
  package [--try]  build/package/tollgate_VERSION_ARCH.deb, for Debian 12 with systemd, and the same as a .tar.gz;
                   --try installs it in a container, which needs docker or podman
  help             this list

What a command needs and is missing (Debian 12 packages, .venv, npm packages) it installs first, and says so.
Container engines are the exception: docker or podman must be there.
TEXT
}
