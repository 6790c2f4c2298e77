#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Finds what GCC 12 miscompiles inside a co_await expression: conditionals, braced temporaries and lambdas.

Each of them destroys a temporary twice (a double free at run time, found by the address sanitizer). The cure is
always to name the value first. `check_coroutines.py --self-test` shows that the check can fail."""

import re
import sys
from pathlib import Path

AWAIT = re.compile(r"\bco_await\b[^;]*;", re.S)
LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*')
FORBIDDEN = [(re.compile(r"\?"), "a conditional"), (re.compile(r"\{"), "a braced temporary or a lambda")]


def faults(text):
    blank = LITERAL.sub(lambda m: '""' if m.group()[0] == '"' else "", text)
    for expression in AWAIT.finditer(blank):
        for pattern, what in FORBIDDEN:
            if pattern.search(expression.group()):
                yield blank[: expression.start()].count("\n") + 1, what


def self_test():
    assert list(faults("co_await f(a ? b : c);")) == [(1, "a conditional")]
    assert [what for _, what in faults("x;\nco_await g({1, s});")] == ["a braced temporary or a lambda"]
    assert list(faults('co_await h("what? {}"); // {?}\n')) == []
    print("check_coroutines: self-test passed")


def main():
    if "--self-test" in sys.argv:
        return self_test()
    root = Path(__file__).parents[1]
    found = 0
    for folder in ("src", "include", "tests", "bench"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            for line, what in faults(path.read_text()):
                print(f"{path.relative_to(root)}:{line}: {what} inside a co_await expression")
                found += 1
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
