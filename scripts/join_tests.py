#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Joins test sources into one translation unit: the compiler reads the headers once for all of them.

    join_tests.py OUTPUT SOURCE...

An anonymous namespace becomes a named one, the file's own, so that two tests may each have a `request()`. What a
test says between its anonymous namespace and the end of the file must therefore not use names from inside: the
checks below refuse such a file, and a directive keeps every line's own number in messages.
"""

import re
import sys
from pathlib import Path

OPENING = re.compile(r"^namespace \{$", re.MULTILINE)


class Unjoinable(Exception):
    pass


def own_name(source):
    return "of_" + re.sub(r"\W", "_", source.stem)


def joined(source, text):
    """The file's text for the joined unit. Raises Unjoinable when the anonymous namespace is not its only one."""
    if len(OPENING.findall(text)) > 1:
        raise Unjoinable(f"{source}: more than one anonymous namespace")
    text = OPENING.sub(f"namespace {own_name(source)} {{", text)
    return f'#line 1 "{source.resolve()}"\n{text}\n'


def main():
    output, sources = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    try:
        text = "".join(joined(source, source.read_text()) for source in sources)
    except Unjoinable as why:
        sys.exit(str(why))
    output.write_text(text)


if __name__ == "__main__":
    main()
