#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Checks the include directions: a stage may include only the public headers of the stages below it.

`check_layers.py --self-test` shows that the check can fail."""

import re
import sys
from pathlib import Path

# Each stage with all it may include besides itself. docs/adr/0001-layout.md has the reasons.
ALLOWED = {
    "base": set(),
    "net": {"base"},
    "config": {"base", "pricing", "quotas", "redaction", "usage"},
    "telemetry": {"base"},
    "http": {"base", "net"},
    "tokenizer": {"base"},
    "usage": {"base", "tokenizer"},
    "pricing": {"base", "usage"},
    "quotas": {"base", "pricing", "usage"},
    "reconciliation": {"base", "pricing", "usage"},
    "redaction": {"base", "usage"},
    "auth": {"base", "config", "telemetry", "http"},
    "credentials": {"base", "config", "telemetry", "http"},
    "redis": {"base", "config", "credentials", "net", "telemetry"},
    "shared_quotas": {"base", "quotas", "redis"},
    "operations": {"base", "config", "http", "tokenizer", "usage"},
    "audit": {"base", "usage"},
    "routing": {"base", "config"},
    "storage": {"base"},
    "trail": {"base", "storage"},
    "ledger": {"base", "config", "usage", "storage"},
    "seals": {"base", "config", "ledger", "operations", "usage"},
    "allocation": {"base", "ledger", "pricing", "telemetry", "usage"},
    "reports": {"base", "ledger", "pricing", "usage"},
    "upstream": {"base", "config", "net", "http", "usage", "credentials", "operations", "routing"},
    "exporters": {"base", "config", "telemetry", "http", "credentials", "ledger", "trail"},
    "followup": {"base", "capture", "telemetry", "http", "credentials", "usage", "operations", "ledger", "pricing", "quotas"},
    "admin": {"base", "config"},
    "proxy": {"base", "capture", "pricing", "quotas", "redis", "seals", "shared_quotas", "tokenizer", "net", "config", "telemetry", "http", "auth", "usage", "operations", "routing", "ledger", "upstream", "followup"},
    "listener": {"base", "net", "config", "telemetry", "http", "proxy"},
    "capture": {"base", "net", "config", "auth", "http", "telemetry", "usage", "redaction", "audit", "trail"},
    "precompiled": set(),
}
ALLOWED["app"] = set(ALLOWED)  # the composition root names everybody
INCLUDE = re.compile(r'^\s*#include "tollgate/([a-z_]+)/', re.M)


def stage_of(path):
    """src/STAGE/... or include/tollgate/STAGE/..."""
    parts = path.parts
    return parts[2] if parts[:2] == ("include", "tollgate") else parts[1]


def faults(path, text):
    stage = stage_of(path)
    if stage not in ALLOWED:
        yield f"{path}: no stage is named {stage}: add it to the table, with its place"
        return
    for match in INCLUDE.finditer(text):
        other = match.group(1)
        if other != stage and other not in ALLOWED[stage]:
            line = text[: match.start(1)].count("\n") + 1
            yield f"{path}:{line}: {stage} may not include {other}"
    if path.parts[0] == "include":
        for match in re.finditer(r'^\s*#include "(?!tollgate/)([^"]+)"', text, re.M):
            yield f"{path}: a public header includes the private {match.group(1)}"


def included(path, text):
    """The other stages that a file includes."""
    return set(INCLUDE.findall(text)) - {stage_of(path)}


def unused(used):
    """What a stage may include and nothing of it does; `used` has stages with what they include."""
    for stage, allowed in ALLOWED.items():
        if stage == "app":
            continue
        for other in sorted(allowed - used.get(stage, set())):
            yield f"scripts/check_layers.py: {stage} may include {other} and does not"


def untold(document):
    """Stages that the list of directions in docs/adr/0001-layout.md lacks."""
    words = set(re.findall(r"\w+", document))
    return [f"docs/adr/0001-layout.md: {stage} is missing" for stage in ALLOWED if stage not in words]


def self_test():
    assert list(faults(Path("src/base/a.cpp"), '#include "tollgate/http/head.hpp"\n'))
    assert list(faults(Path("include/tollgate/http/a.hpp"), '#include "private.hpp"\n'))
    assert not list(faults(Path("src/http/a.cpp"), '#include "tollgate/base/time.hpp"\n#include "own.hpp"\n'))
    everything = {stage: set(allowed) for stage, allowed in ALLOWED.items()}
    assert not list(unused(everything))
    assert list(unused(everything | {"routing": {"base"}}))
    assert untold("base <- net")
    print("check_layers: self-test passed")


def main():
    if "--self-test" in sys.argv:
        return self_test()
    root = Path(__file__).parents[1]
    found, used = [], {}
    for folder in ("src", "include"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            place, text = path.relative_to(root), path.read_text()
            found += faults(place, text)
            used.setdefault(stage_of(place), set()).update(included(place, text))
    found += unused(used)
    found += untold((root / "docs" / "adr" / "0001-layout.md").read_text())
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
