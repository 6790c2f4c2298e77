# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Base URLs and queries as clients write them: what is unambiguous is served, and the backend sees one form of it."""

import json

import pytest

import stack
import through
from through import TEXT, chat

CHAT = "/openai/deployments/gpt-4.1-mini/chat/completions"
VERSION = "api-version=" + through.VERSION


@pytest.mark.parametrize("given,sent", [
    ("/v1/responses", "/openai/v1/responses"),
    ("//v1//responses/", "/openai/v1/responses"),
    ("/api/projects/my-project/openai/v1/responses", "/openai/v1/responses"),
    ("/openai/v1/responses?include%5B%5D=x&metadata%5Bk%5D=v", "/openai/v1/responses?include%5B%5D=x&metadata%5Bk%5D=v"),
    (f"//openai//deployments/gpt-4.1-mini/chat/completions/?{VERSION}", f"{CHAT}?{VERSION}"),
    (f"{CHAT}?{VERSION}&{VERSION}", f"{CHAT}?{VERSION}"),
    (f"{CHAT}?{VERSION}&%61pi-key=secret", f"{CHAT}?{VERSION}"),
])
def test_what_is_unambiguous_is_served_in_one_form(gateway, given, sent):
    gateway.simulator.reset()
    answer = through.send(gateway, "POST", given, TEXT if "responses" in given else chat())
    assert answer.status == 200, answer.body
    (asked,) = gateway.simulator.requests()
    assert asked["target"] == sent


@pytest.mark.parametrize("path", [
    f"{CHAT}?{VERSION}&api-version=2024-10-21", f"{CHAT}?{VERSION}&%zz=1", "/openai/v1/../v1/responses"])
def test_what_could_be_read_in_two_ways_is_refused(gateway, path):
    assert through.send(gateway, "POST", path, chat()).status == 400
    assert gateway.simulator.requests() == []


def test_a_handshake_on_a_known_path_is_told_at_once_to_fall_back(gateway):
    handshake = {"upgrade": "websocket", "connection": "Upgrade", "sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ==",
                 "sec_websocket_version": "13"}
    answer = through.send(gateway, "GET", "/openai/v1/responses", **handshake)
    assert (answer.status, answer.json["error"]["code"]) == (426, "UpgradeRequired")
    assert through.send(gateway, "GET", "/openai/v1/nothing", **handshake).status == 404


def test_models_are_listed_as_far_as_the_client_may_use_them(make_gateway):
    gateway = make_gateway(through.ALL_GROUPS)
    seen = {}
    for name, fields in (("everything", {}), ("retail", {"client": "", "api_key": stack.RETAIL_KEY})):
        listed = through.send(gateway, "GET", "/v1/models", **fields)
        seen[name] = [model["id"] for model in listed.json["data"]]
        deployments = through.send(gateway, "GET", "/openai/deployments?api-version=2022-12-01", **fields)
        assert [one["id"] for one in deployments.json["data"]] == seen[name]
    assert seen["retail"] == ["gpt-4o", "text-embedding-3-small", "team-gpt51"]
    assert "assistant" in seen["everything"] and "gpt-4o-ptu" not in seen["everything"]
    assert gateway.simulator.requests() == []


@pytest.mark.parametrize("body", [
    '{"messages":[]}'.encode("utf-16"), b'{"messages":[],"stream":true,}', b'{"messages":[],"seed":NaN}',
    b'[{"messages":[]}]', b'{"messages":[],"us\\er":"u"}', b'{"messages":[],"user":"\xff"}'],
    ids=["utf-16", "comma", "nan", "array", "escape", "not utf-8"])
def test_a_body_that_could_be_read_in_two_ways_never_passes_unread(gateway, body):
    gateway.simulator.reset()
    answer = through.send(gateway, "POST", f"{CHAT}?{VERSION}", body)
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error"), answer.body
    assert "JSON" in answer.json["error"]["message"]
    assert gateway.simulator.requests() == []


def test_a_byte_order_mark_goes_no_further(gateway):
    gateway.simulator.reset()
    body = json.dumps(chat())
    assert through.send(gateway, "POST", f"{CHAT}?{VERSION}", body.encode("utf-8-sig")).status == 200
    (asked,) = gateway.simulator.requests()
    assert asked["body"] == body
