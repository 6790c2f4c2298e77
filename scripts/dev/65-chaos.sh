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
