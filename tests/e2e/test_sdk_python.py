# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The main job with the official openai-python, each kind of caller, each operation, JSON and streamed."""

import openai
import pytest

import callers
import stack

pytestmark = pytest.mark.sanitized

KEY = {"retail-chatbot": "api_key", "data-science": "entra", "legacy-batch": "custom_header"}


def client_of(gateway, name, family):
    """An SDK client that proves to be the named Tollgate client, on either URL family."""
    if name == "retail-chatbot":
        return callers.azure_key(gateway) if family == "azure" else callers.plain(gateway)
    if name == "data-science":
        version = 1 if family == "azure" else 2
        token = gateway.simulator.token(version=version)
        return callers.azure_token(gateway, token) if family == "azure" else callers.plain(gateway, token)
    # The header is the whole proof: the SDK is told to leave its own out.
    client = callers.azure_key(gateway) if family == "azure" else callers.plain(gateway)
    return client.with_options(default_headers={"x-client-id": "legacy-batch"})


def proofless(name):
    """What each call needs so that no key goes beside the custom header."""
    if name != "legacy-batch":
        return {}
    return {"extra_headers": {"Authorization": openai.Omit(), "api-key": openai.Omit()}}


@pytest.mark.parametrize("family", ["azure", "v1"])
@pytest.mark.parametrize("name", KEY)
def test_every_operation_is_answered_recorded_and_delivered(gateway, name, family):
    client = client_of(gateway, name, family)
    more = proofless(name)
    chat = client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, **more)
    assert chat.choices[0].message.content.startswith("Blue")
    assert chat.model == "gpt-4o-2024-11-20"

    pieces = list(client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, stream=True, **more))
    assert all(piece.usage is None for piece in pieces)
    assert all("usage" not in piece.model_fields_set for piece in pieces)
    assert pieces[-1].choices[0].finish_reason == "stop"

    counted = list(client.chat.completions.create(
        model="gpt-4o", messages=callers.MESSAGES, stream=True, stream_options={"include_usage": True}, **more))
    assert counted[-1].choices == [] and counted[-1].usage.total_tokens > 0

    vector = client.embeddings.create(model="text-embedding-3-small", input="hello", **more)
    assert len(vector.data[0].embedding) == 1536

    if family == "v1":  # the legacy form needs a preview version
        answer = client.responses.create(model="team-gpt51", input="hi", **more)
        assert answer.output_text.startswith("Blue")
        events = list(client.responses.create(model="team-gpt51", input="hi", stream=True, **more))
        assert events[-1].type == "response.completed"

    records = stack.settle(gateway, 6 if family == "v1" else 4)
    assert {r["ClientName"] for r in records} == {name}
    assert {r["AuthMethod"] for r in records} == {KEY[name]}
    assert {r["UsageBasis"] for r in records} == {"reported"}
    assert {r["Outcome"] for r in records} == {"completed"}
    assert {r["CallerIpAddress"] for r in records} == {"127.0.0.1"}
    assert [r["Stream"] for r in records[:4]] == [False, True, True, False]
    if name == "data-science":
        assert {r["CallerAppId"] for r in records} == {gateway.simulator.facts["callers"][0]["app_id"]}
    if name == "legacy-batch":
        assert {r["CallerCustomId"] for r in records} == {"legacy-batch"}


def test_completions_and_legacy_responses(gateway):
    client = callers.azure_token(gateway, gateway.simulator.token())
    text = client.completions.create(model="gpt-35-turbo-instruct", prompt="Say blue")
    assert text.choices[0].text.startswith("Blue")
    pieces = list(client.completions.create(model="gpt-35-turbo-instruct", prompt="Say blue", stream=True))
    assert pieces[-1].choices[0].finish_reason == "stop"
    preview = openai.AzureOpenAI(azure_endpoint=gateway.url, api_version="2025-03-01-preview",
                                 azure_ad_token=gateway.simulator.token(), max_retries=0)
    assert preview.responses.create(model="team-gpt51", input="hi").output_text.startswith("Blue")
    records = stack.settle(gateway, 3)
    assert [r["OperationId"] for r in records] == ["Completions_Create"] * 2 + ["Responses_Create"]


def test_the_rollover_key_is_the_same_client(gateway):
    callers.azure_key(gateway, stack.ROLLOVER_KEY).chat.completions.create(
        model="gpt-4o", messages=callers.MESSAGES)
    assert stack.settle(gateway, 1)[0]["ClientName"] == "retail-chatbot"


