# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Limits with the real program, the official SDK and the simulated Azure."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

import callers
import stack
from reloads import Change, get

RETAIL = "client retail-chatbot"


def limited(make_gateway, *limits, more="", folder="."):
    return make_gateway(f"quotas: {{default_limits: [{', '.join(limits)}]{more}}}\n", folder)


def ask(gateway, retries=0, **more):
    client = callers.azure_key(gateway).with_options(max_retries=retries)
    return client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, **more)


def states(gateway, client="retail-chatbot"):
    """The client's limits by measure."""
    page = json.loads(get(gateway, "/admin/quotas"))
    return {state["measure"]: state for state in page["limits"] if state["subject"].get("name") == client}


def idle_states(gateway):
    """The same once nothing is reserved: a record is settled before its client sees the end, and a client that left
    is noticed a moment later."""
    def idle():
        found = states(gateway)
        return found if all(float(state["reserved"]) == 0 for state in found.values()) else None
    return stack.wait_until(idle, "nothing to be reserved")


def refusals(gateway):
    found = re.findall(r'^tollgate_quota_refusals_total\{client="retail-chatbot",limit="([^"]+)"\} (\S+)$',
                       get(gateway, "/metrics"), re.M)
    return {limit: float(count) for limit, count in found}


def tokens_in(records):
    return sum((record["PromptTokens"] or 0) + (record["CompletionTokens"] or 0) for record in records)


def test_a_rate_is_told_and_the_sdk_waits_for_it(make_gateway):
    gateway = limited(make_gateway, "{requests: 30, per: minute, burst: 1}")
    ask(gateway)
    with pytest.raises(openai.RateLimitError) as refused:
        ask(gateway)
    error = refused.value
    assert (error.code, error.type) == ("rate_limit_exceeded", "rate_limit_exceeded")
    assert f"{RETAIL}: 30 requests per minute" in error.message and "Try again in" in error.message
    assert error.response.headers["retry-after"] in ("1", "2")
    assert 0 < int(error.response.headers["retry-after-ms"]) <= 2000
    began = time.monotonic()
    assert ask(gateway, retries=3).choices
    assert time.monotonic() - began < 10
    assert refusals(gateway)[f"{RETAIL}: 30 requests per minute"] >= 1
    assert len(gateway.settled_records(2)) == 2, "refusals leave no record"


@pytest.mark.parametrize("status,exception", [(429, openai.RateLimitError), (403, openai.PermissionDeniedError)])
def test_an_exhausted_budget_is_told_and_not_tried_again(make_gateway, status, exception):
    gateway = limited(make_gateway, "{requests: 1, per: year}",
                      more=f", exhausted_status: {status}, contact: Ask the AI team.")
    ask(gateway)
    with pytest.raises(exception) as refused:
        ask(gateway, retries=3)
    error = refused.value
    assert error.status_code == status and error.code == "insufficient_quota"
    assert error.response.headers["x-should-retry"] == "false"
    assert "Ask the AI team." in error.message and "exhausted until " in error.message
    assert refusals(gateway) == {f"{RETAIL}: 1 requests per year": 1}, "it was asked once"
    assert len(gateway.simulator.requests()) == 1


def test_what_can_never_pass_is_a_bad_request(make_gateway):
    gateway = limited(make_gateway, "{tokens: 40, per: year}")
    with pytest.raises(openai.BadRequestError) as refused:
        ask(gateway, max_tokens=50)
    assert refused.value.code == "request_too_large"


def test_fifty_at_a_time_do_not_overshoot_a_small_budget(make_gateway):
    gateway = limited(make_gateway, "{tokens: 2000, per: year}", "{in_flight: 1000}")

    def one(_):
        try:
            return ask(gateway, max_tokens=50).usage.total_tokens
        except openai.RateLimitError as error:
            assert error.code == "insufficient_quota"
            return 0

    with ThreadPoolExecutor(50) as threads:
        taken = list(threads.map(one, range(300)))
    state = idle_states(gateway)["tokens"]
    assert state["used"] == sum(taken) <= 2000 and state["overshoot"] == 0, state
    assert 0 in taken and sum(taken) > 1000
    assert states(gateway)["in_flight"]["used"] == 0


def test_streams_settle_whoever_ends_them(make_gateway):
    gateway = limited(make_gateway, "{tokens: 1000000, per: year}", "{in_flight: 5}")
    list(ask(gateway, stream=True))
    assert idle_states(gateway)["tokens"]["used"] == tokens_in(gateway.settled_records(1))
    gateway.simulator.fault("resource", {"chunk_delay_ms": 100}, count=1)
    stream = ask(gateway, stream=True)
    next(iter(stream))
    assert states(gateway)["in_flight"]["used"] == 1 and states(gateway)["tokens"]["reserved"] > 0
    stream.close()  # it is read on for its usage
    records = gateway.settled_records(2)
    assert idle_states(gateway)["tokens"]["used"] == tokens_in(records)
    assert states(gateway)["in_flight"]["used"] == 0


