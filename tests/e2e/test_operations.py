# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""One table over every operation and shape through the gateway: what the client saw, what the provider bills and the
one record in between. All is sent first, then the bill and the ledger are read once and each row is compared."""

import random
import re
from pathlib import Path

import pytest

import stack
import through
from through import TEXT, chat
from walk import Walk

AUDIO = ("sound.wav", bytes(range(256)) * 8)
SEED = 20261126
# Counts of a bill's entry by the record's columns; those after the first three may be absent where
# they are 0.
COLUMNS = {"PromptTokens": "prompt_tokens", "CompletionTokens": "completion_tokens", "TotalTokens": "total_tokens",
           "CachedPromptTokens": "cached_tokens", "ReasoningTokens": "reasoning_tokens",
           "PromptAudioTokens": "prompt_audio_tokens", "CompletionAudioTokens": "completion_audio_tokens",
           "ImageTokens": "image_tokens"}


def picture(model="gpt-image-1", **more):
    return {"model": model, "prompt": "a blue sky", **more}


def spoken(model="gpt-4o-mini-tts", **more):
    return {"model": model, "input": "Blue skies", "voice": "alloy", **more}


def audio_form(model="gpt-4o-transcribe", **more):
    return [("model", model), ("file", AUDIO), *more.items()]


def edit_form(**more):
    return [("model", "gpt-image-1"), ("prompt", "bluer"), ("image", ("sky.png", b"\x89PNG" * 20)), *more.items()]


REPORTED = ("reported", "")
DETAILS = {"x_sim_cached_tokens": 4, "x_sim_reasoning_tokens": 5}
# (name, operation, path, body or form fields, basis and reason of the record, header fields)
SHAPES = [
    ("chat", "ChatCompletions_Create", "/chat/completions", chat(), REPORTED, DETAILS),
    ("chat stream", "ChatCompletions_Create", "/chat/completions", chat(stream=True), REPORTED, DETAILS),
    ("completion", "Completions_Create", "/completions",
     {"model": "gpt-35-turbo-instruct", "prompt": "hi"}, REPORTED, {}),
    ("completion stream", "Completions_Create", "/completions",
     {"model": "gpt-35-turbo-instruct", "prompt": "hi", "stream": True}, REPORTED, {}),
    ("embeddings", "Embeddings_Create", "/embeddings",
     {"model": "text-embedding-3-small", "input": ["a", "b"]}, REPORTED, {}),
    ("response", "Responses_Create", "/responses", TEXT, REPORTED, DETAILS),
    ("response stream", "Responses_Create", "/responses", {**TEXT, "stream": True}, REPORTED, DETAILS),
    ("compaction", "Responses_Compact", "/responses/compact", TEXT, REPORTED, {}),
    ("image", "ImageGenerations_Create", "/images/generations", picture(), REPORTED, {}),
    ("image stream", "ImageGenerations_Create", "/images/generations", picture(stream=True, partial_images=2),
     REPORTED, {}),
    ("image by the piece", "ImageGenerations_Create", "/images/generations", picture("dall-e-3"),
     ("none", "counted_by_image"), {}),
    ("edit", "ImageEdits_Create", "/images/edits", edit_form(), REPORTED, {}),
    ("edit stream", "ImageEdits_Create", "/images/edits", edit_form(stream="true"), REPORTED, {}),
    ("transcript", "Transcriptions_Create", "/audio/transcriptions", audio_form(), REPORTED, {}),
    ("transcript stream", "Transcriptions_Create", "/audio/transcriptions", audio_form(stream="true"), REPORTED, {}),
    ("transcript by the second", "Transcriptions_Create", "/audio/transcriptions", audio_form("whisper"),
     ("none", "billed_by_duration"), {}),
    ("transcript as text", "Transcriptions_Create", "/audio/transcriptions", audio_form(response_format="text"),
     ("none", "opaque_body"), {}),
    ("translation", "Translations_Create", "/audio/translations", audio_form("whisper"),
     ("none", "no_usage_in_answer"), {}),
    ("speech", "Speech_Create", "/audio/speech", spoken(), ("none", "counted_by_character"), {}),
    ("speech stream", "Speech_Create", "/audio/speech", spoken(stream_format="sse"), REPORTED, {}),
]
RESPONSES_ONLY_V1 = {"Responses_Compact"}
BEHAVIOURS = {
    "whole": {}, "byte by byte": {"write_bytes": 1}, "split at random": {"write_bytes": None},
    "gzip": {"coding": "gzip"}, "gzip, byte by byte": {"coding": "gzip", "write_bytes": 1},
    "in chunks": {"chunked": True}, "refused": {"error": "context_length"}, "cut off": {"close_at": "before_usage"},
    "cut off at its end": {"close_at": "before_end"}, "failing half-way": {"error_event": "nested"},
}
ESTIMATED = {"ChatCompletions_Create", "Completions_Create", "Embeddings_Create", "Responses_Create"}


def is_streamed(name):
    return name.endswith("stream")


def make_rows():
    chance = random.Random(SEED)
    for family in through.FAMILIES:
        for shape in SHAPES:
            if family.name != "v1" and shape[1] in RESPONSES_ONLY_V1:
                continue
            for how, behaviour in BEHAVIOURS.items():
                if how == "failing half-way" and not is_streamed(shape[0]):
                    continue
                sim = {name: chance.randrange(2, 90) if value is None else value for name, value in behaviour.items()}
                yield f"{family.name}, {shape[0]}, {how}", family, shape, how, sim


ROWS = {row[0]: row[1:] for row in make_rows()}


def body_of(given):
    if isinstance(given, list):
        body, kind = through.form(given)
        return {"body": body, "content_type": kind}
    return {"body": given}


class Seen:
    """All that became of the table: answers by row, and the records and entries of the bill by the client's id."""

    def __init__(self, simulator, gateway):
        self.answers = {}
        for number, (name, (family, shape, _, sim)) in enumerate(ROWS.items()):
            _, operation, path, given, _, fields = shape
            deployment = given.get("model") if isinstance(given, dict) else dict(given)["model"]
            by_path = None if operation.startswith("Responses") else deployment
            self.answers[name] = through.send(gateway, "POST", family.path(path, by_path), sim=sim,
                                              x_ms_client_request_id=f"row-{number}", **body_of(given), **fields)
        self.numbers = {name: f"row-{number}" for number, name in enumerate(ROWS)}
        self.records = settled(gateway, len(ROWS))
        self.bill = simulator.bill()

    def record(self, name):
        (record,) = [r for r in self.records if r["CorrelationId"] == self.numbers[name]]
        return record

    def entries(self, name):
        return [e for e in self.bill if e["client_request_id"] == self.numbers[name]]


