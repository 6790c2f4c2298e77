# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Objects that outlive their request: whose they are, and what the work they stand for took in the end."""

import json
import signal

import pytest

import direct
import raw
import stack
import through
from through import TEXT

OWNER, OTHER = "legacy-batch", "impatient"
ENDINGS = {"stopped": signal.SIGTERM, "killed": signal.SIGKILL}


def made_response(gateway, **more):
    answer = through.send(gateway, "POST", "/openai/v1/responses", {**TEXT, **more.pop("body", {})}, OWNER, **more)
    assert answer.status == 200, answer.body
    return answer.id


def restart(gateway, ending):
    gateway.stop(ENDINGS[ending])
    gateway.start()


def assert_only_its_owner_may_use(gateway, response):
    before = len(gateway.simulator.requests())
    path = "/openai/v1/responses/" + response
    for method, where in (("GET", path), ("GET", path + "/input_items"), ("POST", path + "/cancel"), ("DELETE", path)):
        answer = through.send(gateway, method, where, client=OTHER)
        assert (answer.status, answer.json["error"]["code"]) == (403, "PermissionDenied")
        unknown = through.send(gateway, method, where.replace(response, "resp_unknown"), client=OTHER)
        assert unknown.status == 404
    chained = through.send(gateway, "POST", "/openai/v1/responses", {**TEXT, "previous_response_id": response}, OTHER)
    assert chained.status == 403
    assert len(gateway.simulator.requests()) == before
    assert through.send(gateway, "GET", path, client=OWNER).json["id"] == response


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_stored_response_is_its_clients_alone(make_gateway, ending):
    gateway = make_gateway()
    response = made_response(gateway)
    assert_only_its_owner_may_use(gateway, response)
    restart(gateway, ending)
    assert_only_its_owner_may_use(gateway, response)
    assert through.send(gateway, "DELETE", "/openai/v1/responses/" + response, client=OWNER).status == 200
    assert through.send(gateway, "GET", "/openai/v1/responses/" + response, client=OWNER).status == 404
    records = gateway.settled_records(5)
    assert [r["OperationId"] for r in records if r["TotalTokens"]] == ["Responses_Create"]


def test_deleting_finished_work_does_not_hide_what_it_took(make_gateway):
    gateway = make_gateway()
    paths = ["/openai/v1/responses/" + made_response(gateway, body={"background": True}, sim={"work_ms": 300})
             for _ in range(6)]
    for path in paths:
        stack.wait_until(lambda at=path: through.send(gateway, "GET", at).json["status"] == "completed", path)
        assert through.send(gateway, "DELETE", path).status == 200

    def settled():
        records = [r for r in gateway.records() if r["OperationId"] == "Responses_Create"]
        return records if len(records) == 6 and all(r["DeliveryState"] != "awaiting" for r in records) else None
    for record in stack.wait_until(settled, "the records", 20):
        assert (record["UsageBasis"], record["UsageReason"]) == ("reported", "")
        assert record["TotalTokens"] > 0


def test_deleting_waits_while_the_backend_throttles_the_question(gateway):
    path = "/openai/v1/responses/" + made_response(gateway, body={"background": True}, sim={"work_ms": 300})
    stack.wait_until(lambda: through.send(gateway, "GET", path).json["status"] == "completed", path)
    gateway.simulator.fault("resource", {"status": 429}, operation="Responses_Get", count=2)
    assert through.send(gateway, "DELETE", path).status == 200
    record, = stack.wait_until(
        lambda: [r for r in gateway.records()
                 if r["OperationId"] == "Responses_Create" and r["DeliveryState"] != "awaiting"], "the record", 20)
    assert (record["UsageBasis"], record["UsageReason"]) == ("reported", "")


def batch_file(model):
    lines = [{"custom_id": str(i), "method": "POST", "url": "/chat/completions", "body": through.chat(model=model)}
             for i in range(3)]
    return [("file", ("b.jsonl", "\n".join(map(json.dumps, lines)).encode())), ("purpose", "batch")]


