# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The audit trail is apart from billing: whatever becomes of its destinations, usage is delivered."""

import json
import subprocess
from pathlib import Path

import pytest

import stack
from audited import ask, configure

DESTINATIONS = 6  # more than there are threads for the trail's deliveries


@pytest.fixture(scope="session")
def hanging_disk(tmp_path_factory):
    library = tmp_path_factory.mktemp("disk") / "hanging_disk.so"
    source = Path(__file__).parent / "hanging_disk.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, timeout=60)
    return library


def whole_rows(directory):
    return [json.loads(line) for file in sorted(directory.glob("*.jsonl"))
            for line in file.read_text().rpartition("\n")[0].splitlines()]


def test_disks_of_the_trail_that_hang_delay_no_billing(gateway, hanging_disk):
    assert gateway.stop() == 0
    configure(gateway)
    below, hangs, seen = (gateway.directory / name for name in ("below", "hangs", "seen"))
    below.mkdir()
    hangs.touch()
    text = gateway.config.read_text()
    one = f'    json_lines: {{directory: "{gateway.directory}/audited", flush_interval: 100ms}}\n'
    assert one in text
    many = "".join(f'    - {{name: d{i}, json_lines: {{directory: "{below}/{i}", flush_interval: 100ms}}}}\n'
                   for i in range(DESTINATIONS))
    gateway.config.write_text(text.replace(one, many))
    gateway.environment |= {"LD_PRELOAD": str(hanging_disk), "E2E_HANGING_BELOW": str(below),
                            "E2E_HANGING_WHILE": str(hangs), "E2E_HANGING_SEEN": str(seen)}
    gateway.start()
    try:
        ask(gateway, "the first")
        stack.wait_until(lambda: seen.exists() and seen.stat().st_size >= 4, "deliveries of the trail that hang")
        ask(gateway, "behind them")
        rows = stack.delivered_rows(gateway.simulator, 2)
        assert set(rows) == {record["RecordId"] for record in gateway.settled_records(2)}
        assert not any(whole_rows(directory) for directory in below.iterdir()), "they hang still"
    finally:
        hangs.unlink()
    for i in range(DESTINATIONS):
        stack.wait_until(lambda: set(rows) <= {row["RecordId"] for row in whole_rows(below / str(i))},
                         f"rows of both at destination {i}")
