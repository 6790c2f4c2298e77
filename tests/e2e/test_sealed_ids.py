# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Two gateways that share keys and nothing else: what a client has made through one is its own at the other."""

import base64
import json
import re
import signal

import openai
import pytest

import stack
import through
from reloads import attempts
from through import TEXT
from walk import Walk

OWNER, OTHER = "legacy-batch", "impatient"
#: An id as backends make it, of anything that is kept for a client.
BARE = re.compile(rb'"((?:resp|msg|conv|batch|thread|run|step|asst|vs|vsfb|upload|part|cntr|cfile)_|'
                  rb'(?:file|ftjob|assistant)-)(?!tg1)[^"]*\d[^"]*"(?!:)')
CONTENT = ("Files_GetContent", "ContainerFiles_GetContent")


class Keys:
    """Files with keys to seal with, and the setting that names them."""

    def __init__(self, directory):
        self.directory = directory

    def setting(self, *names, ownership="sealed"):
        files = []
        for name in names:
            path = self.directory / f"{name}.key"
            path.touch(0o600)
            path.write_text(base64.b64encode(name.encode().ljust(32, b".")).decode())
            files.append(f"{{file: '{path}'}}")
        return f"objects: {{ownership: {ownership}, seal_keys: [{', '.join(files)}]}}\n"


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path)


@pytest.fixture
def replicas(make_gateway, keys):
    extra = through.ALL_GROUPS + keys.setting("first")
    return [make_gateway(extra, name) for name in ("a", "b")]


class InTurn:
    """Both replicas as one: each request goes to the one that the request before did not go to."""

    def __init__(self, replicas):
        self.replicas = replicas
        self.simulator = replicas[0].simulator
        self.asked = 0

    @property
    def host_port(self):
        self.asked += 1
        return self.replicas[self.asked % len(self.replicas)].host_port


def reload(gateway, *change):
    before = attempts(gateway)
    gateway.config.write_text(gateway.config.read_text().replace(*change))
    gateway.process.child.send_signal(signal.SIGHUP)
    stack.wait_until(lambda: attempts(gateway) > before, "a reload")


def all_records(replicas, count):
    def ready():
        records = [record for gateway in replicas for record in gateway.records()]
        done = all(record["DeliveryState"] != "awaiting" for record in records)
        return records if done and len(records) >= count else None
    return stack.wait_until(ready, f"{count} settled records", 60)


@pytest.mark.parametrize("family", through.FAMILIES, ids=lambda family: family.name)
def test_every_operation_goes_through_both_and_shows_no_bare_id(replicas, family):
    walk = Walk(InTurn(replicas), family).all()
    for operation, answer, _ in walk.steps:
        if operation not in CONTENT:
            assert not BARE.search(answer.body), (operation, answer.body)
    records = all_records(replicas, len(walk.steps))
    assert len(records) == len(walk.steps)
    entries = {entry["request_id"]: entry for entry in replicas[0].simulator.bill()}
    charged = 0
    for record in records:
        entry = entries[record["BackendRequestId"]]
        assert record["OperationId"] == entry["operation"]
        if entry["charged"]:
            charged += 1
            assert record["TotalTokens"] == entry["total_tokens"]
            assert record["ResponseId"] == entry["object_id"]
    assert charged == sum(entry["charged"] for entry in entries.values())
    assert all("tg1" not in (record["ResponseId"] or "") for record in records)


def test_a_client_is_refused_what_another_made_through_either(replicas):
    first, second = replicas
    made = through.send(first, "POST", "/openai/v1/responses", TEXT, OWNER)
    item = made.json["output"][0]["id"]
    asked = len(first.simulator.requests())
    damaged = made.id[:-1] + ("A" if made.id[-1] != "A" else "B")
    backends_own = first.simulator.bill()[-1]["object_id"]
    for gateway in replicas:
        for client, response in ((OTHER, made.id), (OWNER, damaged), (OTHER, backends_own), (OTHER, "resp_unknown")):
            path = "/openai/v1/responses/" + response
            for method, where in (("GET", path), ("GET", path + "/input_items"), ("POST", path + "/cancel"),
                                  ("DELETE", path)):
                answer = through.send(gateway, method, where, client=client)
                assert (answer.status, answer.json["error"]["code"]) == (404, "NotFound"), (where, answer.body)
            chained = through.send(gateway, "POST", "/openai/v1/responses",
                                   {**TEXT, "previous_response_id": response}, client)
            assert chained.status == 404
        referred = {**TEXT, "input": [{"type": "item_reference", "id": item}]}
        assert through.send(gateway, "POST", "/openai/v1/responses", referred, OTHER).status == 404
    # The first one's ledger knows the backend's own id as the owner's; the second one's does not.
    assert through.send(second, "GET", "/openai/v1/responses/" + backends_own, client=OWNER).status == 404
    assert len(first.simulator.requests()) == asked
    for gateway in (second, first):
        seen = through.send(gateway, "GET", "/openai/v1/responses/" + made.id, client=OWNER).json
        assert (seen["id"], seen["output"]) == (made.id, made.json["output"])


def sdk(gateway):
    return openai.OpenAI(base_url=gateway.url + "/openai/v1/", api_key=gateway.simulator.token(), max_retries=0)