def upload(gateway, fields, client=OWNER, **more):
    body, kind = through.form(fields)
    return through.send(gateway, "POST", "/openai/v1/files", body, client, content_type=kind, **more)


def bodies_that_name(store, file, thread):
    """Requests of every kind that name an object somewhere below their top."""
    search = {"type": "file_search", "vector_store_ids": [store]}
    interpreter = {"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file]}}
    part = [{"role": "user", "content": [{"type": "input_file", "file_id": file}]}]
    return [
        ("/responses", {**TEXT, "tools": [search]}),
        ("/responses", {**TEXT, "tools": [interpreter]}),
        ("/responses", {**TEXT, "input": part}),
        ("/chat/completions", through.chat(messages=[
            {"role": "user", "content": [{"type": "file", "file": {"file_id": file}}]}])),
        ("/threads", {"tool_resources": {"file_search": {"vector_store_ids": [store]}}}),
        ("/assistants", {"model": "assistant", "tool_resources": {"code_interpreter": {"file_ids": [file]}}}),
        ("/vector_stores", {"file_ids": [file]}),
        ("/batches", {"input_file_id": file, "endpoint": "/chat/completions", "completion_window": "24h"}),
        (f"/threads/{thread}/messages", {"role": "user", "content": "hi", "attachments": [{"file_id": file}]}),
    ]


def test_another_clients_object_is_refused_wherever_it_is_named(make_gateway):
    gateway = make_gateway(through.ALL_GROUPS)
    store = through.send(gateway, "POST", "/openai/v1/vector_stores", {"name": "v"}, OWNER).json["id"]
    file = upload(gateway, batch_file("gpt-4.1-mini")).json["id"]
    threads = {client: through.send(gateway, "POST", "/openai/v1/threads", {}, client).json["id"]
               for client in (OWNER, OTHER)}
    before = len(gateway.simulator.requests())
    for path, body in bodies_that_name(store, file, threads[OTHER]):
        answer = through.send(gateway, "POST", "/openai/v1" + path, body, OTHER)
        assert (answer.status, answer.json["error"]["code"]) == (403, "PermissionDenied"), (path, answer.body)
    assert len(gateway.simulator.requests()) == before
    for path, body in bodies_that_name(store, file, threads[OWNER]):
        answer = through.send(gateway, "POST", "/openai/v1" + path, body, OWNER)
        assert answer.status == 200, (path, answer.body)


def test_another_clients_items_are_refused_and_ones_own_are_taken(make_gateway):
    gateway = make_gateway()
    made = through.send(gateway, "POST", "/openai/v1/responses", TEXT, OWNER).json
    reference = {**TEXT, "input": [{"type": "item_reference", "id": made["output"][0]["id"]}]}
    before = len(gateway.simulator.requests())
    assert through.send(gateway, "POST", "/openai/v1/responses", reference, OTHER).status == 403
    assert len(gateway.simulator.requests()) == before
    assert through.send(gateway, "POST", "/openai/v1/responses", reference, OWNER).status == 200


def test_a_batch_file_names_only_models_that_its_client_may_use(make_gateway):
    gateway = make_gateway(through.ALL_GROUPS)
    key = {"api_key": stack.RETAIL_KEY}
    before = len(gateway.simulator.requests())
    for model, status in (("gpt-4.1-mini", 403), ("no-such-model", 404)):
        refused = upload(gateway, batch_file(model), client="", **key)
        assert refused.status == status, refused.body
    assert len(gateway.simulator.requests()) == before
    made = upload(gateway, batch_file("assistant"))
    assert made.status == 200, made.body
    content = through.send(gateway, "GET", f"/openai/v1/files/{made.id}/content", client=OWNER).body
    models = [json.loads(line)["body"]["model"] for line in content.splitlines()]
    assert models == ["gpt-4.1-mini"] * 3, "the deployment's name at the backend"


def test_a_header_names_a_deployment_as_the_client_knows_it(make_gateway):
    gateway = make_gateway()
    answer = through.send(gateway, "POST", "/openai/v1/responses", TEXT, OWNER,
                          x_ms_oai_image_generation_deployment="assistant")
    assert answer.status == 200, answer.body
    (asked,) = [r for r in gateway.simulator.requests() if r["target"].endswith("/responses")]
    fields = {name.lower(): value for name, value in asked["headers"]}
    assert fields["x-ms-oai-image-generation-deployment"] == "gpt-4.1-mini"
    unknown = through.send(gateway, "POST", "/openai/v1/responses", TEXT, OWNER,
                           x_ms_spillover_deployment="no-such-model")
    assert unknown.status == 404


def begin_stream(gateway, path, body, until, sim):
    """A connection that has read the beginning of a stream, and what it read."""
    sock = raw.connect(*gateway.host_port)
    sock.sendall(raw.post(path, json.dumps(body).encode(), f"x-client-id: {OWNER}", "x-sim: " + json.dumps(sim)))
    data = b""
    while until not in data:
        piece = sock.recv(4096)
        assert piece
        data += piece
    return sock, data


def id_in(data, prefix):
    at = data.index(b'"id":"' + prefix) + 6
    return data[at:data.index(b'"', at)].decode()


def the_record(gateway):
    """The only record, when it does not await its backend any more."""
    def ready():
        records = gateway.records()
        return records if records and all(r["DeliveryState"] != "awaiting" for r in records) else None
    (record,) = stack.wait_until(ready, "the record to be settled", 40)
    return record


def assert_billed(gateway, record):
    (entry,) = [e for e in gateway.simulator.bill() if e["charged"]]
    assert (record["UsageBasis"], record["UsageReason"]) == ("reported", "")
    assert [record[c] for c in ("PromptTokens", "CompletionTokens", "TotalTokens")] == [
        entry[n] for n in ("prompt_tokens", "completion_tokens", "total_tokens")]
    assert record["ResponseId"] == entry["object_id"]


def test_a_response_whose_stream_a_kill_cut_is_still_its_clients(make_gateway):
    gateway = make_gateway()
    sock, data = begin_stream(gateway, "/openai/v1/responses", {**TEXT, "stream": True}, b"output_text.delta",
                              {"chunk_delay_ms": 100})
    gateway.stop(signal.SIGKILL)
    sock.close()
    gateway.start()
    response = id_in(data, b"resp_")
    record = the_record(gateway)
    assert (record["Outcome"], record["ResponseId"]) == ("interrupted", response)
    assert_billed(gateway, record)  # the backend was asked for what the stream did not tell any more
    assert_only_its_owner_may_use(gateway, response)


def test_a_background_response_is_counted_once_however_often_it_is_read(make_gateway):
    gateway = make_gateway()
    response = made_response(gateway, body={"background": True}, sim={"work_ms": 700})
    awaiting = gateway.settled_records(1)[0]
    assert (awaiting["DeliveryState"], awaiting["UsageReason"]) == ("awaiting", "awaiting_backend")
    assert gateway.simulator.rows() == []
    path = "/openai/v1/responses/" + response
    stack.wait_until(lambda: through.send(gateway, "GET", path).json["status"] == "completed", "the response")
    for _ in range(5):
        assert through.send(gateway, "GET", path).json["usage"]["total_tokens"] > 0

    def settled():
        records = gateway.records()
        return records if len(records) > 5 and all(r["DeliveryState"] == "delivered" for r in records) else None

    created, *reads = sorted(stack.wait_until(settled, "all to be delivered"), key=lambda r: r["EventTime"])
    assert_billed(gateway, created)
    assert {(r["OperationId"], r["UsageReason"], r["TotalTokens"], r["ResponseId"]) for r in reads} == {
        ("Responses_Get", "counted_at_creation", None, response)}
    rows = {row["RecordId"]: row for row in gateway.simulator.rows()}
    assert sum(row["TotalTokens"] or 0 for row in rows.values()) == created["TotalTokens"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_background_response_nobody_reads_is_followed_over_a_restart(make_gateway, ending):
    gateway = make_gateway()
    made_response(gateway, body={"background": True}, sim={"work_ms": 2000})
    gateway.settled_records(1)
    restart(gateway, ending)
    record = the_record(gateway)
    assert (record["Outcome"], record["FinishReason"]) == ("completed", "completed")
    assert_billed(gateway, record)


def test_a_background_stream_cut_by_a_kill_is_followed_to_its_usage(make_gateway):
    gateway = make_gateway()
    sock, _ = begin_stream(gateway, "/openai/v1/responses", {**TEXT, "stream": True, "background": True},
                           b"output_text.delta", {"work_ms": 2000})
    gateway.stop(signal.SIGKILL)
    sock.close()
    gateway.start()
    record = the_record(gateway)
    assert record["Outcome"] == "interrupted"
    assert_billed(gateway, record)


@pytest.mark.parametrize("through_gateway", (False, True))
def test_work_that_is_deleted_while_it_runs_says_so_and_its_prompt_is_counted(make_gateway, through_gateway):
    gateway = make_gateway()
    response = made_response(gateway, body={"background": True}, sim={"work_ms": 60_000})
    if through_gateway:
        assert through.send(gateway, "DELETE", "/openai/v1/responses/" + response).status == 200
    else:
        direct.v1(gateway.simulator).responses.delete(response)

    def settled():
        records = [r for r in gateway.records() if r["OperationId"] == "Responses_Create"]
        return records[0] if len(records) == 1 and records[0]["DeliveryState"] != "awaiting" else None
    record = stack.wait_until(settled, "the record", 20)
    assert record["UsageBasis"] == "estimated"
    assert record["UsageReason"].split(",")[0] == "object_gone"
    assert record["PromptTokens"] > 0
    assert record["CompletionTokens"] is None, "not known, which is not none"


def begin_run(gateway, **more):
    assistant = through.send(gateway, "POST", "/openai/v1/assistants", {"model": "assistant"}).id
    return through.send(gateway, "POST", "/openai/v1/threads/runs",
                        {"assistant_id": assistant, "thread": {"messages": [{"role": "user", "content": "hi"}]}},
                        **more)


def begin_batch(gateway, **more):
    return batch_of(gateway, uploaded(gateway), **more)


def batch_of(gateway, file, **more):
    return through.send(gateway, "POST", "/openai/v1/batches", {
        "input_file_id": file, "endpoint": "/chat/completions", "completion_window": "24h"}, **more)


def uploaded(gateway, **more):
    line = {"custom_id": "1", "url": "/chat/completions",
            "body": {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "hi"}]}}
    body, kind = through.form([("purpose", "batch"), ("file", ("b.jsonl", json.dumps(line).encode()))])
    return through.send(gateway, "POST", "/openai/v1/files", body, content_type=kind, **more).id


