# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# run_chaos PRESET [OPTION...]: the storm against the programs of a preset (docs/chaos.md).
run_chaos() {
  local preset=$1
  shift
  TOLLGATE_BINARIES="$PWD/build/$preset" python3 tests/chaos/run.py "$@" </dev/null
}

# dev_chaos [--form ci|full] [--seed N]
dev_chaos() {
  install_packages python3
  dev_build release tollgate azure-simulator
  run_chaos release "$@"
}

# The rules' own tests and the small form, which counts as one case.
run_chaos_in_ci() {
  run_pytest release chaos-rules tests/chaos
  say "chaos, release"
  run_check chaos run_chaos release --form ci
}

# dev_soak [--seconds N] [--seed N]: an hour unless told.
dev_soak() {
  install_packages python3 openssl
  dev_build release tollgate azure-simulator
  run_soak "$@"
}

run_soak() { TOLLGATE_BINARIES="$PWD/build/release" python3 tests/chaos/soak.py "$@" </dev/null; }

# The small form counts as one case.
run_soak_in_ci() { run_check soak run_soak --seconds 60; }

# dev_kills [N]: a process that writes a ledger is killed N times (10,000 unless told); nothing that
# it acknowledged may be missing. And one that has limits: they begin with what the records have.
dev_kills() {
  dev_build release unit_ledger unit_app
  TOLLGATE_KILLS=${1:-10000} build/release/tests/unit/app/unit_app --gtest_filter='QuotaKill.*'
  TOLLGATE_KILLS=${1:-10000} build/release/tests/unit/ledger/unit_ledger --gtest_filter='LedgerKill.*'
}
