# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# dev_unit [STAGE|TOPIC [GTEST_OPTION...]]: builds one stage's unit tests, or one topic's
# integration tests, in the preset `dev` (no optimisation, each source by itself) and runs them;
# without a name every stage's.
dev_unit() {
  local stage=${1:-}
  [ $# -gt 0 ] && shift
  configure_when_needed dev
  if [ -z "$stage" ]; then
    ninja -C build/dev -j "$(nproc)" unit_tests
    run_test_binaries dev '^unit_'
    test_summary
    return
  fi
  local name binary
  read -r name binary < <(grep -E "^(unit|integration)_$stage " build/dev/tests.list) ||
    { echo "no tests of '$stage'; there are:"; sed -nE 's/^(unit|integration)_([a-z_]+) .*/  \2/p' build/dev/tests.list; return 2; } >&2
  ninja -C build/dev -j "$(nproc)" "$name" && "$binary" --gtest_brief=1 "$@"
}

# Seconds matter: what is configured builds itself anew when its CMake files change.
configure_when_needed() {
  [ -f "build/$1/build.ninja" ] && return 0
  install_build_packages
  say "configuring $1"
  configure "$1"
}
