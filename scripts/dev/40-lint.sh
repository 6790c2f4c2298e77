# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# Checks of the source text.

sources() { git ls-files -- '*.cpp' '*.hpp'; }

check_format() { sources | xargs clang-format-14 --dry-run --Werror; }

# The checks that need no build; each counts as one case.
run_source_checks() {
  say "source checks"
  run_check "include directions" python3 scripts/check_layers.py
  run_check "include directions, the check itself" python3 scripts/check_layers.py --self-test
  run_check "coroutines" python3 scripts/check_coroutines.py
  run_check "coroutines, the check itself" python3 scripts/check_coroutines.py --self-test
}

# dev_lint: the source checks, the format and clang-tidy's findings; fails at the first kind that has any.
dev_lint() {
  install_build_packages
  install_packages python3 clang-format-14 clang-tidy-14
  run_source_checks
  run_check "format (clang-format-14; fix with: git ls-files '*.?pp' | xargs clang-format-14 -i)" check_format
  say "clang-tidy"
  # GCC's precompiled header is of no use to clang: compile commands without it, nothing is built.
  cmake --preset dev -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DTOLLGATE_TESTS=OFF >/dev/null
  run_check "clang-tidy" run_clang_tidy
  test_summary
}

# The gateway's own sources only; the headers they include are seen through them. Standard error is a count of
# what was suppressed in other headers.
run_clang_tidy() {
  git ls-files -- 'src/*.cpp' ':!src/precompiled' |
    xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/lint --quiet 2>/dev/null
}