def test_the_official_client_goes_on_with_a_response_at_the_other(replicas):
    first, second = map(sdk, replicas)
    made = first.responses.create(**TEXT)
    assert made.id.startswith("resp_tg1")
    again = second.responses.retrieve(made.id)
    assert (again.id, again.output[0].id) == (made.id, made.output[0].id)
    items = second.responses.input_items.list(made.id).data
    assert items and all("tg1" in item.id for item in items)
    following = second.responses.create(**TEXT, previous_response_id=made.id)
    assert following.previous_response_id == made.id
    with first.responses.stream(**TEXT, previous_response_id=following.id) as stream:
        events = list(stream)
        last = stream.get_final_response()
    ids = {event.response.id for event in events if hasattr(event, "response")}
    assert ids == {last.id} and last.id.startswith("resp_tg1")
    of_items = {event.item_id for event in events if hasattr(event, "item_id")}
    assert of_items <= {item.id for item in last.output} and of_items
    second.responses.delete(last.id)
    with pytest.raises(openai.NotFoundError):
        first.responses.retrieve(last.id)


def test_background_work_is_found_at_the_other_and_counted_once(replicas):
    first, second = map(sdk, replicas)
    made = first.responses.create(**TEXT, background=True, extra_headers={"x-sim": json.dumps({"work_ms": 500})})
    done = stack.wait_until(
        lambda: (seen := second.responses.retrieve(made.id)).status == "completed" and seen, "the work")
    assert done.id == made.id
    records = all_records(replicas, 2)
    assert len([record for record in records if record["TotalTokens"]]) == 1


def test_files_and_batches_by_the_official_client(replicas):
    first, second = map(sdk, replicas)
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": through.chat()}
    file = first.files.create(file=("b.jsonl", json.dumps(line).encode()), purpose="batch")
    batch = second.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert batch.input_file_id == file.id
    done = stack.wait_until(
        lambda: (seen := first.batches.retrieve(batch.id)).status == "completed" and seen, "the batch")
    assert (done.id, done.input_file_id) == (batch.id, file.id)
    assert done.output_file_id == second.batches.retrieve(batch.id).output_file_id
    output = json.loads(second.files.content(done.output_file_id).text)
    assert output["custom_id"] == "1"
    assert first.files.retrieve(done.output_file_id).id == done.output_file_id
    assert second.files.delete(file.id).id == file.id


def test_assistants_by_the_official_client(replicas):
    first, second = map(sdk, replicas)
    assistant = first.beta.assistants.create(model="assistant", name="sealed")
    thread = second.beta.threads.create(messages=[{"role": "user", "content": "hi"}])
    run = first.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id, poll_interval_ms=50)
    assert (run.status, run.thread_id) == ("completed", thread.id)
    assert second.beta.assistants.retrieve(run.assistant_id).name == assistant.name
    assert second.beta.threads.runs.retrieve(run.id, thread_id=thread.id).id == run.id
    messages = second.beta.threads.messages.list(thread.id).data
    assert {message.thread_id for message in messages} == {thread.id}
    assert {message.run_id for message in messages} == {run.id, None}


def test_keys_change_while_ids_are_in_use(replicas, keys):
    first, second = replicas
    old = through.send(first, "POST", "/openai/v1/responses", TEXT, OWNER).id
    for gateway in replicas:
        reload(gateway, keys.setting("first"), keys.setting("first", "second"))
    for gateway in replicas:
        reload(gateway, keys.setting("first", "second"), keys.setting("second", "first"))
    new = through.send(first, "POST", "/openai/v1/responses", {**TEXT, "previous_response_id": old}, OWNER).id
    for response in (old, new):
        assert through.send(second, "GET", "/openai/v1/responses/" + response, client=OWNER).json["id"] == response
    reload(second, keys.setting("second", "first"), keys.setting("second"))
    assert through.send(second, "GET", "/openai/v1/responses/" + old, client=OWNER).status == 404
    assert through.send(second, "GET", "/openai/v1/responses/" + new, client=OWNER).status == 200


def test_objects_from_before_stay_their_clients(make_gateway, keys):
    gateway = make_gateway(keys.setting("first", ownership="local"))
    bare = through.send(gateway, "POST", "/openai/v1/responses", TEXT, OWNER).id
    reload(gateway, "ownership: local", "ownership: sealed")
    seen = through.send(gateway, "GET", "/openai/v1/responses/" + bare, client=OWNER)
    assert seen.id == bare
    assert through.send(gateway, "GET", "/openai/v1/responses/" + bare, client=OTHER).status == 404
    chained = through.send(gateway, "POST", "/openai/v1/responses", {**TEXT, "previous_response_id": bare}, OWNER)
    assert chained.id.startswith("resp_tg1") and chained.json["previous_response_id"] == bare


def test_records_are_found_by_the_ids_that_clients_have(replicas):
    first, second = replicas
    made = through.send(first, "POST", "/openai/v1/responses", TEXT, OWNER)
    (record,) = first.settled_records(1)
    explained = first.command("explain", made.id, "--format", "json")
    assert explained.returncode == 0 and record["RecordId"] in explained.stdout, explained.stderr
    found = first.command("records", "--response", made.id)
    assert json.loads(found.stdout)["RecordId"] == record["RecordId"]
    assert json.loads(found.stdout)["ResponseId"] == first.simulator.bill()[0]["object_id"]
    unknown = first.command("explain", made.id[:-1] + ("A" if made.id[-1] != "A" else "B"))
    assert unknown.returncode != 0 and "none of objects.seal_keys opens it" in unknown.stderr
    assert first.config.read_text().count("seal_keys") == 1
    assert second.command("explain", made.id).returncode != 0  # its ledger has no such record


def test_it_does_not_start_without_a_key(simulator, tmp_path):
    config = tmp_path / "tollgate.yaml"
    config.write_text(stack.make_config(simulator, tmp_path, "objects: {ownership: sealed}\n"))
    done = stack.subprocess.run([stack.BINARIES / "tollgate", "check", "-c", config], capture_output=True, text=True,
                                timeout=60)
    assert done.returncode != 0 and "objects.ownership" in done.stdout + done.stderr
