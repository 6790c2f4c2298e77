# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Values in prompts that may stand nowhere afterwards: neither in the gateway's files, as kills left them too, nor in its
logs, nor in what it delivered or tells of the trail."""

import base64
import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

import leaks  # noqa: E402  the end-to-end tests' own search

CANARIES = {"e-mail": "chaos.canary@example.com", "key": "sk-chaosCanary4f6A9b2C8d1E7f3G5h0J2k",
            "IBAN": "DE89370400440532013000"}
TABLES = ("", "audit", "accesses", "adjustments")
NOT_ITS_OWN = ("simulator", "delivered.jsonl")
LEAST_FOUND = 50              # canaries that redaction must have met, for the search to prove anything
TRIALS = 6                    # copies of places in which one is planted
PLANTED = {"planted": "planted.canary@example.com"}


def files_of(directory):
    """(place, bytes) of each file of the gateway; the simulator's own, and what the run wrote to prove rows, are not its."""
    for path in sorted(Path(directory).rglob("*")):
        name = str(path.relative_to(directory))
        if path.is_file() and not name.startswith(NOT_ITS_OWN):
            yield name, path.read_bytes().rstrip(b"\0")


def places_of(gateway, simulator):
    """(place, bytes) of everything that it wrote, one after another: together they may be large."""
    yield from files_of(gateway.directory)
    for table in TABLES:
        yield f"rows at Azure Monitor {table}".strip(), json.dumps(simulator.rows(table), ensure_ascii=False).encode()
    for command in (("records",), ("audit", "export")):
        yield f"tollgate {' '.join(command)}", gateway.command(*command).encode()


def leaks_of(places):
    """Sentences about the canaries that are somewhere."""
    return [f"the {name} that was in prompts is in {place}" for place, data in places
            for name, _ in leaks.found(CANARIES, {place: data})]


def plant(data, number):
    """The bytes with a canary in their middle, in one of the forms that are searched for."""
    value = PLANTED["planted"].encode()
    forms = (value, base64.b64encode(b"x" + value), value.hex().encode(), value.replace(b"@", b"\\u0040"), gzip.compress(value))
    middle = len(data) // 2
    return data[:middle] + forms[number % len(forms)] + data[middle:]


def overlooked(places, rng):
    """Places in whose copies a planted canary is not found."""
    chosen = rng.sample(sorted(places), min(TRIALS, len(places)))
    return [place for number, place in enumerate(chosen)
            if not leaks.found(PLANTED, {place: plant(places[place], number)})]


def count_found(rows):
    """How many finds the rows of the trail tell, each side once."""
    total = 0
    for row in rows:
        if row.get("Form") == "raw" and row.get("Part") == 1:
            told = row.get("Redactions") or {}
            total += sum((json.loads(told) if isinstance(told, str) else told).values())
    return total
