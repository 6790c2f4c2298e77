#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Checks that the exits of an operation and their tests name each other: docs/life-of-a-request.md lists every test of
tests/unit/proxy/operation_exits*_test.cpp, and no other."""

import re
import sys
from pathlib import Path

# About the order of what an exit does.
ABOUT_NO_EXIT = {
    "OperationExits.TheLastPieceComesBehindTheBooks",
    "OperationExits.TheBooksComeBehindTheCountOfALargeBody",
    "AuditedOperationExits.NothingLeavesWhileItsRequestWaitsForTheTrail",
    "AuditedOperationExits.TheLastPieceComesBehindTheTrail",
    "OpenOperationExits.ATrailThatHangsHoldsUpNoByte",
    "OpenOperationExits.ALongRequestIsKeptCutAndHeldUpByNothing",
}


def faults(document, tests):
    listed = re.findall(r"`(\w*OperationExits\.\w+)`", document)
    written = [f"{fixture}.{name}" for fixture, name in re.findall(r"TEST_F\((\w+), (\w+)\)", tests)]
    for name in sorted(set(listed) - set(written)):
        yield f"docs/life-of-a-request.md names a test that does not exist: {name}"
    for name in sorted(set(written) - set(listed) - ABOUT_NO_EXIT):
        yield f"docs/life-of-a-request.md does not list the exit that {name} tests"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"docs/life-of-a-request.md lists {name} twice"
    if not written:
        yield "no exit is tested"


def self_test():
    assert list(faults("`OperationExits.Gone`", "TEST_F(OperationExits, Here)"))
    assert not list(faults("`OperationExits.Here`", "TEST_F(OperationExits, Here)"))
    print("check_exits: self-test passed")


def main():
    if "--self-test" in sys.argv:
        return self_test()
    root = Path(__file__).parents[1]
    document = (root / "docs/life-of-a-request.md").read_text()
    files = sorted((root / "tests/unit/proxy").glob("operation_exits*_test.cpp"))
    tests = "".join(path.read_text() for path in files)
    found = list(faults(document, tests))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
