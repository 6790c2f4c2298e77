#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""How long reports over a year take, and whether they add up to what the records do.

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
    return 0


if __name__ == "__main__":
    sys.exit(main())