@pytest.fixture(scope="module")
def seen(simulator, tmp_path_factory):
    simulator.reset()
    gateway = stack.Gateway(simulator, tmp_path_factory.mktemp("table"), through.ALL_GROUPS)
    try:
        return Seen(simulator, gateway)
    finally:
        assert gateway.stop() == 0, gateway.process.log_path.read_text()


def assert_equal_counts(record, entry):
    for column, name in COLUMNS.items():
        if record[column] is None and entry[name] == 0:
            continue
        assert record[column] == entry[name], column


def first_id(answer, streamed):
    """The operation's own id out of the answer's bytes."""
    if not streamed:
        return answer.id
    found = re.search(rb'"id":"((?:chatcmpl|cmpl|resp)[-_][^"]+)"', answer.body)
    return found.group(1).decode() if found else ""


def expected(shape, how):
    """Outcome, basis and reason of a row's record."""
    if how == "refused":
        return "refused", "none", "error_answer"
    if how == "failing half-way":
        return "backend_error", *expected_when_failing(shape)
    if not how.startswith("cut off"):
        return "completed", *shape[4]
    if how == "cut off":
        return "backend_error", *expected_when_cut(shape)
    return "backend_error", *expected_without_end(shape)


def expected_when_failing(shape):
    """What the error follows is text that can be counted, or something that cannot: a transcript's text, sound, images."""
    return "estimated" if shape[1] in ESTIMATED else "none", "error_after_content"


def is_followed_up(name, how):
    """A stored response that broke off: its own object tells what the stream did not."""
    return (name, how) == ("response stream", "cut off")


def expected_when_cut(shape):
    if is_followed_up(shape[0], "cut off"):
        return REPORTED
    if shape[0] == "transcript as text":  # some of it came; of speech, which is one piece, nothing
        return "none", "opaque_body"
    return "estimated" if shape[1] in ESTIMATED else "none", "answer_cut_off"


