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

test_summary() {
  echo "$tests_passed passed, $tests_failed failed"
  [ "$tests_failed" -eq 0 ] && [ "$tests_passed" -gt 0 ]
}
