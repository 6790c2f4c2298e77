# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

build_instructions_bench() {
  install_lists instruction_packages
  dev_build release tollgate bench-backend
}

run_instructions() { TOLLGATE_BINARIES="$PWD/build/release" python3 bench/instructions/instructions.py "$@"; }

# The guard of ./dev test --all; counts as one case. What prices add (--cost) is counted by hand:
# beside other work it strays by more than it may be.
run_instructions_guard() {
  build_instructions_bench
  run_check "instructions per request" run_instructions --guard
}

# dev_bench NAME [OPTION...]: runs a benchmark of bench/.
dev_bench() {
  local name=${1:-}
  [ $# -gt 0 ] && shift
  case "$name" in
    relay)
      install_packages python3 nginx-light wrk openssl
      dev_build release tollgate bench-backend
      TOLLGATE_BINARIES="$PWD/build/release" python3 bench/relay/relay.py "$@"
      ;;
    instructions)
      build_instructions_bench
      run_instructions "$@"
      ;;
    edge)
      install_packages python3
      dev_build release tollgate azure-simulator
      TOLLGATE_BINARIES="$PWD/build/release" python3 bench/edge/edge.py "$@"
      ;;
    tokenizer)
      dev_build release bench-tokenizer
      build/release/bench-tokenizer tests/tokenizer/samples/*.txt docs/token-estimates.md src/tokenizer/splitter.cpp "$@"
      ;;
    routing)
      dev_build release bench-routing
      build/release/bench-routing
      ;;
    reports)
      install_packages python3 tzdata
      dev_build release tollgate random-ledger
      TOLLGATE_BINARIES="$PWD/build/release" python3 bench/reports/reports.py "$@"
      ;;
    redaction)
      dev_build release bench-redaction
      build/release/bench-redaction "$@"
      ;;
    *)
      echo "./dev bench instructions [--write] [--guard] [--cost] [--limits]"
      echo "./dev bench routing"
      echo "./dev bench redaction [KIND...]"
      echo "./dev bench reports [RECORDS]"
      echo "./dev bench edge [--only stalled|idle|refusals] [--rounds N] [--stalled N] [--idle N] [--refusals N]"
      echo "./dev bench tokenizer [FILE...]"
      echo "./dev bench relay [--rounds N] [--seconds N] [--connections N] [--answers small,big,embedding,stream]"
      return 2
      ;;
  esac
}