def expected_without_end(shape):
    """All but the last byte, or the framing's end: a stream's own last event says that its counts are final."""
    if is_streamed(shape[0]):
        return REPORTED
    if shape[4] == REPORTED:
        return "partial", "answer_cut_off"
    return shape[4] if shape[4][1] == "billed_by_duration" else expected_when_cut(shape)


@pytest.mark.parametrize("name", ROWS)
def test_the_answer_the_bill_and_the_record_of(seen, name):
    _, shape, how, _ = ROWS[name]
    answer, record = seen.answers[name], seen.record(name)
    outcome, basis, reason = expected(shape, how)
    assert (record["OperationId"], record["Outcome"]) == (shape[1], outcome)
    assert (record["UsageBasis"], record["UsageReason"].split(",")[0]) == (basis, reason)
    assert record["StatusCode"] == answer.status == (400 if how == "refused" else 200)
    assert answer.whole != how.startswith("cut off")
    assert record["Stream"] == (is_streamed(shape[0]) and shape[0] != "speech stream")
    if how == "refused":
        assert seen.entries(name) == [] and record["TotalTokens"] is None
        assert record["ErrorCode"] == "context_length_exceeded"
        return
    (entry,) = seen.entries(name)
    assert entry["charged"] != (how == "failing half-way") and entry["operation"] == shape[1]
    assert (record["BackendDeployment"], record["Model"]) == (entry["deployment"], entry["model"])
    assert record["BackendRequestId"] == entry["request_id"]
    if entry["kind"] == "images" and not how.startswith("cut off"):
        assert record["Images"] == entry["quantity"]
    if basis in ("reported", "partial"):
        assert entry["usage_sent"] == (basis == "reported" and not is_followed_up(shape[0], how)) or basis == "partial"
        assert_equal_counts(record, entry)
    elif basis == "none":
        assert record["PromptTokens"] is record["CompletionTokens"] is record["TotalTokens"] is None
    else:
        assert record["PromptTokens"] > 0
        assert record["TotalTokens"] == record["PromptTokens"] + (record["CompletionTokens"] or 0)
        assert record["CompletionTokens"] or reason != "error_after_content"
    if "gzip" not in how and not how.startswith("cut off"):
        assert record["ResponseId"] == first_id(answer, is_streamed(shape[0]))


def test_every_request_left_one_record(seen):
    assert len(seen.records) == len(ROWS)
    assert {r["CorrelationId"] for r in seen.records} == set(seen.numbers.values())


def table_of_the_gateway(family):
    """The rows that this family has and a backend answers."""
    text = (Path(__file__).parents[2] / "src/operations/operation_table.cpp").read_text()
    rows = re.findall(r'\{"([A-Za-z]+_[A-Za-z]+)", "(?:GET|POST|DELETE)",\s*"([^"]*)",([^;]*?)\},\n', text)
    assert len(rows) > 80
    return {name for name, legacy, rest in rows if "gateway" not in rest and (family.name == "v1" or legacy)}


def settled(gateway, count):
    """All records, once there are as many and none awaits its backend any more."""
    def ready():
        records = gateway.records()
        return records if len(records) >= count and all(r["DeliveryState"] != "awaiting" for r in records) else None
    return stack.wait_until(ready, f"{count} settled records", 40)


@pytest.mark.parametrize("family", through.FAMILIES, ids=lambda family: family.name)
def test_every_operation_on_objects_leaves_its_one_record(make_gateway, family):
    gateway = make_gateway(through.ALL_GROUPS)
    walk = Walk(gateway, family).all()
    records = settled(gateway, len(walk.steps))
    assert len(records) == len(walk.steps)
    entries = {e["request_id"]: e for e in gateway.simulator.bill()}
    for number, (operation, answer, reason) in enumerate(walk.steps):
        (record,) = [r for r in records if r["CorrelationId"] == f"{family.name}-{number}"]
        entry = entries[record["BackendRequestId"]]
        assert (record["OperationId"], record["Outcome"], record["UsageReason"]) == (operation, "completed", reason)
        assert entry["operation"] == operation and entry["charged"] == (reason == "")
        if reason == "":
            assert record["UsageBasis"] == "reported"
            assert_equal_counts(record, entry)
            assert record["ResponseId"] == entry["object_id"]
        else:
            assert record["UsageBasis"] == "none" and record["TotalTokens"] is None
            if answer.id:
                assert record["ResponseId"] == answer.id
    named = {operation for operation, _, _ in walk.steps} | {shape[1] for shape in SHAPES}
    assert table_of_the_gateway(family) <= named
