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
