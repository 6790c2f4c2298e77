#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Checks sizes: no file over 400 lines, no comment line too wide.

A file that must be longer says why in a comment: `size-waiver: REASON`. `check_sizes.py --fix` breaks
the comments that are too wide, `--self-test` shows that the check can fail."""

import re
import subprocess
import sys
import textwrap

MOST_LINES = 400
MOST_COLUMNS = 100
CHECKED = ("*.cpp", "*.hpp", "*.py", "*.sh", "*.cmake", "**/CMakeLists.txt", "dev", ".ci/run")
# A comment of its own line, or one that ends a line whose code holds no quotation marks.
C_COMMENT = re.compile(r'^[^"]*//')
COMMENT = {"cpp": C_COMMENT, "hpp": C_COMMENT}
SCRIPT_COMMENT = re.compile(r"^\s*#(?!!)")
WAIVER = "size-" "waiver: "  # in two parts, or this file would have one


def faults(path, text):
    lines = text.splitlines()
    if len(lines) > MOST_LINES and WAIVER not in text:
        yield f"{path}: {len(lines)} lines, {MOST_LINES} are allowed: divide it"
    comment = COMMENT.get(path.rpartition(".")[2], SCRIPT_COMMENT)
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS and comment.match(line) and not re.search(r"https?://\S{60}", line):
            yield f"{path}:{number}: a comment of {len(line)} columns"


OWN_LINE = re.compile(r"^(?P<mark>\s*(?:///?|#)) (?P<text>.*)$")


def broken(lines):
    """The lines with wide comments broken between words; what hangs over goes before the next line of its paragraph."""
    out, rest = [], ""
    for number, line in enumerate(lines):
        own = OWN_LINE.match(line)
        if own and (rest or len(line) > MOST_COLUMNS):
            mark, text = own["mark"], own["text"]
            text = f"{rest} {text}".strip() if rest else text
            first, *more = textwrap.wrap(text, MOST_COLUMNS - len(mark) - 1, break_long_words=False,
                                         break_on_hyphens=False, drop_whitespace=True) or [""]
            out.append(f"{mark} {first}")
            rest = " ".join(more)
            following = OWN_LINE.match(lines[number + 1]) if number + 1 < len(lines) else None
            goes_on = following and following["mark"] == mark and re.match(r"[\w`(\"']", following["text"])
            while rest and not goes_on:
                first, *more = textwrap.wrap(rest, MOST_COLUMNS - len(mark) - 1, break_long_words=False,
                                             break_on_hyphens=False)
                out.append(f"{mark} {first}")
                rest = " ".join(more)
        else:
            out.append(line)
    return out


def fix(path):
    text = open(path, encoding="utf-8").read()
    if any("columns" in fault for fault in faults(path, text)):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(broken(text.splitlines())) + "\n")


def self_test():
    wide = ["  /// " + "word " * MOST_COLUMNS + "end", "  /// goes on.", "  int x;"]
    narrow = broken(wide)
    assert all(len(line) <= MOST_COLUMNS for line in narrow) and narrow[-1] == wide[-1]
    assert "".join(narrow).count("word") == MOST_COLUMNS and narrow[-2].endswith("end goes on.")
    assert list(faults("a.cpp", "int x;\n" * 401))
    assert not list(faults("a.cpp", f"// {WAIVER}a table\n" + "int x;\n" * 401))
    assert list(faults("a.hpp", "  // " + "long " * 40))
    assert list(faults("a.hpp", "  int x;  ///< " + "long " * 40))
    assert list(faults("a.py", "# " + "long " * 40))
    assert not list(faults("a.cpp", '  text("' + "long " * 40 + '");'))
    assert not list(faults("a.cpp", "// short\n"))


def main():
    if "--self-test" in sys.argv:
        return self_test()
    names = subprocess.run(["git", "ls-files", "-z", "--", *CHECKED], capture_output=True, text=True, check=True).stdout
    if "--fix" in sys.argv:
        for name in names.split("\0")[:-1]:
            fix(name)
    found = [fault for name in names.split("\0")[:-1] for fault in faults(name, open(name, encoding="utf-8").read())]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
