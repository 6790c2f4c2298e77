# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# dev_demo: the main job on loopback with the official SDKs; fails when ledger, Azure Monitor and bill disagree.
dev_demo() {
  install_sdks
  dev_build release tollgate azure-simulator
  TOLLGATE_BINARIES="$PWD/build/release" .venv/bin/python tests/e2e/demo.py
}
