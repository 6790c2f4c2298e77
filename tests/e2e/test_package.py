# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The Debian package of ./dev package: what is in it, that it runs from there, and that its service fits the program."""

import re
import subprocess
from pathlib import Path

import pytest

import stack

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A folder with the package made of the binary under test, and what it unpacks to."""
    out = tmp_path_factory.mktemp("package")
    script = f"for part in scripts/dev/*.sh; do . $part; done; make_package {stack.BINARIES / 'tollgate'} {out}"
    run("bash", "-euo", "pipefail", "-c", script, cwd=ROOT)
    (deb,) = out.glob("*.deb")
    run("dpkg-deb", "-x", deb, out / "files")
    run("dpkg-deb", "-e", deb, out / "control")
    return out


def test_the_program_runs_from_the_package(package):
    version = run(package / "files/usr/bin/tollgate", "--version").strip()
    (deb,) = package.glob("*.deb")
    assert version == "tollgate " + deb.name.split("_")[1]
    control = (package / "control/control").read_text()
    assert re.search(r"^Depends: .*\blibsqlite3-0 \(>= .*\blibssl3 \(>= .*\bpasswd, tzdata$", control, re.M), control
    # Nobody but root owns a file of it or may write to one.
    listing = run("dpkg-deb", "-c", deb)
    assert all(re.match(r"[dl-]r[w-].r-.r-. root/root ", line) for line in listing.splitlines()), listing


def test_the_archive_has_the_same_files(package):
    (archive,) = package.glob("*.tar.gz")
    (package / "unpacked").mkdir()
    run("tar", "-C", package / "unpacked", "-xzf", archive)

    def files(root):
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert files(package / "unpacked") == files(package / "files")


def test_example_and_licences_are_in_it(package):
    doc = package / "files/usr/share/doc/tollgate"
    assert (doc / "examples/tollgate.yaml").read_text() == (ROOT / "config/tollgate.yaml").read_text()
    assert (doc / "copyright").read_text() == (ROOT / "LICENSE").read_text()
    licences = {path.name: path.read_text() for path in (doc / "licences").iterdir()}
    assert "Boost" in licences["libboost1.81-dev"] and len(licences) == 5
    assert {path.name for path in (doc / "deploy/queries").iterdir()} == {
        path.name for path in (ROOT / "deploy/queries").iterdir()}


def test_its_service_fits_the_program(package):
    unit = (package / "files/lib/systemd/system/tollgate.service").read_text()
    for command in re.findall(r"^Exec\w+=(/usr/bin/tollgate .*)$", unit, re.M):
        program, *arguments = command.split()
        assert (package / "files" / program.lstrip("/")).exists()
        # The file of the command line is not there; the command line itself is understood.
        done = subprocess.run([package / "files/usr/bin/tollgate", *arguments], capture_output=True, text=True, timeout=20)
        assert done.returncode == 1 and "/etc/tollgate/tollgate.yaml" in done.stderr
    # docs/operations.md: allow 45 s before SIGKILL.
    assert int(re.search(r"^TimeoutStopSec=(\d+)s$", unit, re.M).group(1)) >= 45
    assert re.search(r"^  path: /var/lib/tollgate/", (ROOT / "config/tollgate.yaml").read_text(), re.M)
    assert "StateDirectory=tollgate\n" in unit
