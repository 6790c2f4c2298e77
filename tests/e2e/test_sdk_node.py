# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The main job with the official openai-node."""

import pytest

import node_sdk
import stack

CHATS = [{"kind": "chat", "model": "gpt-4o"},
         {"kind": "chat", "model": "gpt-4o", "stream": True},
         {"kind": "chat", "model": "gpt-4o", "stream": True, "include_usage": True},
         {"kind": "embedding", "model": "text-embedding-3-small"}]
RESPONSES = [{"kind": "response", "model": "team-gpt51"},
             {"kind": "response", "model": "team-gpt51", "stream": True}]


@pytest.mark.parametrize("family", ["azure", "v1"])
@pytest.mark.parametrize("name", ["retail-chatbot", "data-science", "legacy-batch"])
def test_every_operation_is_answered_recorded_and_delivered(gateway, name, family):
    credential = {"retail-chatbot": {"key": stack.RETAIL_KEY},
                  "data-science": {"token": gateway.simulator.token(version=1 if family == "azure" else 2)},
                  "legacy-batch": {"header": "legacy-batch"}}[name]
    calls = CHATS + (RESPONSES if family == "v1" else [])
    seen = node_sdk.perform(gateway, credential, family, calls)
    assert [call["ok"] for call in seen] == [True] * len(calls), seen
    chat, streamed, counted, embedding = seen[:4]
    assert chat["text"].startswith("Blue") and streamed["text"].startswith("Blue")
    assert (streamed["usage"], streamed["usage_keys"], streamed["finish"]) == (None, 0, "stop")
    assert counted["usage"]["total_tokens"] > 0
    assert embedding["dimensions"] == 1536
    records = stack.settle(gateway, len(calls))
    assert [r["TotalTokens"] for r in records if not r["Stream"]] == [
        call["usage"]["total_tokens"] for call, asked in zip(seen, calls) if not asked.get("stream")]
    assert {r["ClientName"] for r in records} == {name}
    assert {r["UsageBasis"] for r in records} == {"reported"}
    if family == "v1":
        assert seen[5]["last"] == "response.completed"
        assert seen[5]["usage"]["total_tokens"] == records[5]["TotalTokens"]


def test_refusals_become_the_right_exceptions_and_reach_no_backend(gateway):
    chat = {"kind": "chat", "model": "gpt-4o"}
    refused, = node_sdk.perform(gateway, {"key": "sk-wrong"}, "v1", [chat])
    assert refused["exception"] == "AuthenticationError" and refused["request_id"]
    forbidden, unknown = node_sdk.perform(gateway, {"key": stack.RETAIL_KEY}, "azure",
                                          [{**chat, "model": "gpt-4.1-mini"}, {**chat, "model": "gpt-nine"}])
    assert forbidden["exception"] == "PermissionDeniedError"
    assert (unknown["exception"], unknown["code"]) == ("NotFoundError", "DeploymentNotFound")
    assert gateway.simulator.requests() == []
    assert gateway.records() == []
