# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# configure PRESET: a fresh release directory joins sources, which halves a whole build
# (cmake/JoinedSources.cmake); in one that exists its owner's choice stays.
configure() {
  local preset=$1
  local -a options=()
  case "$preset" in asan-ubsan | tsan | fuzz) install_sanitizing_compiler ;; esac
  [ "$preset" = release ] && [ ! -f build/release/CMakeCache.txt ] && options=(-DTOLLGATE_JOINED=ON)
  mkdir -p build
  cmake --preset "$preset" "${options[@]}" >"build/configure-$preset.log" 2>&1 ||
    { cat "build/configure-$preset.log"; return 1; }
}

# dev_build [PRESET [TARGET...]]: configures and builds a preset (default release).
dev_build() {
  local preset=${1:-release}
  [ $# -gt 0 ] && shift
  install_build_packages
  say "building $preset"
  configure "$preset" && ninja -C "build/$preset" -j "$(nproc)" "$@"
}

# build_beside INSTALL [TARGET...]: a release build while INSTALL fetches what is no Debian package,
# which is mostly waiting. Those packages come first: two at a time would wait for one lock. Status
# 3: INSTALL failed.
build_beside() {
  local install=$1 log=build/$1.log status=0 installing
  shift
  mkdir -p build
  "$install" >"$log" 2>&1 &
  installing=$!
  dev_build release "$@" || status=$?
  if ! wait "$installing"; then
    cat "$log"
    [ "$status" -ne 0 ] || status=3
  fi
  return "$status"
}

# build_sanitized PRESET: under the sanitizer for threads only the tests in which threads meet.
build_sanitized() {
  local preset=$1 name
  local -a targets=()  # none: everything
  if [ "$preset" = tsan ]; then
    configure "$preset"
    while read -r name _; do targets+=("$name"); done <"build/$preset/tests.list"
  fi
  dev_build "$preset" "${targets[@]}"
}

# The builds that go on behind the tests of a release, in one group of processes.
builds_behind=

# build_behind PRESET...: builds those with what the parts in front leave of the cores, for suites
# wait for clocks, kills and starts. What is built must be installed before, for
# two at a time would wait for one lock. wait_for_build tells how it went; what still builds when
# the script ends is ended.
build_behind() {
  local preset
  for preset in "$@"; do
    mkdir -p "build/$preset"
    rm -f "build/$preset/built"
  done
  set -m
  {
    chrt --idle --pid 0 "$BASHPID" || renice -n 19 -p "$BASHPID" >/dev/null
    for preset in "$@"; do
      local status=0
      build_sanitized "$preset" >"build/$preset/build.log" 2>&1 || status=$?
      echo "$status" >"build/$preset/built"
    done
  } </dev/null &
  builds_behind=$!
  set +m
  trap 'kill -- "-$builds_behind" 2>/dev/null || true' EXIT
}

# wait_for_build PRESET: builds it, or waits until it is built behind; its output and its status.
wait_for_build() {
  local preset=$1 result=build/$1/built
  [ -n "$builds_behind" ] || { build_sanitized "$preset"; return; }
  until [ -s "$result" ]; do
    kill -0 "$builds_behind" 2>/dev/null || { [ -s "$result" ] || echo 1 >"$result"; }
    sleep 1
  done
  cat "build/$preset/build.log"
  return "$(cat "$result")"
}
