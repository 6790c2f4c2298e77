# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Work whose end its own client was shown: its record is settled with that, once."""

import signal
import time

import pytest

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


COGNITIVE = "https://cognitiveservices.azure.com"


@pytest.fixture
def pass_through(simulator, tmp_path):
    """A gateway without a credential of its own at the backend, and the caller's token."""
    simulator.reset()
    gateway = stack.Gateway(simulator, tmp_path, changes=[
        ("credential: {api_key: {env: E2E_EASTUS_KEY}}", "credential: {pass_through: {}}"),
        ('audiences: ["api://tollgate"]', f'audiences: ["{COGNITIVE}"]')])
    gateway.token = simulator.token(audience=COGNITIVE, version=1)
    yield gateway
    assert gateway.stop() == 0, gateway.process.log_path.read_text()


def send_with_token(gateway, method, path, body=None, sim=None):
    return through.send(gateway, method, path, body, None, sim=sim, authorization="Bearer " + gateway.token)


def work_begun(gateway, work_ms):
    """The path of a background response that its caller's token began."""
    made = send_with_token(gateway, "POST", "/openai/v1/responses", {**through.TEXT, "background": True},
                           {"work_ms": work_ms})
    assert made.status == 200, made.body
    assert gateway.settled_records(1)[0]["DeliveryState"] == "awaiting"
    return "/openai/v1/responses/" + made.id


def read_at_the_backend(gateway, path):
    """The response's state, asked for past the gateway."""
    return direct.v1(gateway.simulator).responses.retrieve(path.rpartition("/")[2]).status


# The DELETE waited 5 s, nobody was asked, and what the work had used was lost.
def test_the_token_of_whoever_deletes_asks_what_the_work_took(pass_through):
    path = work_begun(pass_through, 300)
    stack.wait_until(lambda: read_at_the_backend(pass_through, path) == "completed", path)
    begun = time.monotonic()
    assert send_with_token(pass_through, "DELETE", path).status == 200
    assert time.monotonic() - begun < 4
    record = creation(pass_through)
    assert (record["UsageBasis"], record["UsageReason"]) == ("reported", "")
    assert_billed(pass_through, record)
    for request in pass_through.simulator.requests():
        fields = {name.lower(): value for name, value in request["headers"]}
        ours = fields.get("authorization") == "Bearer " + pass_through.token
        assert ours or "openai" in fields.get("user-agent", "").lower(), "the backend was asked with another proof"
    assert pass_through.token not in pass_through.process.log_path.read_text()


def test_looking_at_ones_work_settles_what_the_gateway_cannot_ask_about(pass_through):
    path = work_begun(pass_through, 300)
    stack.wait_until(lambda: send_with_token(pass_through, "GET", path).json["status"] == "completed", path)
    record = creation(pass_through)
    assert (record["UsageBasis"], record["UsageReason"]) == ("reported", "")
    assert_billed(pass_through, record)
