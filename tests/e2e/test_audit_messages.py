# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Every row in OpenTelemetry's form of messages that arrives at Azure Monitor keeps to its schema, whatever the operation
was and however it ended, and says what the client said and saw."""

import json
from pathlib import Path

import jsonschema
import pytest

import stack
import test_operations
import through
from audited import configure, deliver_to_azure_monitor
from through import TEXT, chat

SCHEMA = json.loads((Path(__file__).parents[1] / "schema" / "genai-messages.schema.json").read_text())
LEGACY = through.FAMILIES[1]
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 20
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}

# (name, path, body, how the simulator is to answer): what the table of operations does not have.
MORE = [
    ("tools", "/chat/completions", chat(tools=TOOLS), {"tool_calls": True}),
    ("tools in a stream", "/chat/completions", chat(tools=TOOLS, stream=True), {"tool_calls": True}),
    ("a tool's result", "/chat/completions", {"model": "gpt-4.1-mini", "messages": [
        {"role": "developer", "content": "Be brief."}, {"role": "user", "name": "jo", "content": "How warm is Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "21"}]}, {}),
    ("a picture and a sound", "/chat/completions", {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": [
        {"type": "text", "text": "what is it"}, {"type": "image_url", "image_url": {"url": PICTURE}},
        {"type": "input_audio", "input_audio": {"data": "UklGRg" * 40, "format": "wav"}}]}]}, {}),
    ("several choices", "/chat/completions", chat(n=3), {}),
    ("a refused prompt", "/chat/completions", chat(), {"error": "content_filter"}),
    ("refused for a while", "/chat/completions", chat(), {"status": 429, "headers": {"retry-after-ms": "1"}}),
    ("usage that is null", "/chat/completions", chat(stream=True), {"usage_null": True}),
    ("a long event", "/chat/completions", chat(stream=True), {"big_event_bytes": 70_000}),
    ("items", "/responses", {**TEXT, "instructions": "Be kind.", "tools": [{"type": "web_search"}], "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}, {"type": "input_image", "image_url": PICTURE}]},
        {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "21"},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]}]}, {}),
    ("tools of a response", "/responses", {**TEXT, "stream": True}, {"tool_calls": True}),
    ("a refused prompt of a response", "/responses", TEXT, {"error": "content_filter_responses"}),
    ("in the background", "/responses", {**TEXT, "background": True}, {}),
    ("no JSON", "/chat/completions", b'{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "\xff', {}),
    ("prompts of other types", "/completions", {"model": "gpt-35-turbo-instruct", "prompt": ["one", "two"]}, {}),
    ("prompts as tokens", "/completions", {"model": "gpt-35-turbo-instruct", "prompt": [[1, 2], [3]]}, {}),
    ("odd messages", "/chat/completions", {"model": "gpt-4.1-mini", "messages": [{"role": "user"}, 7, {"content": {"a": 1}}]}, {}),
]


def asked():
    """(path, body or form, behaviour) of every exchange."""
    for _, family, shape, _, sim in ((name, *row) for name, row in test_operations.ROWS.items()):
        if family is LEGACY and sim.get("write_bytes") is None and "coding" not in sim:
            given = shape[3]
            deployment = given.get("model") if isinstance(given, dict) else dict(given)["model"]
            yield family.path(shape[2], None if shape[1].startswith("Responses") else deployment), given, sim
    for _, path, body, sim in MORE:
        model = body["model"] if isinstance(body, dict) else "gpt-4.1-mini"
        yield LEGACY.path(path, None if path == "/responses" else model), body, sim


def send(gateway, path, given, sim):
    body = given if isinstance(given, bytes) else None
    sent = {"body": body} if body else test_operations.body_of(given)
    return through.send(gateway, "POST", path, sim=sim, **sent)


def send_until_taken(gateway, *exchange):
    """A target that has just refused rests for a moment, and the gateway refuses meanwhile."""
    def taken():
        answer = send(gateway, *exchange)
        rests = answer.status in (429, 503) and b'"request_id"' in answer.body
        return None if rests else answer
    return stack.wait_until(taken, "a target that does not rest")


def contents(rows):
    """Whole content by (RecordId, Kind, Form); a part that is missing is a KeyError."""
    parts, counts = {}, {}
    for row in rows:
        if row["Kind"] in ("request", "response"):
            key = row["RecordId"], row["Kind"], row["Form"]
            parts.setdefault(key, {})[row["Part"]] = row["Content"] or ""
            counts[key] = row["Parts"]
    return {key: "".join(parts[key][number] for number in range(1, count + 1)) for key, count in counts.items()}


@pytest.fixture(scope="module")
def delivered(simulator, tmp_path_factory):
    simulator.reset()
    gateway = stack.Gateway(simulator, tmp_path_factory.mktemp("messages"), through.ALL_GROUPS)
    try:
        assert gateway.stop() == 0
        configure(gateway, more="  level: redacted\n")
        deliver_to_azure_monitor(gateway)
        gateway.start()
        exchanges = list(asked())
        answers = [send_until_taken(gateway, *exchange) for exchange in exchanges]
        for answer in answers:
            if b'"status":"queued"' in answer.body.replace(b" ", b""):
                path = LEGACY.path(f"/responses/{answer.id}")
                stack.wait_until(lambda: through.send(gateway, "GET", path).json["status"] == "completed", "the background's end")
        # What the gateway itself refuses, in its own words, has no record.
        refused = [answer.body for answer in answers if b'"request_id"' in answer.body]
        reached = len(exchanges) - len(refused)
        assert len(refused) <= 2, refused
        records = stack.wait_until(lambda: (r := gateway.records()) and len(r) >= reached and r, "the records")
        ids = {record["RecordId"] for record in records}
        stack.wait_until(lambda: ids <= {row["RecordId"] for row in simulator.rows("audit") if row["Kind"] == "response"},
                         "the rows of all", 60)
        yield records, simulator.rows("audit")
    finally:
        if gateway.process.running():
            assert gateway.stop() == 0, gateway.process.log_path.read_text()


def test_every_row_of_messages_keeps_to_the_schema(delivered):
    records, rows = delivered
    validator = jsonschema.Draft202012Validator(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    wrong, checked = [], 0
    for (record, kind, form), content in contents(rows).items():
        if form == "messages" and content:
            checked += 1
            operation = next(r["OperationId"] for r in records if r["RecordId"] == record)
            wrong += [f"{operation} {kind}: {error.json_path}: {error.message[:200]} in {content[:300]}"
                      for error in validator.iter_errors(json.loads(content))]
    assert checked > len(records) and wrong == []


def test_the_schema_refuses_what_is_no_such_message():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    right = {"gen_ai.output.messages": [{"role": "assistant", "parts": [{"type": "text", "content": "hi"}], "finish_reason": "stop"}]}
    assert validator.is_valid(right)
    for old, new in (('"content": "hi"', '"content": 7'), ('"finish_reason"', '"finished"'), ('"role"', '"roll"'),
                     ('"gen_ai.output.messages"', '"gen_ai.output"'), ('"type": "text"', '"text": "type"')):
        assert not validator.is_valid(json.loads(json.dumps(right).replace(old, new))), old


def test_both_forms_of_both_sides_are_there_and_operations_of_every_kind(delivered):
    records, rows = delivered
    kept = contents(rows)
    by_id = {record["RecordId"]: record["OperationId"] for record in records}
    assert {by_id[record] for record, *_ in kept} >= {shape[1] for shape in test_operations.SHAPES
                                                    if shape[1] not in test_operations.RESPONSES_ONLY_V1}
    without = [(by_id[record], kind) for record, kind, form in kept
               if form == "raw" and kept[record, kind, form] and not kept.get((record, kind, "messages"))]
    assert without == []
    said = [json.loads(content) for (record, kind, form), content in kept.items()
            if form == "messages" and content and by_id[record] == "ChatCompletions_Create"]
    questions = [part.get("content") for body in said for message in body.get("gen_ai.input.messages", [])
                 for part in message["parts"]]
    assert "What colour is the sky?" in questions and "How warm is Oslo?" in questions
