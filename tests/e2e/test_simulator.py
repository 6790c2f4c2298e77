# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""azure-simulator's inference operations by themselves, on both URL families, and what its bill says of them."""

import time

import openai
import pytest

import direct
import raw
import stack
from callers import MESSAGES

CLIENTS = {"azure": direct.azure, "v1": direct.v1}


@pytest.fixture(params=CLIENTS)
def client(request, simulator):
    simulator.reset()
    return CLIENTS[request.param](simulator)


def bill(simulator, **wanted):
    return [e for e in simulator.bill() if all(e[name] == value for name, value in wanted.items())]


def test_chat_and_completions(client, simulator):
    chat = direct.proven(client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES))
    assert chat.model == "gpt-4.1-mini-2025-04-14" and chat.choices[0].finish_reason == "stop"
    chunks = list(client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES, stream=True,
                                                 stream_options={"include_usage": True}))
    assert (chunks[0].id, chunks[0].model, chunks[0].choices) == ("", "", [])
    direct.all_proven(chunks[1:])
    assert chunks[-1].choices == [] and all(c.usage is None for c in chunks[:-1])
    text = direct.proven(client.completions.create(model="gpt-35-turbo-instruct", prompt="Say blue"))
    assert text.choices[0].text.startswith("Blue")
    entries = simulator.bill()
    assert [e["operation"] for e in entries] == ["ChatCompletions_Create"] * 2 + ["Completions_Create"]
    for entry, usage in zip(entries, [chat.usage, chunks[-1].usage, text.usage]):
        assert entry["charged"] and entry["usage_sent"] and entry["ended"] == "whole"
        assert (entry["prompt_tokens"], entry["completion_tokens"], entry["total_tokens"]) == (
            usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)


def test_embeddings_of_several_texts(client, simulator):
    answer = direct.proven(client.embeddings.create(model="text-embedding-3-small", input=["a", "b", "c"]))
    assert [len(item.embedding) for item in answer.data] == [1536] * 3
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert bill(simulator)[0]["prompt_tokens"] == answer.usage.prompt_tokens


def test_a_response_is_created_read_listed_and_deleted(client, simulator):
    made = direct.proven(client.responses.create(model="team-gpt51", input="hi", instructions="Be brief."))
    assert made.status == "completed" and made.model == "team-gpt51" and made.output_text.startswith("Blue")
    assert made.instructions == "Be brief."
    read = direct.proven(client.responses.retrieve(made.id))
    assert (read.usage, read.output) == (made.usage, made.output)
    items = direct.all_proven(client.responses.input_items.list(made.id))
    assert [item.content[0].text for item in items] == ["hi"]
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(made.id)
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)
    created, got, listed, deleted = simulator.bill()
    assert created["charged"] and created["total_tokens"] == made.usage.total_tokens
    assert [(e["operation"], e["charged"], e["total_tokens"]) for e in (got, listed, deleted)] == [
        ("Responses_Get", False, 0), ("Responses_ListInputItems", False, 0), ("Responses_Delete", False, 0)]
    assert created["object_id"] == made.id and created["seen_in"] == [got["request_id"]]
    assert got["model"] == "gpt-5.1-2025-11-13"


def test_a_response_lives_on_its_own_resource(simulator):
    made = direct.v1(simulator).responses.create(model="team-gpt51", input="hi")
    with pytest.raises(openai.NotFoundError):
        direct.v1(simulator, "contoso-sweden").responses.retrieve(made.id)


def test_earlier_responses_count_as_input(client):
    first = client.responses.create(model="team-gpt51", input="hi")
    second = client.responses.create(model="team-gpt51", input="hi", previous_response_id=first.id)
    assert second.usage.input_tokens == first.usage.input_tokens + first.usage.total_tokens
    with pytest.raises(openai.BadRequestError):
        client.responses.create(model="team-gpt51", input="hi", previous_response_id="resp_none")


def test_a_response_stream_has_all_its_events_in_order(client):
    with client.responses.stream(model="team-gpt51", input="hi") as stream:
        events = direct.all_proven(list(stream))
        final = stream.get_final_response()
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert [e.type for e in events[:2]] == ["response.created", "response.in_progress"]
    assert events[0].response.usage is None and events[-1].type == "response.completed"
    assert final.output_text == "".join(e.delta for e in events if e.type == "response.output_text.delta")
    assert client.responses.retrieve(final.id).usage == final.usage


def test_tool_calls_in_both_apis(simulator):
    client = direct.v1(simulator, sim={"tool_calls": True})
    chat = direct.proven(client.chat.completions.create(model="gpt-4o", messages=MESSAGES))
    assert "999" in chat.choices[0].message.tool_calls[0].function.arguments
    pieces = direct.all_proven(list(client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True))[1:])
    assert pieces[-1].choices[0].finish_reason == "tool_calls"
    response = direct.proven(client.responses.create(model="gpt-4o", input="hi"))
    assert response.output[0].arguments == chat.choices[0].message.tool_calls[0].function.arguments
    events = direct.all_proven(list(client.responses.create(model="gpt-4o", input="hi", stream=True)))
    assert events[-1].response.output[0].type == "function_call"


