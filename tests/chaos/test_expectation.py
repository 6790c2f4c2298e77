# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The rules of expectation.py: each accepts what is right and finds what is wrong."""

import pytest

from builders import case, entry, estimated, interrupted, operation, record
from expectation import Owed, faults_of, owed

LEFT = dict(left=True, whole=False, status=0)
CUT = dict(whole=False)


@pytest.mark.parametrize("charge, lived, debt", [
    (dict(), dict(), Owed.EXACT),
    (dict(charged=False), dict(), Owed.NOTHING),
    (dict(usage_sent=False), dict(), Owed.MARKED),
    (dict(ended="closed"), CUT, Owed.EQUAL),
    (dict(ended="reset"), CUT, Owed.MARKED),
    (dict(ended="client_gone"), CUT, Owed.MARKED),
    (dict(), dict(killed=True), Owed.MARKED),
    (dict(), dict(times_out=True), Owed.MARKED),
    (dict(), LEFT, Owed.EXACT),
    (dict(), dict(cancels=True, **LEFT), Owed.MARKED),
    (dict(), dict(cancels=True), Owed.EXACT),
])
def test_what_an_entry_is_owed(charge, lived, debt):
    assert owed(entry(**charge), operation(**lived)) is debt


def test_background_work_is_owed_exactly_once_its_id_is_known_whatever_became_of_the_gateway():
    work, lived = entry(object_id="resp_1", usage_sent=False), operation(kind="background", killed=True)
    assert owed(work, lived, record(ResponseId="resp_1")) is Owed.EXACT
    assert owed(work, lived, record(ResponseId="")) is Owed.MARKED
    assert owed(work, lived, None) is Owed.MARKED
    assert owed(entry(status=400, usage_sent=False), lived, record(ResponseId="")) is Owed.MARKED


@pytest.mark.parametrize("lived, charges, records", [
    # Whole and reported; an operation that cost nothing; one that nobody saw.
    (dict(), [entry()], [record()]),
    (dict(status=500), [], []),
    (CUT, [], []),
    # Drained to the exact usage; cut off and estimated; cut off with growing usage.
    (LEFT, [entry()], [record(Outcome="client_aborted")]),
    (CUT, [entry(ended="reset", usage_sent=False)], [estimated(Outcome="backend_error")]),
    (CUT, [entry(ended="closed", usage_sent=False)],
     [record(UsageBasis="partial", UsageReason="answer_cut_off", CompletionTokens=3, TotalTokens=13)]),
    (CUT, [entry(ended="closed")], [record(UsageBasis="partial", UsageReason="answer_cut_off")]),
    # No head came; the first of two attempts was lost.
    (dict(status=502), [entry(ended="reset", usage_sent=False)],
     [estimated("no_answer", BackendRequestId="", StatusCode=502)]),
    (dict(), [entry(request_id="req-0", ended="reset", usage_sent=False), entry()],
     [record(Attempts=[{"Sent": True, "Status": 0}, {"Sent": True, "Status": 200}])]),
    # The gateway was killed: interrupted, or whatever was known in time.
    (dict(killed=True, **CUT), [entry()], [interrupted()]),
    (dict(killed=True, **CUT), [entry()], [record()]),
    # Cancelled for a client that left.
    (dict(cancels=True, **LEFT), [entry(ended="client_gone", usage_sent=False)],
     [estimated(Outcome="client_aborted")]),
    # The gateway waited as long as it should.
    (CUT, [entry(ended="client_gone")], [estimated(Outcome="timeout", DurationMs=8001)]),
    # An error in the stream is not charged.
    (dict(), [entry(charged=False, total_tokens=0)],
     [record(UsageBasis="none", UsageReason="error_answer", Outcome="backend_error")]),
    # One after content may be charged, or not: the gateway cannot know.
    (dict(), [entry(charged=False)], [estimated("error_after_content", Outcome="backend_error")]),
    # A stored response whose object was asked for after a kill, or after its stream broke off, and
    # is not there.
    (dict(killed=True, **CUT), [entry()], [interrupted(UsageReason="object_gone")]),
    (dict(killed=True, tells=False, **CUT), [entry(usage_sent=False)], [interrupted(UsageReason="no_usage_in_answer")]),
    (CUT, [entry(ended="reset", usage_sent=False)], [estimated("object_gone", Outcome="backend_error")]),
])
def test_what_is_right_is_accepted(lived, charges, records):
    assert faults_of(case(operation(**lived), charges, records)) == []


