# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What limits look like to the official SDKs, and on answers that are no refusals of theirs."""

import time

import openai
import pytest

import callers
import node_sdk
import stack
from test_quotas import RETAIL, ask, limited, refusals

CHAT = {"kind": "chat", "model": "gpt-4o"}


def node(gateway, *calls, family="v1"):
    return node_sdk.perform(gateway, {"key": stack.RETAIL_KEY}, family, list(calls))


def left(headers, of="requests"):
    return tuple(headers.get(f"x-ratelimit-{part}-{of}") for part in ("limit", "remaining"))


@pytest.mark.parametrize("family", ["v1", "azure"])
def test_node_does_not_try_an_exhausted_window_again(make_gateway, family):
    gateway = limited(make_gateway, "{requests: 1, per: year}")
    first, refused = node(gateway, CHAT, {**CHAT, "max_retries": 3}, family=family)
    assert first["ok"], first
    assert (refused["exception"], refused["status"], refused["code"]) == ("RateLimitError", 429, "insufficient_quota")
    assert refusals(gateway) == {f"{RETAIL}: 1 requests per year": 1}, "it was asked once"


def test_node_waits_for_a_rate_and_goes_on(make_gateway):
    gateway = limited(make_gateway, "{requests: 30, per: minute, burst: 1}")
    began = time.monotonic()
    first, second = node(gateway, CHAT, {**CHAT, "max_retries": 3})
    assert first["ok"] and second["ok"], second
    assert time.monotonic() - began < 20
    assert refusals(gateway)[f"{RETAIL}: 30 requests per minute"] >= 1


def test_node_is_told_what_can_never_pass(make_gateway):
    gateway = limited(make_gateway, "{tokens: 40, per: year}")
    refused, = node(gateway, {**CHAT, "max_tokens": 50, "max_retries": 3})
    assert (refused["exception"], refused["status"], refused["code"]) == ("BadRequestError", 400, "request_too_large")
    assert refusals(gateway) == {f"{RETAIL}: 40 tokens per year": 1}, "it was asked once"


def test_python_tries_neither_the_exhausted_nor_the_too_large_again(make_gateway):
    gateway = limited(make_gateway, "{requests: 1, per: year}", "{tokens: 40, per: minute}")
    with pytest.raises(openai.BadRequestError):
        ask(gateway, retries=3, max_tokens=50)
    ask(gateway)
    with pytest.raises(openai.RateLimitError) as refused:
        ask(gateway, retries=3)
    assert refused.value.code == "insufficient_quota"
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert "retry-after" not in refused.value.response.headers
    assert refusals(gateway) == {f"{RETAIL}: 1 requests per year": 1, f"{RETAIL}: 40 tokens per minute": 1}


def test_every_answer_says_what_is_left(make_gateway):
    gateway = limited(make_gateway, "{requests: 9, per: year}", "{tokens: 90000, per: minute}")
    client = callers.azure_key(gateway).with_options(max_retries=0)
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-nine", messages=callers.MESSAGES)
    headers = unknown.value.response.headers
    assert left(headers) == ("9", "9") and left(headers, "tokens") == ("90000", "90000")
    with client.chat.completions.with_streaming_response.create(
            model="gpt-4o", messages=callers.MESSAGES, stream=True) as streamed:
        assert left(streamed.headers) == ("9", "8")
        assert int(left(streamed.headers, "tokens")[1]) < 90000
    with pytest.raises(openai.PermissionDeniedError) as closed:
        callers.plain(gateway).with_options(max_retries=0).models.list()
    assert left(closed.value.response.headers) == ("9", "8")
    with pytest.raises(openai.AuthenticationError) as stranger:
        openai.OpenAI(base_url=f"{gateway.url}/openai/v1/", api_key="sk-wrong", max_retries=0).models.list()
    assert left(stranger.value.response.headers) == (None, None), "strangers are told nothing"


def test_a_backends_own_numbers_pass_where_they_leave_less(make_gateway):
    gateway = limited(make_gateway, "{requests: 1000000, per: year}")
    gateway.simulator.fault("resource", {"headers": {"x-ratelimit-limit-requests": "10",
                                                     "x-ratelimit-remaining-requests": "3"}}, count=1)
    client = callers.azure_key(gateway)
    answer = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=callers.MESSAGES)
    assert left(answer.headers) == ("10", "3")
