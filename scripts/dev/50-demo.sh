# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# dev_demo [--keep]: the main job on loopback with the official SDKs, then some troubles; fails when
# ledger, Azure Monitor and bill disagree.
dev_demo() {
  [ -x build/release/tollgate ] || say "a first build takes some minutes on two cores; later ones take seconds"
  install_lists build_packages sdk_packages
  build_beside install_sdks tollgate azure-simulator
  TOLLGATE_BINARIES="$PWD/build/release" .venv/bin/python tests/e2e/demo.py "$@"
}