def test_nobody_works_on_another_clients_file(make_gateway):
    gateway = make_gateway(through.ALL_GROUPS)
    file = uploaded(gateway, client=OWNER)
    before = len(gateway.simulator.requests())
    assert batch_of(gateway, file, client=OTHER).status == 403
    assert batch_of(gateway, "file-unknown", client=OTHER).status == 404
    for path, body in (("/openai/v1/vector_stores", {"name": "v", "file_ids": [file]}),
                       ("/openai/v1/fine_tuning/jobs", {"model": "gpt-4.1-mini", "training_file": file})):
        assert through.send(gateway, "POST", path, body, client=OTHER).status == 403
    assert len(gateway.simulator.requests()) == before
    assert batch_of(gateway, file, client=OWNER).status == 200


def test_a_batch_needs_a_file_whose_lines_were_read(make_gateway):
    gateway = make_gateway(through.ALL_GROUPS)
    fields = [field for field in batch_file("gpt-4.1-mini") if field[0] != "purpose"]
    file = upload(gateway, [*fields, ("purpose", "assistants")]).json["id"]
    before = len(gateway.simulator.requests())
    assert batch_of(gateway, file, client=OWNER).status == 403
    assert len(gateway.simulator.requests()) == before


WORKS = {"run": begin_run, "batch": begin_batch}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("work", WORKS)
def test_runs_and_batches_nobody_reads_are_followed_over_a_restart(make_gateway, work, ending):
    gateway = make_gateway(through.ALL_GROUPS)
    answer = WORKS[work](gateway, sim={"work_ms": 2000})
    assert answer.status == 200 and answer.json["status"] in ("queued", "validating")
    gateway.settled_records(2)
    restart(gateway, ending)

    def settled():
        records = [r for r in gateway.records() if r["ResponseId"] == answer.id]
        return records if records and records[0]["DeliveryState"] != "awaiting" else None

    (record,) = stack.wait_until(settled, "the work to be counted", 40)
    assert_billed(gateway, record)


