# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Drift, table, conservation and delivery over whole evidence; and that falsified evidence is found."""

import random

import pytest

from builders import NAME, entry, estimated, evidence, interrupted, operation, record, row_of
from evidence import was_killed
from tampering import TAMPERINGS, unnoticed
from verdict import judge


def test_agreeing_books_are_good():
    verdict = judge(evidence())
    assert verdict.good and verdict.problems == [] and verdict.drift == 0
    line = verdict.lines["reported", "completed"]
    assert (line.operations, line.billed, line.recorded, line.delivered) == (1, 15, 15, 15)
    assert (verdict.forwarded, verdict.recorded, verdict.states["delivered"]) == (1, 1, 1)


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_every_tampering_is_found(tampering):
    whole = evidence()
    assert not judge(tampering(whole, whole.records[0])).good


def test_the_self_test_of_a_run_finds_them_all_and_says_when_it_cannot_try():
    assert unnoticed(evidence(), random.Random(1)) == []
    assert len(unnoticed(evidence(records=[estimated()]), random.Random(1))) == len(TAMPERINGS)


def test_drift_is_counted_in_tokens():
    assert judge(evidence(records=[])).drift == 15
    assert judge(evidence(records=[record(TotalTokens=12)])).drift == 3
    assert judge(evidence(rows=[])).drift == 15
    # Where the usage did not reach the gateway a difference is no drift.
    cut = entry(ended="reset", usage_sent=False)
    assert judge(evidence([operation(whole=False)], [cut], [estimated(Outcome="backend_error")])).drift == 0


def test_a_lost_attempt_is_unseen_and_not_drift():
    lost = entry(request_id="req-0", ended="reset", usage_sent=False, total_tokens=40)
    listed = record(Attempts=[{"Sent": True, "Status": 0}, {"Sent": True, "Status": 200}])
    verdict = judge(evidence(bill=[lost, entry()], records=[listed]))
    assert verdict.good and verdict.lines["reported", "completed"].unseen == 40


def test_what_stopped_on_the_way_keeps_the_sums_equal():
    lived = operation(whole=False, status=0, killed=True)
    verdict = judge(evidence([lived], [], [interrupted()]))
    assert verdict.good and (verdict.forwarded, verdict.unarrived, verdict.recorded) == (0, 1, 1)


def test_rows_may_repeat_and_must_be_the_record():
    twice = [row_of(record()), row_of(record())]
    assert judge(evidence(rows=twice)).good and judge(evidence(rows=twice)).repeated_rows == 1
    other = judge(evidence(rows=[row_of(record()), {**row_of(record()), "ClientName": "other"}]))
    assert not other.good


@pytest.mark.parametrize("state, rows, good", [
    ("queued", [], True), ("quarantined", [], True), ("awaiting", [], False), ("delivered", [], False)])
def test_what_each_state_of_delivery_demands(state, rows, good):
    assert judge(evidence(records=[record(DeliveryState=state)], rows=rows)).good is good


def test_a_charge_of_no_client_is_found():
    assert not judge(evidence(bill=[entry(), entry(client_request_id="other")])).good


ENDS = [(10.0, True), (20.0, False), (30.0, True)]


@pytest.mark.parametrize("lived, killed", [
    (dict(started=9, ended=9.8, whole=False), True),
    (dict(started=9, ended=9.8, whole=True), False),
    (dict(started=8, ended=9, whole=False), False),
    (dict(started=8, ended=9, whole=False, left=True, takes=2), True),
    (dict(started=11, ended=12, whole=False, left=True, takes=60), False),   # that life ended in order
    (dict(started=31, ended=32, whole=False), False),
])
def test_who_may_have_been_killed(lived, killed):
    assert was_killed(operation(id=NAME, **lived), ENDS) is killed