@pytest.mark.parametrize("polls", [0, 3])
def test_a_background_response_completes_and_is_billed_once(client, simulator, polls):
    stack.http_json(simulator.control + "/settings", {"work_ms": 80, "work_polls": polls})
    made = direct.proven(client.responses.create(model="team-gpt51", input="hi", background=True))
    assert made.status == "queued" and made.usage is None
    assert simulator.bill() == []
    seen = []

    def completed():
        seen.append(client.responses.retrieve(made.id))
        return seen[-1].status == "completed"

    stack.wait_until(completed, "the response")
    assert {r.status for r in seen} <= {"queued", "in_progress", "completed"}
    assert all(r.usage is None for r in seen[:-1])
    if polls:
        assert len(seen) == polls
    client.responses.retrieve(made.id)
    # A reading is noted once it was written, which its reader may outrun.
    stack.wait_until(lambda: len(bill(simulator, charged=True)[0]["seen_in"]) == 2, "both readings to be noted")
    (entry,) = bill(simulator, charged=True)
    assert entry["total_tokens"] == seen[-1].usage.total_tokens


def test_a_background_stream_in_one_piece_comes_when_the_work_is_done(simulator):
    simulator.reset()
    begun = time.monotonic()
    stream = direct.v1(simulator, sim={"work_ms": 400, "join_events": True}).responses.create(
        model="team-gpt51", input="hi", background=True, stream=True)
    events = [event.type for event in stream]
    assert time.monotonic() - begun >= 0.4 and events[-1] == "response.completed"


def test_a_background_response_is_billed_though_nobody_looks(simulator):
    simulator.reset()
    made = direct.v1(simulator, sim={"work_ms": 30}).responses.create(
        model="team-gpt51", input="hi", background=True)
    entry = stack.wait_until(lambda: bill(simulator, charged=True), "the charge")[0]
    assert entry["object_id"] == made.id and entry["seen_in"] == []


def test_a_background_response_can_be_cancelled_and_costs_nothing(client, simulator):
    stack.http_json(simulator.control + "/settings", {"work_ms": 60_000})
    made = client.responses.create(model="team-gpt51", input="hi", background=True)
    for _ in range(2):
        gone = direct.proven(client.responses.cancel(made.id))
        assert gone.status == "cancelled" and gone.usage is None
    assert client.responses.retrieve(made.id).status == "cancelled"
    assert bill(simulator, charged=True) == []


def test_a_background_stream_can_be_resumed(simulator):
    simulator.reset()
    client = direct.v1(simulator, sim={"work_ms": 120})
    with client.responses.create(model="team-gpt51", input="hi", background=True, stream=True) as stream:
        first = [next(stream) for _ in range(4)]
    assert first[1].type == "response.queued"
    rest = direct.all_proven(client.responses.retrieve(first[0].response.id, stream=True,
                                                       starting_after=first[-1].sequence_number))
    assert [e.sequence_number for e in rest] == list(range(4, 4 + len(rest)))
    assert rest[-1].type == "response.completed" and rest[-1].response.usage.total_tokens > 0
    (entry,) = bill(simulator, charged=True)
    assert len(entry["seen_in"]) == 1


@pytest.mark.parametrize("outcome,charged", [("incomplete", True), ("failed", False)])
def test_responses_that_do_not_complete(simulator, outcome, charged):
    simulator.reset()
    client = direct.v1(simulator, sim={"outcome": outcome})
    whole = direct.proven(client.responses.create(model="team-gpt51", input="hi"))
    last = direct.all_proven(client.responses.create(model="team-gpt51", input="hi", stream=True))[-1]
    assert whole.status == outcome and last.type == "response." + outcome
    assert (whole.usage is not None) == charged == (last.response.usage is not None)
    if charged:
        assert whole.incomplete_details.reason == "max_output_tokens"
    assert [e["charged"] for e in simulator.bill()] == [charged] * 2


def test_counting_and_compacting(simulator):
    simulator.reset()
    client = direct.v1(simulator)
    counted = direct.proven(client.responses.input_tokens.count(model="team-gpt51", input="hello there"))
    compacted = direct.proven(client.responses.compact(model="team-gpt51", input="hello there"))
    assert compacted.usage.input_tokens == counted.input_tokens
    assert [(e["operation"], e["charged"]) for e in simulator.bill()] == [
        ("Responses_CountInputTokens", False), ("Responses_Compact", True)]


def test_old_versions_have_no_responses_and_unknown_things_are_404(simulator):
    old = direct.azure(simulator, api_version=stack.API_VERSION)
    with pytest.raises(openai.BadRequestError, match="2025-03-01-preview and later"):
        old.responses.create(model="team-gpt51", input="hi")
    with pytest.raises(openai.NotFoundError) as unknown:
        old.chat.completions.create(model="nowhere", messages=MESSAGES)
    assert unknown.value.code == "DeploymentNotFound"
    with pytest.raises(openai.BadRequestError) as unfit:
        old.chat.completions.create(model="dall-e-3", messages=MESSAGES)
    assert unfit.value.code == "OperationNotSupported"


def test_the_bill_names_the_clients_own_id_whatever_is_in_it(simulator):
    simulator.reset()
    facts = simulator.resource("contoso-eastus")
    host, port = facts["endpoint"].removeprefix("https://").split(":")
    head = raw.post("/openai/v1/embeddings", b'{"model":"text-embedding-3-small","input":"a"}',
                    f"api-key: {facts['key1']}", "x-ms-client-request-id: NAME").replace(b"NAME", b'a"b\\c\xe9d')
    with raw.connect(host, int(port), simulator.facts["ca"]) as sock:
        sock.sendall(head)
        assert raw.read_response(sock)[0] == 200
    (entry,) = simulator.bill()
    assert entry["client_request_id"] == 'a"b\\c\ufffdd'  # what is no UTF-8 cannot be told in JSON
