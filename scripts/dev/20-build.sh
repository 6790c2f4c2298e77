# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT

# dev_build [PRESET [TARGET...]]: configures and builds a preset (default release).
dev_build() {
  local preset=${1:-release}
  [ $# -gt 0 ] && shift
  install_build_packages
  say "building $preset"
  cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; return 1; }
  mkdir -p build && mv "build-$preset.log" "build/configure-$preset.log"
  ninja -C "build/$preset" "$@"
}
