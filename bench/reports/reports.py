#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""How long reports over a year take, and whether they, the records one by one and FOCUS add up to the same.

    reports.py [RECORDS]     10 million without it; takes minutes and some 6 GB in the directory for temporary files"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

BINARIES = Path(os.environ["TOLLGATE_BINARIES"])
YEAR = ["--from", "2026-01-01", "--to", "2027-01-01"]
QUESTIONS = {
    "client,model": ["--by", "client,model"],
    "month,client in Europe/Berlin": ["--by", "month,client", "--time-zone", "Europe/Berlin"],
    "tag, compared": ["--by", "tag:cost_center", "--compare", "previous"],
    "day in UTC": ["--by", "day"],
    "day in Europe/Berlin": ["--by", "day", "--time-zone", "Europe/Berlin"],
}


def answer(ledger, options):
    period = ["--from", "2025-12-31", "--to", "2027-01-02"] if "--time-zone" in options else YEAR
    begun = time.monotonic()
    out = subprocess.run([BINARIES / "tollgate", "usage", "--ledger", ledger, "--format", "csv", *period, *options],
                         check=True, capture_output=True, text=True, timeout=600).stdout
    return time.monotonic() - begun, list(csv.DictReader(io.StringIO(out)))


def lines_of(arguments, read):
    """What `read` makes of each line of a command's output: they are more than would fit into memory."""
    with subprocess.Popen([BINARIES / "tollgate", *arguments], stdout=subprocess.PIPE, text=True) as command:
        yield from read(command.stdout)
    if command.returncode != 0:
        sys.exit(f"tollgate {arguments[0]} ended with status {command.returncode}")


def sum_of_records(ledger):
    """Nanos and number of all records, as they stand in the ledger."""
    cost = count = 0
    for record in lines_of(["records", "--ledger", ledger], lambda lines: map(json.loads, lines)):
        cost += record["CostNano"] or 0
        count += 1
    return cost, count


def sum_of_focus(ledger):
    lines = lines_of(["export", "focus", "--ledger", ledger, *YEAR], csv.DictReader)
    return int(sum(Decimal(line["BilledCost"] or 0) for line in lines) * 10 ** 9)


def adds_up(name, got, expected, begun):
    print(f"{name}: {time.monotonic() - begun:.0f} s, {'equal to the nano' if got == expected else 'DIFFERS'}")
    return got == expected


def main():
    records = sys.argv[1] if len(sys.argv) > 1 else "10000000"
    with tempfile.TemporaryDirectory() as directory:
        begun = time.monotonic()
        made = subprocess.run([BINARIES / "random-ledger", directory, records], check=True, capture_output=True, text=True)
        total = json.loads(made.stdout)
        ledger = Path(directory) / "usage.ledger"
        print(f"{total['records']} records in {time.monotonic() - begun:.0f} s, {ledger.stat().st_size / 1e9:.2f} GB")
        for name, options in QUESTIONS.items():
            seconds, rows = answer(ledger, options)
            cost = sum(Decimal(row["cost"] or 0) for row in rows)
            operations = sum(int(row["operations"]) for row in rows)
            same = cost == Decimal(total["cost_nano"]) / 10 ** 9 and operations == total["records"]
            print(f"{name}: {seconds:.2f} s, {len(rows)} rows, {'equal to the nano' if same else 'DIFFERS'}")
            if not same:
                return 1
        begun = time.monotonic()
        if not adds_up("records one by one", sum_of_records(ledger), (total["cost_nano"], total["records"]), begun):
            return 1
        begun = time.monotonic()
        if not adds_up("FOCUS", sum_of_focus(ledger), total["cost_nano"], begun):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
