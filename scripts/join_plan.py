#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Plans which sources of a library are compiled as one translation unit.

    join_plan.py SIZE SOURCE...

Prints a line per source, the number of its group. Sources whose anonymous namespaces declare a name in common come
into different groups: each keeps its own `refused()`. What both only take from elsewhere, by the same words (`using
usage::UsageRecord;`), keeps nothing apart. Names are found by their shape, as clang-format leaves it; one
that is missed ends in an error of the compiler, one found too many only costs a group.
"""

import re
import sys
from pathlib import Path

ANONYMOUS = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
DECLARATION = re.compile(
    r"^(?:template .*|static_assert.*|(?P<taken>(?:using|namespace) [^;{]*;).*"
    r"|(?:class|struct|union|enum class|enum) (?P<type>\w+)"
    r"|[A-Za-z_][^=(]*?(?P<name>\w+)(?:\[[^\]]*\])*\s*[=({;].*)$", re.MULTILINE)
TAKEN_NAME = re.compile(r"\w+ (?:enum )?(?:\w*::)*(\w+)")  # of `using a::b;`, `using b = c;`, `namespace b = c;`



def names(text):
    """What a source's anonymous namespace declares at its own level, the lines that are not indented: each name with
    the words that take it from elsewhere, or with nothing."""
    found = {}
    for body in ANONYMOUS.findall(text):
        for declaration in DECLARATION.finditer(body):
            if declaration["taken"]:
                found[TAKEN_NAME.match(declaration["taken"])[1]] = declaration["taken"]
            elif name := declaration["type"] or declaration["name"]:
                found[name] = ""
    return found


def meet(taken, mine):
    """Whether a name stands in both for different things."""
    return any(name in taken and not (words and words == taken[name]) for name, words in mine.items())


def plan(size, declared):
    """A group's number for each source, by the names it declares; no group has more than `size`."""
    groups = []
    numbers = []
    for mine in declared:
        fitting = (n for n, (count, taken) in enumerate(groups) if count < size and not meet(taken, mine))
        number = next(fitting, len(groups))
        if number == len(groups):
            groups.append((0, {}))
        count, taken = groups[number]
        groups[number] = (count + 1, taken | mine)
        numbers.append(number)
    return numbers


def main():
    size, sources = int(sys.argv[1]), sys.argv[2:]
    for number in plan(size, [names(Path(source).read_text()) for source in sources]):
        print(number)


if __name__ == "__main__":
    main()