def test_refusals_become_the_right_exceptions_and_reach_no_backend(gateway):
    def chat(client, model="gpt-4o"):
        return client.chat.completions.create(model=model, messages=callers.MESSAGES)

    with pytest.raises(openai.AuthenticationError) as refused:
        chat(callers.azure_key(gateway, "sk-wrong"))
    assert refused.value.request_id and "sk-wrong" not in str(refused.value)
    with pytest.raises(openai.AuthenticationError):
        chat(callers.azure_token(gateway, gateway.simulator.token(bad_signature=True)))
    with pytest.raises(openai.AuthenticationError):
        chat(callers.azure_token(gateway, gateway.simulator.token(audience="https://graph.microsoft.com")))
    with pytest.raises(openai.AuthenticationError):
        chat(callers.azure_token(gateway, gateway.simulator.token(lifetime_s=-600)))
    with pytest.raises(openai.AuthenticationError):
        chat(callers.azure_token(gateway, gateway.simulator.token(tenant="bbbbbbbb-0000-4000-8000-0000000000ee")))
    with pytest.raises(openai.PermissionDeniedError):  # a valid token of nobody's
        stranger = gateway.simulator.facts["callers"][1]
        chat(callers.azure_token(gateway, gateway.simulator.token(
            app_id=stranger["app_id"], object_id=stranger["object_id"])))
    with pytest.raises(openai.PermissionDeniedError):
        chat(callers.azure_key(gateway), "gpt-4.1-mini")
    with pytest.raises(openai.NotFoundError) as unknown:
        chat(callers.azure_key(gateway), "gpt-nine")
    assert unknown.value.code == "DeploymentNotFound"
    with pytest.raises(openai.PermissionDeniedError) as closed:
        callers.plain(gateway).models.list()
    assert closed.value.code == "OperationNotEnabled"
    # A second key that is nobody's is not made good by the first; a token beside a key is no proof
    # at all.
    with pytest.raises(openai.AuthenticationError):
        chat(callers.azure_key(gateway, default_headers={"Authorization": "Bearer x"}))
    with pytest.raises(openai.BadRequestError):
        chat(callers.azure_key(gateway, default_headers={"Authorization": "Bearer " + gateway.simulator.token()}))
    assert gateway.simulator.requests() == []
    assert gateway.records() == []


def test_errors_of_a_backend_pass_unchanged_and_leave_a_record(gateway):
    with pytest.raises(openai.InternalServerError):
        callers.azure_key(gateway, default_headers={"x-sim": '{"status": 503, "body": "<html>"}'}
                          ).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    wish = {"x-sim": '{"status": 429, "headers": {"retry-after": "7"}}'}
    with pytest.raises(openai.RateLimitError) as throttled:
        callers.azure_key(gateway, default_headers=wish).chat.completions.create(
            model="gpt-4o", messages=callers.MESSAGES)
    assert throttled.value.response.headers["retry-after"] == "7"
    records = gateway.settled_records(2)
    assert [(r["StatusCode"], r["Outcome"], r["UsageBasis"], r["TotalTokens"]) for r in records] == [
        (503, "backend_error", "none", None), (429, "refused", "none", None)]
    assert records[1]["ErrorCode"] == "429" and records[1]["UsageReason"] == "error_answer"
    # Until then the gateway answers itself: no backend is asked, and no record is made.
    with pytest.raises(openai.RateLimitError) as spared:
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    assert 1 <= int(spared.value.response.headers["retry-after"]) <= 7
    assert len(gateway.simulator.requests()) == len(gateway.records()) == 2


def test_the_backend_sees_its_own_deployment_and_credential_and_nothing_of_the_callers(gateway):
    callers.azure_key(gateway, default_headers={"Cookie": "a=b", "X-Forwarded-For": "1.2.3.4", "x_odd": "1"}
                      ).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    token = gateway.simulator.token()
    callers.plain(gateway, token).chat.completions.create(model="assistant", messages=callers.MESSAGES)
    first, second = gateway.simulator.requests()
    assert first["target"].startswith("/openai/deployments/gpt-4o-ptu/chat/completions?api-version=")
    assert '"model":"gpt-4.1-mini"' in second["body"].replace(" ", "")
    headers = [{n.lower(): v for n, v in r["headers"]} for r in (first, second)]
    assert headers[0]["authorization"].startswith("Bearer ey") and "api-key" not in headers[0]
    assert headers[1]["api-key"] == gateway.simulator.resource("contoso-eastus")["key1"]
    assert "authorization" not in headers[1]
    text = repr((first, second))
    assert stack.RETAIL_KEY not in text and token not in text
    assert not {"cookie", "x-forwarded-for", "x_odd"} & headers[0].keys()
    assert headers[0]["host"].startswith("localhost")
