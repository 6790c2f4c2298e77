# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Checks of the source text.

check_format() { git ls-files -z -- '*.cpp' '*.hpp' | xargs -0 clang-format-14 --dry-run --Werror; }

check_scripts() { shellcheck -x dev .ci/run scripts/dev/*.sh; }

# The checks that need no build; each counts as one case.
run_source_checks() {
  run_check "include directions" python3 scripts/check_layers.py
  run_check "include directions, the check itself" python3 scripts/check_layers.py --self-test
  run_check "coroutines" python3 scripts/check_coroutines.py
  run_check "coroutines, the check itself" python3 scripts/check_coroutines.py --self-test
  run_check "sizes and comments" python3 scripts/check_sizes.py
  run_check "sizes and comments, the check itself" python3 scripts/check_sizes.py --self-test
  run_check "exits" python3 scripts/check_exits.py
  run_check "exits, the check itself" python3 scripts/check_exits.py --self-test
}

# run_lint REV: format and scripts of the whole tree, clang-tidy on the sources that differ from
# REV.
run_lint() {
  install_lists lint_packages
  run_check "format (clang-format-14; fix with: git ls-files '*.?pp' | xargs clang-format-14 -i)" check_format
  run_check "shellcheck" check_scripts
  # GCC's precompiled header is of no use to clang: compile commands without it, nothing is built.
  cmake --preset dev -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DTOLLGATE_TESTS=OFF >/dev/null
  run_check "clang-tidy" python3 scripts/tidy_changed.py --since "$1" build/lint
}

# dev_lint [--since REV]: the source checks, the format, the scripts, and clang-tidy on what differs
# from REV.
dev_lint() {
  local since=HEAD~20
  [ "${1:-}" = --since ] && since=$2
  install_build_packages
  part "source checks" run_source_checks
  part "lint" run_lint "$since"
  test_summary
}
