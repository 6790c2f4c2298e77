# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# working_engine: docker or podman, whichever can run containers here.
working_engine() {
  local engine
  for engine in docker podman; do
    if command -v "$engine" >/dev/null && "$engine" info >/dev/null 2>&1; then
      echo "$engine"
      return 0
    fi
  done
  echo "./dev image needs docker or podman" >&2
  return 1
}

# build_image ENGINE STAGE NAME
build_image() {
  local engine=$1
  say "building the image $3"
  if [ "$engine" = docker ]; then
    docker build -f docker/Dockerfile --target "$2" -t "$3" .
    return
  fi
  # chroot: builds inside a container, too. docker: the OCI format has no health check.
  local -a builder=(podman build)
  command -v buildah >/dev/null && builder=(buildah bud)
  "${builder[@]}" --isolation chroot --format docker --layers -f docker/Dockerfile --target "$2" -t "$3" .
}

# dev_image: builds the gateway's image and the simulator's, and sends a request through containers
# of both.
dev_image() {
  local engine
  engine=$(working_engine)
  install_packages python3
  [ "$engine" = podman ] && install_packages iptables  # publishing ports needs it; Debian's podman only recommends it
  build_image "$engine" simulator tollgate-simulator
  build_image "$engine" gateway tollgate
  say "a request through gateway and simulator, with $engine"
  python3 tests/e2e/image.py "$engine"
}