def test_work_that_goes_on_is_settled_when_it_ends(make_gateway):
    gateway = limited(make_gateway, "{tokens: 1000000, per: year}", "{requests: 100, per: year}", "{in_flight: 5}")
    callers.plain(gateway).responses.create(model="team-gpt51", input="hi", background=True)
    records = stack.wait_until(
        lambda: (found := gateway.settled_records(1)) and found[0]["UsageBasis"] == "reported" and found,
        "the follower", 30)
    stack.wait_until(lambda: states(gateway)["tokens"]["reserved"] == 0, "the quota to be settled")
    assert states(gateway)["tokens"]["used"] == tokens_in(records) > 0
    assert states(gateway)["requests"]["used"] == 1 and states(gateway)["in_flight"]["used"] == 0


def test_after_a_kill_what_is_used_is_what_the_ledger_has(make_gateway):
    gateway = limited(make_gateway, "{tokens: 1000000, per: year}", "{requests: 100, per: month}", "{in_flight: 5}")
    for _ in range(5):
        ask(gateway)
    gateway.simulator.fault("resource", {"chunk_delay_ms": 500}, count=1)
    stream = ask(gateway, stream=True)
    next(iter(stream))
    gateway.process.kill()
    gateway.start()
    records = gateway.settled_records(6)
    found = states(gateway)
    one = tokens_in(records) // 5
    assert found["tokens"]["used"] == 6 * one > 0, "what was cut off counts as the others did on average"
    assert found["requests"]["used"] == len(records) == 6, "the one that was interrupted had left"
    assert {state["reserved"] for state in found.values()} == {0} and found["in_flight"]["used"] == 0
    ask(gateway)
    assert states(gateway)["tokens"]["used"] == one + tokens_in(gateway.settled_records(7))


def test_a_shadow_refuses_nothing_and_counts_what_it_would_have(make_gateway):
    gateway = limited(make_gateway, "{requests: 1, per: year, mode: shadow}")
    for _ in range(3):
        ask(gateway)
    state = idle_states(gateway)["requests"]
    assert (state["used"], state["shadow_hits"], state["refusals"]) == (3, 2, 0)
    assert refusals(gateway) == {}


def test_a_reload_keeps_what_was_used_and_a_new_limit_knows_the_ledger(make_gateway):
    gateway = limited(make_gateway, "{requests: 10, per: year}")
    for _ in range(3):
        ask(gateway)
    gateway.settled_records(3)
    with Change(gateway):
        text = gateway.config.read_text()
        gateway.config.write_text(text.replace("{requests: 10, per: year}",
                                               "{requests: 4, per: year}, {tokens: 1000000, per: year}"))
    assert states(gateway)["requests"]["used"] == 3
    stack.wait_until(lambda: states(gateway)["tokens"]["used"] == tokens_in(gateway.records()), "the new limit")
    ask(gateway)
    with pytest.raises(openai.RateLimitError):
        ask(gateway)


def test_money_is_counted_as_records_have_it_and_what_has_no_price_is_refused(make_gateway):
    prices = """prices:
  currency: USD
  entries: [{model: gpt-4o, from: 2020-01-01, per_million: {input: 2.5, cached_input: 1.25, output: 10}}]
"""
    gateway = make_gateway(prices + 'quotas: {default_limits: [{cost: "5.00", per: year}]}\n')
    with pytest.raises(openai.PermissionDeniedError):
        ask(gateway)  # nobody has said what serves there
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text().replace(
            "deployment: gpt-4o-ptu}", "deployment: gpt-4o-ptu, serves: gpt-4o}"))
    ask(gateway)
    record, = gateway.settled_records(1)
    assert idle_states(gateway)["cost"]["used"] == f"{record['CostNano'] / 10 ** 9:.9f}".rstrip("0")
    with pytest.raises(openai.PermissionDeniedError) as refused:
        callers.azure_key(gateway).embeddings.create(model="text-embedding-3-small", input="a")
    assert refused.value.code == "PriceNotKnown"


def test_warnings_are_told_once_a_window(make_gateway):
    gateway = limited(make_gateway, "{requests: 4, per: year, warn_at: [50]}")
    for _ in range(4):
        ask(gateway)
    warning, = gateway.process.logged("quotas.warning", 1)
    assert warning["percent"] == 50 and warning["limit"] == f"{RETAIL}: 4 requests per year"


def test_an_operator_sees_what_is_left(make_gateway):
    gateway = limited(make_gateway, "{requests: 4, per: year}")
    ask(gateway)
    address = gateway.admin.removeprefix("http://")
    done = gateway.command("quota", "show", "--address", address)
    assert done.returncode == 0, done.stderr
    assert re.search(r"client retail-chatbot +requests per year +\S+Z\s+4 +1 +0 +3 +0$", done.stdout, re.M)
    gauge = r'^tollgate_quota_used\{limit="client retail-chatbot: 4 requests per year"\} 1$'
    assert re.search(gauge, get(gateway, "/metrics"), re.M)
    answer = callers.azure_key(gateway).chat.completions.with_raw_response.create(
        model="gpt-4o", messages=callers.MESSAGES, stream=True)
    assert answer.headers["x-ratelimit-limit-requests"] == "4"
    assert answer.headers["x-ratelimit-remaining-requests"] == "2"
