# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Every disagreement between ledger and audit trail is found, and nothing else is called one."""

from builders import evidence, operation, record, trail_of
from trail import count_sources, faults_of_trail, summary
from verdict import judge


def faults(told, rows, lived=None):
    return [sentence for _, sentence in faults_of_trail([told], {told["CorrelationId"]: lived or operation()}, rows)]


def test_an_exchange_with_both_sides_is_right():
    assert faults(record(), trail_of(record())) == []
    assert judge(evidence()).sources == {"model": 1}


def test_a_missing_side_is_found():
    request, response = trail_of(record())
    assert faults(record(), [request]) == ["the trail lacks its response"]
    assert faults(record(), [response]) == ["the trail lacks its request"]
    assert faults(record(), []) == ["the trail lacks its request and response"]


def test_what_was_not_to_be_kept_is_found():
    off = record(AuditLevel="off")
    assert faults(off, []) == []
    assert faults(off, trail_of(off)) == ["in the trail, and was not to be"]


def test_an_exchange_that_the_ledger_does_not_have_is_found():
    assert [sentence for _, sentence in faults_of_trail([], {}, trail_of(record()))] == [
        "in the trail, and not in the ledger"]


def test_rows_that_are_no_exchange_are_none():
    assert faults_of_trail([], {}, [{"RecordId": "x", "Kind": "checkpoint"}]) == []


def test_other_usage_is_found():
    assert "other usage" in faults(record(TotalTokens=14), trail_of(record()))[0]
    assert faults(record(UsageBasis="partial", TotalTokens=14), trail_of(record())) == []


def test_what_fails_closed_is_not_lost_once_its_client_has_it():
    lost = [{**side, "Source": "lost", "TotalTokens": None} for side in trail_of(record())]
    closed = record(ClientName="science")
    assert "lost it" in faults(closed, lost)[0]
    assert "before its request was stored" in faults(closed, lost, operation(whole=False))[0]
    assert faults(record(ClientName="science", Attempts=[]), lost, operation(whole=False)) == []
    kept = trail_of(closed)
    assert faults(closed, [kept[0], {**kept[1], "Source": "lost", "TotalTokens": None}], operation(whole=False)) == []
    assert "lost and kept" in faults(record(), kept + lost[:1])[0]
    assert faults(record(), lost) == [], "it fails open"
    assert count_sources(lost) == {"lost": 1}


def test_the_usage_is_read_from_a_whole_answer_alone():
    row = {"RecordId": "a", "Kind": "response", "Form": "raw", "Parts": 1, "Source": "model", "Outcome": "completed",
           "Level": "redacted", "Content": '{"usage":{"total_tokens":15}}'}
    assert summary(row)["TotalTokens"] == 15
    for other in ({"Parts": 2}, {"Form": "messages"}, {"Kind": "request"}, {"Content": None}, {"Content": "[]"},
                  {"Content": '{"usage":null}'}):
        assert summary({**row, **other})["TotalTokens"] is None
