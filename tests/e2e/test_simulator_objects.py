# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""azure-simulator's objects by themselves: assistants, files, batches, vector stores, trainings, models."""

import json

import openai
import pytest

import direct
import stack

pytestmark = pytest.mark.filterwarnings("ignore:The Assistants API is deprecated")
CLIENTS = {"azure": lambda s, **more: direct.azure(s, api_version="2025-04-01-preview", **more), "v1": direct.v1}


@pytest.fixture(params=CLIENTS)
def client(request, simulator):
    simulator.reset()
    return CLIENTS[request.param](simulator)


def charged(simulator):
    return [e for e in simulator.bill() if e["charged"]]


def make_thread(client):
    assistant = direct.proven(client.beta.assistants.create(model="gpt-4.1-mini", name="a"))
    thread = direct.proven(client.beta.threads.create(messages=[{"role": "user", "content": "What colour?"}]))
    return assistant, thread


def test_a_run_ends_with_a_message_and_is_billed_once(client, simulator):
    assistant, thread = make_thread(client)
    run = direct.proven(client.beta.threads.runs.create(thread.id, assistant_id=assistant.id))
    assert run.status == "queued" and run.usage is None and charged(simulator) == []
    done = stack.wait_until(lambda: (r := client.beta.threads.runs.retrieve(run.id, thread_id=thread.id)).status
                            == "completed" and direct.proven(r), "the run")
    (step,) = direct.all_proven(client.beta.threads.runs.steps.list(run.id, thread_id=thread.id))
    assert step.usage.total_tokens == done.usage.total_tokens > 0
    answer, question = direct.all_proven(client.beta.threads.messages.list(thread.id))
    assert (question.role, answer.role, answer.run_id) == ("user", "assistant", run.id)
    (entry,) = charged(simulator)
    assert (entry["object_id"], entry["total_tokens"]) == (run.id, done.usage.total_tokens)


def test_a_run_waits_for_its_tools(simulator):
    simulator.reset()
    client = CLIENTS["azure"](simulator, sim={"tool_calls": True})
    assistant, thread = make_thread(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id,
                                                   poll_interval_ms=20)
    assert direct.proven(run).status == "requires_action" and charged(simulator) == []
    call = run.required_action.submit_tool_outputs.tool_calls[0]
    done = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=thread.id, tool_outputs=[{"tool_call_id": call.id, "output": "1"}], poll_interval_ms=20)
    steps = direct.all_proven(client.beta.threads.runs.steps.list(run.id, thread_id=thread.id))
    assert [s.type for s in steps] == ["tool_calls", "message_creation"]
    assert sum(s.usage.total_tokens for s in steps) == done.usage.total_tokens == charged(simulator)[0]["total_tokens"]


def test_a_streamed_run_has_its_events(client, simulator):
    assistant, thread = make_thread(client)
    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        events = list(stream)
        final = stream.get_final_run()
    names = [e.event for e in events]
    assert names[:3] == ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
    assert names[-2:] == ["thread.run.step.completed", "thread.run.completed"]
    assert direct.proven(final).usage.total_tokens == charged(simulator)[0]["total_tokens"]


def test_a_batch_has_a_line_of_output_for_each_of_input(client, simulator):
    body = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "hi"}]}
    lines = [{"custom_id": str(i), "method": "POST", "url": "/chat/completions",
              "body": body if i else {"model": "none"}} for i in range(4)]
    file = direct.proven(client.files.create(
        purpose="batch", file=("b.jsonl", "\n".join(map(json.dumps, lines)).encode())))
    batch = direct.proven(client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions",
                                                completion_window="24h"))
    assert batch.status == "validating" and batch.output_file_id is None
    done = stack.wait_until(lambda: (b := client.batches.retrieve(batch.id)).status == "completed"
                            and direct.proven(b), "the batch")
    output = [json.loads(line) for line in client.files.content(done.output_file_id).text.splitlines()]
    assert [line["custom_id"] for line in output] == ["1", "2", "3"]
    assert (done.request_counts.total, done.request_counts.failed) == (4, 1)
    assert len(client.files.content(done.error_file_id).text.splitlines()) == 1
    (entry,) = charged(simulator)
    assert entry["total_tokens"] == sum(line["response"]["body"]["usage"]["total_tokens"] for line in output)
    assert len(entry["seen_in"]) == 1  # the output file, not the batch, says what it took


def test_files_and_uploads(client):
    file = direct.proven(client.files.create(purpose="assistants", file=("a.txt", b"hello")))
    assert client.files.content(file.id).read() == b"hello" and file.bytes == 5
    assert file.id in [f.id for f in client.files.list()]
    client.files.delete(file.id)
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)
    upload = direct.proven(client.uploads.create(filename="a", purpose="batch", bytes=4, mime_type="text/plain"))
    parts = [client.uploads.parts.create(upload.id, data=data).id for data in (b"ab", b"cd")]
    done = direct.proven(client.uploads.complete(upload.id, part_ids=parts))
    assert client.files.content(done.file.id).read() == b"abcd"


def test_vector_stores_trainings_and_models(client, simulator):
    file = client.files.create(purpose="fine-tune", file=("a.txt", b"hello"))
    store = direct.proven(client.vector_stores.create(name="v", file_ids=[file.id]))
    assert store.usage_bytes > 0 and [f.id for f in client.vector_stores.files.list(store.id)] == [file.id]
    assert direct.proven(client.vector_stores.search(store.id, query="sky").data[0]).content[0].text == "Blue skies"
    job = direct.proven(client.fine_tuning.jobs.create(model="gpt-4.1-mini-2025-04-14", training_file=file.id))
    done = stack.wait_until(lambda: (j := client.fine_tuning.jobs.retrieve(job.id)).status == "succeeded" and j,
                            "the training")
    assert done.trained_tokens > 0 and len(list(client.fine_tuning.jobs.list_events(job.id))) == 1
    names = [model.id for model in client.models.list()]
    assert "gpt-4o-2024-11-20" in names and client.models.retrieve(names[0]).id == names[0]
    assert charged(simulator) == []
