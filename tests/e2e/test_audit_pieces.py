# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Values that stand in pieces, beside a text or in its place: nobody can put them together from what the trail keeps."""

import json

import pytest

import stack
import through
from audited import rows
from test_audit_canaries import answer_of, chat_stream, pieces, prompt, response_stream, start_audited


def in_words(text, **more):
    """As transcripts and logprobs have it: one object for each piece."""
    return [{"token": piece, "logprob": -0.1, "bytes": list(piece.encode()), **more} for piece in pieces(text, 4)]


SPLIT = "inpieces.canary@example.com"
CARD = "4012 8888 8888 1881"
TRANSCRIPT = ("/audio/transcriptions", None)
# (path, body, answer): what stands in pieces beside the text, or in its place.
IN_PIECES = {
    "words of a transcript": (*TRANSCRIPT, answer_of(json.dumps({"task": "transcribe", "text": "a card", "words": [
        {"word": word, "start": number, "end": number + 1} for number, word in enumerate(("card " + CARD).split())]}))),
    "segments of a transcript": (*TRANSCRIPT, answer_of(json.dumps({"task": "transcribe", "text": "mail", "segments": [
        {"id": number, "text": piece} for number, piece in enumerate(pieces(SPLIT, 4))]}))),
    "logprobs of a transcript": (*TRANSCRIPT, answer_of(json.dumps({"text": "mail", "logprobs": in_words(SPLIT)}))),
    "logprobs of a transcript's stream": (*TRANSCRIPT, answer_of("".join(f"data: {json.dumps(event)}\n\n" for event in [
        *({"type": "transcript.text.delta", "delta": "x", "logprobs": [token]} for token in in_words(SPLIT)),
        {"type": "transcript.text.done", "text": "x", "logprobs": in_words(SPLIT)}]), "text/event-stream")),
    "logprobs of a prompt": ("/responses", {"model": "team-gpt51", "input": [{"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": "mail", "annotations": [], "logprobs": in_words(SPLIT, top_logprobs=[])}]}]}, None),
    "logprobs of an answer": ("/chat/completions", {"model": "gpt-4.1-mini", **prompt("hi")}, answer_of(json.dumps({
        "id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o", "choices": [{"index": 0, "finish_reason": "stop",
         "message": {"role": "assistant", "content": "mail"}, "logprobs": {"content": in_words(SPLIT)}}]}))),
    "logprobs of a completion": ("/completions", {"model": "gpt-35-turbo-instruct", "prompt": "hi"}, answer_of(json.dumps({
        "id": "cmpl-1", "object": "text_completion", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "text": "mail",
         "logprobs": {"tokens": pieces(SPLIT, 4), "token_logprobs": [-0.1]}}]}))),
    "deltas of a kind that nobody knows": ("/responses", {"model": "team-gpt51", "input": "hi", "stream": True}, response_stream(
        *(("new_kind.delta", {"item_id": "x", "output_index": 0, "content_index": 0, "delta": piece}) for piece in pieces(SPLIT)))),
    "parts of a prompt": ("/chat/completions", {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": [
        {"type": "text", "text": piece} for piece in pieces(SPLIT, 5)]}]}, None),
    "a tool's streamed name": ("/chat/completions", {"model": "gpt-4.1-mini", "stream": True, **prompt("hi")}, chat_stream(
        [{"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": piece, "arguments": ""}}]}
         for piece in pieces(SPLIT)])),
}


def strings_of(value):
    """All strings of a body in their order, run together: what a reader of the pieces has before him."""
    if isinstance(value, str):
        return value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return "".join(strings_of(child) for child in children)


def by_member(value, out):
    """The same for the strings under one name of a member: the others stand between them."""
    if isinstance(value, dict):
        for name, child in value.items():
            if isinstance(child, str):
                out[name] = out.get(name, "") + child
            by_member(child, out)
    elif isinstance(value, list):
        for child in value:
            by_member(child, out)
    return out


@pytest.mark.parametrize("name", IN_PIECES)
def test_what_stands_in_pieces_cannot_be_put_together(gateway, name):
    start_audited(gateway)
    path, body, answer = IN_PIECES[name]
    if answer is not None:
        gateway.simulator.fault("resource", {"raw": answer}, count=1)
    kind = "application/json"
    if body is None:
        body, kind = through.form([("model", "gpt-4o-transcribe"), ("file", ("a.wav", b"RIFF"))])
    through.send(gateway, "POST", "/openai/v1" + path, body, content_type=kind)
    stack.wait_until(lambda: any(row["Kind"] == "response" and row["Form"] == "messages" for row in rows(gateway)), "the rows")
    kept = [row["Content"] for row in rows(gateway) if row["Kind"] in ("request", "response")]
    assert len(kept) == 4
    for content in kept:
        read = json.loads(content) if content.startswith(("{", "[")) else content
        for text in (content, strings_of(read), *by_member(read, {}).values()):
            assert SPLIT not in text and CARD.replace(" ", "") not in text.replace(" ", ""), content
        # Nor as the numbers of its characters.
        assert "[105, 110, 112, 105]" not in content and "[105,110,112,105]" not in content
