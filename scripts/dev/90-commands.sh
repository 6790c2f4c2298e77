# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT

dev_help() {
  cat <<'TEXT'
./dev COMMAND

  build [PRESET]   configure and build (dev, release, asan-ubsan, tsan; default release)
  test             unit and integration tests, plain and under the address and undefined sanitizers,
                   and the end-to-end tests with the official SDKs
  help             this list
TEXT
}

dev_test() {
  install_packages python3
  for preset in release asan-ubsan; do
    if ! dev_build "$preset"; then
      echo "the $preset build failed"
      count 0 1
      test_summary
      return 1
    fi
    run_test_binaries "$preset"
  done
  test_summary
}
