# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# What is compiled into the program rather than linked to it, as Debian packages: their licences
# come with it.
compiled_in=(libboost1.81-dev nlohmann-json3-dev libcli11-dev libspdlog-dev)

# package_tree BINARY ROOT: lays out what a package puts into the file system.
package_tree() {
  local binary=$1 root=$2 doc=$2/usr/share/doc/tollgate package document
  rm -rf "$root"
  install -d "$root/usr/bin"
  strip -o "$root/usr/bin/tollgate" "$binary"
  install -D -m 0644 deploy/package/tollgate.service "$root/lib/systemd/system/tollgate.service"
  install -D -m 0644 config/tollgate.yaml "$doc/examples/tollgate.yaml"
  install -D -m 0644 LICENSE "$doc/copyright"
  install -D -m 0644 data/tokenizer/LICENSE "$doc/licences/tokenizer-vocabularies"
  for package in "${compiled_in[@]}"; do
    install -D -m 0644 "/usr/share/doc/$package/copyright" "$doc/licences/$package"
  done
  for document in docs/*.md; do install -D -m 0644 "$document" "$doc/docs/${document##*/}"; done
  install -D -m 0644 -t "$doc/deploy" deploy/*.json
  install -D -m 0644 -t "$doc/deploy/queries" deploy/queries/*
}

# shared_libraries BINARY DIRECTORY: the packages of the libraries that it is linked to, with the
# versions that it needs.
shared_libraries() {
  local binary
  binary=$(realpath "$1")
  mkdir -p "$2/debian"
  printf 'Source: tollgate\n\nPackage: tollgate\nArchitecture: any\n' >"$2/debian/control"
  (cd "$2" && dpkg-shlibdeps -O "$binary" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
}

# make_package BINARY DIRECTORY: the .deb, and the same files as a .tar.gz, of a built program.
make_package() {
  local binary=$1 out=$2 root=$2/root version architecture libraries
  # Reproducible: files are as old as the commit.
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
  export SOURCE_DATE_EPOCH
  version=$("$binary" --version | sed 's/^tollgate //')
  architecture=$(dpkg --print-architecture)
  umask 022
  package_tree "$binary" "$root"
  tar -C "$root" --owner=0 --group=0 --sort=name --mtime="@$SOURCE_DATE_EPOCH" -czf "$out/tollgate-$version-$architecture.tar.gz" .
  libraries=$(shared_libraries "$root/usr/bin/tollgate" "$out/shlibs")
  [ -n "$libraries" ] || { echo "dpkg-shlibdeps names no library" >&2; return 1; }
  install -d "$root/DEBIAN"
  install -m 0755 deploy/package/postinst deploy/package/prerm deploy/package/postrm "$root/DEBIAN/"
  cat >"$root/DEBIAN/control" <<TEXT
Package: tollgate
Version: $version
Architecture: $architecture
Maintainer: Tollgate authors <tollgate@localhost>
Depends: $libraries, ca-certificates, passwd, tzdata
Section: net
Priority: optional
Description: meters Azure OpenAI per client and model, exactly
 A daemon in front of Azure OpenAI that proves every caller, chooses a backend
 and records who used which model, and how much of it.
TEXT
  dpkg-deb --root-owner-group --build "$root" "$out/tollgate_${version}_$architecture.deb" >/dev/null
  rm -rf "$root" "$out/shlibs"
}

# try_package ENGINE DEB: installs it in a bare Debian and runs it there.
try_package() {
  local engine=$1 deb=$2
  local -a run=("$engine")
  if [ "$engine" = podman ]; then
    # As tests/e2e/image.py: inside a container limits cannot be raised, and runc serves where there
    # is no crun.
    command -v crun >/dev/null || run+=(--runtime runc)
    run+=(run --network host --ulimit nofile=4096:4096 --ulimit nproc=4096:4096)
  else
    run+=(run)
  fi
  say "installing it in a bare Debian 12, with $engine"
  # shellcheck disable=SC2016  # the inner shell expands them
  "${run[@]}" --rm -v "$(realpath "$deb"):/tollgate.deb:ro" docker.io/library/debian:bookworm-slim bash -euxc '
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends /tollgate.deb >/dev/null
    tollgate --version
    [ "$(stat -c %U:%a /var/lib/tollgate)" = tollgate:700 ]
    test -f /lib/systemd/system/tollgate.service
    tollgate key primary >/dev/null
    apt-get purge -y -qq tollgate >/dev/null
    test ! -e /usr/bin/tollgate
    test -d /var/lib/tollgate'
}

# dev_package [--try]: build/package/tollgate_VERSION_ARCH.deb and .tar.gz; --try installs the .deb
# in a container.
dev_package() {
  local engine=''
  [ "${1:-}" = --try ] && engine=$(working_engine)
  dev_build release tollgate
  install_packages dpkg-dev
  say "making the package"
  rm -rf build/package
  mkdir -p build/package
  make_package build/release/tollgate build/package
  ls -sh1 build/package/tollgate*
  [ -z "$engine" ] || try_package "$engine" build/package/*.deb
}