@pytest.mark.parametrize("lived, charges, records, sentence", [
    (dict(), [entry()], [], "has no record"),
    (dict(), [entry()], [record(), record()], "2 records"),
    (dict(), [], [], "no backend gave"),
    (dict(), [entry()], [record(PromptTokens=11)], "PromptTokens is 11"),
    (dict(), [entry()], [record(CompletionTokens=None)], "CompletionTokens is None"),
    (dict(), [entry()], [record(CachedPromptTokens=0)], "CachedPromptTokens is 0"),
    (dict(), [entry()], [record(Model="gpt-4")], "Model is 'gpt-4'"),
    (dict(), [entry()], [estimated("answer_cut_off")], "owed exact"),
    (dict(), [entry()], [record(UsageBasis="partial", UsageReason="answer_cut_off")], "owed exact"),
    (CUT, [entry(ended="closed")], [estimated()], "owed equal"),
    (LEFT, [entry()], [estimated(Outcome="client_aborted")], "owed exact"),
    (CUT, [entry(usage_sent=False, ended="reset")], [record(UsageBasis="none", UsageReason="no_usage_in_answer")],
     "recorded as nothing"),
    (CUT, [entry(usage_sent=False, ended="reset")], [record(UsageBasis="partial", TotalTokens=16)], "more than billed"),
    (CUT, [entry(usage_sent=False, ended="reset")], [estimated("opaque_body")], "estimated because of"),
    (CUT, [entry(usage_sent=False, ended="reset")], [estimated(PromptTokens=None)], "without a count"),
    (CUT, [entry()], [interrupted()], "the gateway was not"),
    (dict(killed=True), [entry()], [interrupted()], "saw the whole answer"),
    (dict(), [entry()], [record(StatusCode=502)], "saw the whole of a 200"),
    (CUT, [entry()], [record(Outcome="client_aborted")], "the client stayed"),
    (dict(), [entry(request_id="req-0", ended="reset", usage_sent=False), entry()], [record()],
     "2 requests arrived, 1 attempts are listed"),
    (dict(), [entry(request_id="req-0"), entry()],
     [record(Attempts=[{"Sent": True}, {"Sent": True}])], "in no record"),
    (dict(), [entry(charged=False)], [record()], "not charged, its usage is reported"),
    (dict(), [entry(charged=False)], [estimated()], "estimated from a whole answer"),
    (dict(kind="background", killed=True, **CUT), [entry(object_id="resp_1")],
     [interrupted(UsageReason="object_gone", ResponseId="resp_1")], "recorded as nothing"),
    (dict(killed=True, tells=True, **CUT), [entry()], [interrupted(UsageReason="no_usage_in_answer")],
     "recorded as nothing"),
    (CUT, [entry()], [interrupted(UsageReason="object_gone")], "recorded as nothing"),
    (dict(), [entry(usage_sent=False)], [estimated("stream_without_usage")], "not asked for the usage"),
    (LEFT, [entry(ended="client_gone", usage_sent=False)], [estimated(Outcome="client_aborted")],
     "left its backend without need"),
    (CUT, [entry(ended="client_gone", usage_sent=False)], [estimated(Outcome="timeout", DurationMs=7000)],
     "left its backend without need"),
])
def test_what_is_wrong_is_found(lived, charges, records, sentence):
    assert any(sentence in fault for fault in faults_of(case(operation(**lived), charges, records)))


def test_what_never_arrived_claims_nothing():
    lived = operation(whole=False, status=0)
    not_sent = record(UsageBasis="none", UsageReason="not_sent", Outcome="backend_error", Attempts=[])
    assert faults_of(case(lived, [], [not_sent])) == []
    assert any("no backend had" in fault for fault in faults_of(case(lived, [], [record()])))


def test_a_record_of_no_client_is_found():
    from evidence import Case
    assert faults_of(Case(None, [], 0, [record()])) == ["a record or a charge that no client caused"]
