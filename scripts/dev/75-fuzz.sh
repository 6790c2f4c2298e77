# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# fuzz_one NAME SECONDS: one target from its committed corpus; what it learns stays under
# build/fuzz.
fuzz_one() {
  local name=$1 seconds=$2
  local found="build/fuzz/found/$name"
  mkdir -p "$found" build/fuzz/logs
  if "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/$name-" "$found" "tests/fuzz/corpus/$name" >"build/fuzz/logs/$name" 2>&1; then
    echo "fuzz/$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/logs/$name") runs in $seconds s, clean"
  else
    echo "fuzz/$name FAILED; the input and the report:"
    tail -n 40 "build/fuzz/logs/$name"
    return 1
  fi
}

# dev_fuzz [SECONDS [TARGET...]]: every fuzz target for that long (default 600), as many at once as
# there are cores.
dev_fuzz() {
  local seconds=${1:-600}
  [ $# -gt 0 ] && shift
  local -a names=("$@")
  [ ${#names[@]} -gt 0 ] || mapfile -t names < <(ls tests/fuzz/corpus)
  dev_build fuzz "${names[@]/#/fuzz_}"
  say "fuzzing ${names[*]}, $seconds s each"
  export -f fuzz_one
  # shellcheck disable=SC2016  # the inner shell expands them
  printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz_one "$1" "$2"' fuzz '{}' "$seconds"
}