@pytest.mark.parametrize("work", WORKS)
def test_work_that_fails_costs_nothing_and_ends_the_wait(make_gateway, work):
    gateway = make_gateway(through.ALL_GROUPS)
    path = {"run": "/openai/v1/threads/{thread_id}/runs/{id}/cancel", "batch": "/openai/v1/batches/{id}/cancel"}[work]
    answer = WORKS[work](gateway, sim={"work_ms": 60_000})
    assert through.send(gateway, "POST", path.format(**answer.json)).status == 200

    def settled():
        records = [r for r in gateway.records() if r["ResponseId"] == answer.id and r["OperationId"].endswith("Create")]
        return records if records and records[0]["DeliveryState"] != "awaiting" else None

    (record,) = stack.wait_until(settled, "the work to be given up", 40)
    assert (record["UsageBasis"], record["FinishReason"], record["TotalTokens"]) == ("none", "cancelled", None)
    assert not any(e["charged"] for e in gateway.simulator.bill())


def test_a_refused_include_usage_is_retried_without_it_and_remembered(make_gateway):
    gateway = make_gateway()
    path = f"/openai/deployments/no-stream-options/chat/completions?api-version={stack.API_VERSION}"
    body = json.dumps({"messages": [{"role": "user", "content": "hi"}], "stream": True}).encode()
    request = raw.post(path, body, f"x-client-id: {OWNER}", "x-sim-seed: 7")
    with raw.connect(*gateway.host_port) as sock:  # one connection is one worker, and each has its own memory
        answers = []
        for _ in range(3):
            sock.sendall(request)
            answers.append(raw.read_response(sock))
    assert {status for status, _, _ in answers} == {200} and len({text for _, _, text in answers}) == 1
    assert b"[DONE]" in answers[0][2] and b'"usage"' not in answers[0][2]
    sent = gateway.simulator.requests()
    assert ["stream_options" in r["body"] for r in sent] == [True, False, False, False]
    records = gateway.settled_records(3)
    assert [[a["Status"] for a in r["Attempts"]] for r in records] == [[400, 200], [200], [200]]
    for record in records:
        assert (record["UsageBasis"], record["Outcome"]) == ("estimated", "completed")
        assert record["UsageReason"].split(",")[0] == "stream_without_usage"
        assert record["PromptTokens"] > 0 and record["CompletionTokens"] > 0


CLOSED = [("GET", "/models"), ("POST", "/assistants"), ("POST", "/threads/runs"), ("GET", "/files"),
          ("POST", "/batches"), ("POST", "/vector_stores"), ("POST", "/fine_tuning/jobs")]


@pytest.mark.parametrize("family", through.FAMILIES, ids=lambda family: family.name)
def test_groups_that_are_not_open_are_refused(gateway, family):
    for method, path in CLOSED:
        answer = through.send(gateway, method, family.path(path), None if method == "GET" else {})
        assert (answer.status, answer.json["error"]["code"]) == (403, "OperationNotEnabled")
    assert through.send(gateway, "GET", family.path("/evals")).status == 404
    assert gateway.simulator.requests() == [] and gateway.records() == []
