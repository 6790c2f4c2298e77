# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The search after a run finds a canary in every kind of place, names it, and says nothing of what is clean."""

import random

import canaries
from canaries import CANARIES, count_found, files_of, leaks_of, overlooked, plant


def test_a_canary_in_a_place_is_named_in_every_form():
    clean = {"ledger/usage.ledger": b"\0\1" * 500, "gateway.log": b'{"event":"operation"}\n', "empty": b""}
    assert leaks_of(clean.items()) == []
    for name, value in CANARIES.items():
        data = value.encode()
        for form in (data, data.hex().encode(), data.replace(b"@", b"\\u0040")):
            dirty = {**clean, "gateway.log": b"x" * 99 + form + b"y"}
            assert leaks_of(dirty.items()) == [f"the {name} that was in prompts is in gateway.log"]


def test_what_is_planted_is_found_or_told():
    places = {f"place {number}": bytes([number]) * number * 10 for number in range(9)}
    assert overlooked(places, random.Random(1)) == []
    assert all(plant(data, number) != data for number, data in enumerate(places.values()))


def test_a_search_that_finds_nothing_is_told(monkeypatch):
    monkeypatch.setattr(canaries.leaks, "found", lambda secrets, places: [])
    assert len(overlooked({"a": b"1", "b": b"2"}, random.Random(1))) == 2


def test_files_that_are_not_the_gateways_are_left_out(tmp_path):
    for name in ("simulator/simulator.json", "simulator.log", "delivered.jsonl", "gateway.log", "ledger/trail.db-wal"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x\0\0")
    assert dict(files_of(tmp_path)) == {"gateway.log": b"x", "ledger/trail.db-wal": b"x"}


def test_finds_are_counted_once_for_each_side():
    row = {"Form": "raw", "Part": 1, "Redactions": {"email": 2, "iban": 1}}
    assert count_found([row, {**row, "Part": 2}, {**row, "Form": "messages"}, {**row, "Redactions": '{"email":1}'},
                        {**row, "Redactions": None}, {"Kind": "checkpoint"}]) == 4
