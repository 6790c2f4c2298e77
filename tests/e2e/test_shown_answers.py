# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Work whose end its own client was shown: its record is settled with that, once."""

import signal

import direct
import stack
import through
from test_objects import assert_billed, made_response


def creation(gateway):
    """The record of the one response that was made, once it is delivered."""
    def settled():
        made = [r for r in gateway.records() if r["OperationId"] == "Responses_Create"]
        return made if len(made) == 1 and made[0]["DeliveryState"] == "delivered" else None
    return stack.wait_until(settled, "the record")[0]


def seen_finished(gateway, work_ms):
    """A background response, at once when its own client has seen that it is finished, and with what usage."""
    response = made_response(gateway, body={"background": True}, sim={"work_ms": work_ms})
    assert gateway.settled_records(1)[0]["DeliveryState"] == "awaiting"
    path = "/openai/v1/responses/" + response

    def finished():
        shown = through.send(gateway, "GET", path).json
        return shown if shown["status"] == "completed" else None
    return response, stack.wait_until(finished, "the response")["usage"]["total_tokens"]


def assert_settled_once(gateway, record, total):
    assert record["TotalTokens"] == total
    assert_billed(gateway, record)
    rows = {row["RecordId"]: row for row in gateway.simulator.rows()}
    assert sum(row["TotalTokens"] or 0 for row in rows.values()) == total


def test_work_that_its_client_saw_finished_is_settled_with_what_it_saw(make_gateway):
    gateway = make_gateway()
    response, total = seen_finished(gateway, 2500)
    # From now on nobody else can tell what it took.
    direct.v1(gateway.simulator).responses.delete(response)
    record = creation(gateway)
    assert (record["UsageReason"], record["TotalTokens"]) == ("", total)
    assert_billed(gateway, record)
    assert sum(row["TotalTokens"] or 0 for row in gateway.simulator.rows()) == total


def test_what_its_client_saw_is_neither_lost_nor_counted_twice_by_a_kill(make_gateway):
    gateway = make_gateway()
    response, total = seen_finished(gateway, 1500)
    direct.v1(gateway.simulator).responses.delete(response)
    before = creation(gateway)
    gateway.stop(signal.SIGKILL)
    gateway.start()
    record = creation(gateway)
    assert record == before
    assert_settled_once(gateway, record, total)


def questions(gateway, response):
    """How often the backend was asked about the response, by whomever."""
    return sum(request["method"] == "GET" and response in request["target"] for request in gateway.simulator.requests())


def test_work_whose_settling_a_kill_may_have_cut_off_is_asked_about_once_more(make_gateway):
    gateway = make_gateway()
    response, total = seen_finished(gateway, 1500)
    # Until its record is settled only memory has what was shown; the response is still there.
    gateway.stop(signal.SIGKILL)
    made, = [record for record in gateway.records() if record["OperationId"] == "Responses_Create"]
    asked = questions(gateway, response)
    gateway.start()
    assert_settled_once(gateway, creation(gateway), total)
    assert questions(gateway, response) - asked == (made["DeliveryState"] == "awaiting")


def test_work_that_is_gone_when_a_kill_may_have_cut_off_its_settling_says_so(make_gateway):
    gateway = make_gateway()
    response, total = seen_finished(gateway, 1500)
    gateway.stop(signal.SIGKILL)
    direct.v1(gateway.simulator).responses.delete(response)
    gateway.start()
    record = creation(gateway)
    if record["UsageReason"] == "":  # it was settled before the kill
        return assert_settled_once(gateway, record, total)
    assert record["UsageReason"].split(",")[0] == "object_gone"
    assert (record["UsageBasis"], record["CompletionTokens"]) == ("estimated", None), "not known, which is not none"
    assert record["PromptTokens"] > 0
