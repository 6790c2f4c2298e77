#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""clang-tidy over the sources of src/ that differ from a revision.

    tidy_changed.py [--since REV] BUILD_DIRECTORY

BUILD_DIRECTORY holds compile_commands.json. The changed sources of one stage are joined as a build joins them, so
that the headers, which are most of the work, are read once a group. A changed header brings the source of its name;
what others include of it is seen through them. REV may lie before the beginning of a shallow or a young clone: then
everything that is there counts as changed. A group that clang-tidy was content with is not looked at again while the
preprocessed text, comments included, the checks and the program are the same: ~/.cache/tollgate/tidy knows it.
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from join_plan import names, plan

GROUP = 8
# A joined file includes sources: that is what it is for.
CHECKS = "--checks=-bugprone-suspicious-include"
CONTENT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tollgate" / "tidy"


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True)


def changed_since(revision):
    """The paths that differ from the revision, the working tree included."""
    found = git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode != 0:
        print(f"clang-tidy: there is no {revision} here: every source is looked at")
        return git("ls-files", "--", "src", "include").stdout.split()
    tracked = git("diff", "--name-only", "--diff-filter=d", found.stdout.strip(), "--", "src", "include").stdout.split()
    return tracked + git("ls-files", "--others", "--exclude-standard", "--", "src", "include").stdout.split()


def sources_of(changed, known):
    """The sources that are compiled: those that changed, and for a changed header that of its folder and name, or else the
    first that includes it itself."""
    by_header = {(path.parts[1], path.stem): path for path in known}
    for path in map(Path, changed):
        if path in known:
            yield path
        elif path.suffix == ".hpp":
            stage = path.parts[2] if path.parts[0] == "include" else path.parts[1]
            found = by_header.get((stage, path.stem)) or first_including(path, stage, known)
            if found:
                yield found


def first_including(header, stage, known):
    """A header of a stage's own is written as its file's name, and only there."""
    public = header.parts[0] == "include"
    line = f'#include "{header.relative_to("include") if public else header.name}"'
    return next((path for path in sorted(known) if (public or path.parts[1] == stage) and line in path.read_text()), None)


def compile_commands(directory):
    top = Path.cwd()
    entries = json.loads((directory / "compile_commands.json").read_text())
    commands = {Path(entry["file"]).relative_to(top): entry for entry in entries}
    return {path: entry for path, entry in commands.items()
            if path.parts[0] == "src" and path.parts[1] != "precompiled"}


def flags_of(entry):
    """The compile command without what is the file's own."""
    command = shlex.split(entry["command"])
    output = command.index("-o")
    return tuple(part for part in command[:output] + command[output + 2:] if part != entry["file"])


def groups_of(sources, commands):
    """Lists of sources that one joined file may include: of one stage, and compiled alike."""
    alike = defaultdict(list)
    for source in sorted(set(sources)):
        alike[source.parts[1], flags_of(commands[source])].append(source)
    for (stage, _), members in sorted(alike.items()):
        numbers = plan(GROUP, [names(source.read_text()) for source in members])
        for number in range(max(numbers) + 1):
            yield stage, [source for source, mine in zip(members, numbers) if mine == number]


def write_database(directory, groups, commands):
    """One joined file and one compile command for each group."""
    directory.mkdir(parents=True, exist_ok=True)
    database = []
    for number, (stage, members) in enumerate(groups):
        joined = directory.resolve() / f"{stage}_{number}.cpp"
        joined.write_text("".join(f'#include "{member.resolve()}"\n' for member in members))
        entry = commands[members[0]]
        command = [str(joined) if part == entry["file"] else part for part in shlex.split(entry["command"])]
        database.append({"directory": entry["directory"], "file": str(joined), "command": shlex.join(command)})
    (directory / "compile_commands.json").write_text(json.dumps(database))
    return database


def fingerprint(entry, program):
    """Of all that a finding may come from; None where the file cannot be preprocessed."""
    command = shlex.split(entry["command"])
    output = command.index("-o")
    done = subprocess.run(command[:output] + command[output + 2:] + ["-E", "-C", "-P"], cwd=entry["directory"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        return None
    return hashlib.sha256(b"\0".join([done.stdout, Path(".clang-tidy").read_bytes(), CHECKS.encode(), program])).hexdigest()


def tidy(directory, entry, program):
    """Whether clang-tidy is content; its findings are printed. What it says of other headers it only counts."""
    known = fingerprint(entry, program)
    if known and (CONTENT / known).exists():
        return True
    done = subprocess.run(["clang-tidy-14", "-p", str(directory), "--quiet", CHECKS, entry["file"]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(done.stdout or done.stderr, flush=True)
    elif known:
        CONTENT.mkdir(parents=True, exist_ok=True)
        (CONTENT / known).touch()
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--since", default="HEAD~20")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    commands = compile_commands(options.build)
    groups = list(groups_of(sources_of(changed_since(options.since), commands), commands))
    directory = options.build / "joined"
    entries = write_database(directory, groups, commands)
    program = subprocess.run(["clang-tidy-14", "--version"], capture_output=True, check=True).stdout
    print(f"clang-tidy: {sum(len(members) for _, members in groups)} sources that differ from {options.since}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return 0 if all(list(pool.map(lambda entry: tidy(directory, entry, program), entries))) else 1


if __name__ == "__main__":
    sys.exit(main())
