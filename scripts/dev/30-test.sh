# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# Tests, counted case by case. The last line is "N passed, N failed".

tests_passed=0
tests_failed=0

count() {
  tests_passed=$((tests_passed + $1))
  tests_failed=$((tests_failed + $2))
}

# Runs every registered GoogleTest binary of a preset; one that crashes or cannot run counts as a failure.
run_test_binaries() {
  local preset=$1
  local name binary report
  mkdir -p "build/$preset/reports"
  while read -r name binary; do
    report="build/$preset/reports/$name.json"
    rm -f "$report"
    local status=0
    "$binary" --gtest_brief=1 --gtest_output="json:$report" </dev/null || status=$?
    if [ ! -f "$report" ]; then
      echo "$preset/$name ended with status $status and left no report"
      count 0 1
      continue
    fi
    local total failures
    read -r total failures < <(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print(report["tests"], report["failures"] + report["errors"])' "$report")
    [ "$status" -ne 0 ] && [ "$failures" -eq 0 ] && failures=1
    count $((total - failures)) "$failures"
    echo "$preset/$name: $((total - failures)) passed, $failures failed"
  done <"build/$preset/tests.list"
}

# run_pytest PRESET NAME DIRECTORY: Python tests against the binaries of a preset.
run_pytest() {
  local preset=$1 name=$2 directory=$3
  local report="build/$preset/reports/$name.xml"
  rm -f "$report"
  say "$name, $preset"
  local status=0
  # The address sanitizer's hoard of freed memory, 256 MiB unless told, would drown the memory tests.
  ASAN_OPTIONS=quarantine_size_mb=4 TOLLGATE_BINARIES="$PWD/build/$preset" .venv/bin/pytest -q -p no:cacheprovider \
    --junit-xml="$report" "$directory" </dev/null || status=$?
  if [ ! -f "$report" ]; then
    echo "$preset/$name ended with status $status and left no report"
    count 0 1
    return
  fi
  local passed failed
  read -r passed failed < <(python3 -c '
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()
suite = suite if suite.tag == "testsuite" else suite[0]
failed = int(suite.get("failures")) + int(suite.get("errors"))
print(int(suite.get("tests")) - failed - int(suite.get("skipped")), failed)' "$report")
  [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
  count "$passed" "$failed"
  echo "$preset/$name: $passed passed, $failed failed"
}

# run_check NAME COMMAND...: a check that is no test program counts as one case.
run_check() {
  local name=$1
  shift
  if "$@"; then
    count 1 0
  else
    echo "$name failed"
    count 0 1
  fi
}

test_summary() {
  echo "$tests_passed passed, $tests_failed failed"
  [ "$tests_failed" -eq 0 ] && [ "$tests_passed" -gt 0 ]
}

# dev_test: everything CI runs.
dev_test() {
  install_packages python3
  run_source_checks
  install_sdks
  local preset
  for preset in release asan-ubsan tsan; do
    if ! dev_build "$preset"; then
      echo "the $preset build failed"
      count 0 1
      continue
    fi
    run_test_binaries "$preset"
    # The thread sanitizer slows the end-to-end tests beyond their time-outs.
    [ "$preset" != tsan ] || continue
    run_pytest "$preset" e2e tests/e2e
    [ "$preset" != release ] || run_chaos_in_ci
  done
  test_summary
}

# dev_tsan: the part of dev_test under the thread sanitizer, by itself.
dev_tsan() {
  install_packages python3
  dev_build tsan
  run_test_binaries tsan
  test_summary
}
