# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""With audit level `redacted`, values of each kind go through the gateway in every form that redaction handles, in
prompts, answers, tool arguments, headers and errors; then everything that it wrote is searched for them. The search
itself is shown to find what is planted in copies of those very places (here and in test_secrets.py)."""

import base64
import gzip
import json

import pytest

import raw
import stack
from audited import configure, rows
from leaks import admin_pages, files_below, found

CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=" + stack.API_VERSION
CANARIES = {
    "plain e-mail": "plain.canary@example.com",
    "escaped e-mail": "escaped.canary@example.com",
    "e-mail in an answer": "answered.canary@example.com",
    "e-mail split over deltas": "split.canary@example.com",
    "e-mail in tool arguments": "tool.canary@example.com",
    "e-mail in split tool arguments": "toolsplit.canary@example.com",
    "e-mail in an error": "error.canary@example.com",
    "e-mail in a header": "header.canary@example.com",
    "end user": "user.canary@example.com",
    "e-mail in a refused prompt": "filtered.canary@example.com",
    "e-mail with a zero-width character": "zerowidth.canary@example.com",
    "e-mail with a control character": "control.canary@exam",
    "key with a line separator": "sk-separated7canary",
    "JWT with blanks in its header": "ewogICJhbGciOiAiSFMyNTYiCn0.eyJzdWIiOiJibGFuay1jYW5hcnkifQ",
    "card": "4012888888881881",
    "IBAN": "DE89370400440532013000",
    "key": "sk-canary4f6A9b2C8d1E7f3G5h0J2k4L6m8",
    "our own key": stack.RETAIL_KEY,
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWEtY2FuYXJ5LTAx",
}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def answer_of(body, content_type="application/json"):
    data = body.encode()
    return (f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
            + body)


def chat_answer(message):
    return answer_of(json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o",
                                 "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                                 "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}))


def chat_stream(deltas):
    events = [{"id": "chatcmpl-2", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
               "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({"id": "chatcmpl-2", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o",
                   "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    return answer_of(text, "text/event-stream")


def pieces(text, size=3):
    return [text[at:at + size] for at in range(0, len(text), size)]


def tool_call(arguments, **more):
    return {"tool_calls": [{"index": 0, **more, "function": {"arguments": arguments}}]}


def ask(gateway, body, *fields, answer=None):
    if answer is not None:
        gateway.simulator.fault("resource", {"raw": answer}, count=1)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(raw.post(CHAT, text.encode(), f"api-key: {stack.RETAIL_KEY}", *fields))
        return raw.read_response(sock)


def prompt(text, **more):
    return {"messages": [{"role": "user", "content": text}], **more}


def talk(gateway):
    """Each canary passes through; how many exchanges that were."""
    c = CANARIES
    arguments = json.dumps({"to": c["e-mail in tool arguments"], "card": c["card"].translate(FULL_WIDTH)})
    split_arguments = json.dumps({"to": c["e-mail in split tool arguments"]})
    secrets = " ".join(c[name] for name in ("card", "IBAN", "key", "our own key", "JWT", "plain e-mail"))
    asked = [
        (prompt(secrets), (), None),
        (json.dumps(prompt(c["escaped e-mail"])).replace("@", "\\u0040").replace("e", "\\u0065"), (), None),
        (prompt(c["e-mail with a zero-width character"].replace("canary", "can\u200bary")), (), None),
        (prompt(" ".join((c["e-mail with a control character"] + "\x1fple.com",
                          c["key with a line separator"] + "\u20284f6A9b2C8d1E7f3G5h",
                          c["JWT with blanks in its header"] + ".c2lnbmF0dXJlLW9mLWJsYW5rcy0wMQ"))), (), None),
        (prompt("hi", user=c["end user"]), (f"x-correlation-id: {c['e-mail in a header']}",), None),
        (prompt("hi"), (), chat_answer({"role": "assistant", "content": f"ask {c['e-mail in an answer']}"})),
        (prompt("hi", stream=True), (), chat_stream([{"content": piece} for piece in
                                                     pieces("write to " + c["e-mail split over deltas"])])),
        (prompt("hi"), (), chat_answer({"role": "assistant", "content": None, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "send", "arguments": arguments}}]})),
        (prompt("hi", stream=True), (), chat_stream(
            [tool_call("", id="call_2", type="function")] + [tool_call(piece) for piece in pieces(split_arguments)])),
        (prompt("hi"), (), "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
                           "Content-Length: {}\r\n\r\n{}".format(*with_size(json.dumps({"error": {
                               "code": "invalid", "message": f"who is {c['e-mail in an error']}?"}})))),
        (prompt(c["e-mail in a refused prompt"]), (),
         "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
         "Content-Length: {}\r\n\r\n{}".format(*with_size(json.dumps({"error": {
             "code": "content_filter", "message": "filtered", "innererror": {"code": "ResponsibleAIPolicyViolation"}}})))),
    ]
    for body, fields, answer in asked:
        ask(gateway, body, *fields, answer=answer)
    return len(asked)


def with_size(body):
    return len(body.encode()), body


def places_of(gateway):
    """Everything that the gateway wrote or showed, by place."""
    out = admin_pages(gateway)
    for command in (("records",), ("usage", "--by", "client,model"), ("deliveries",), ("audit", "search"),
                    ("audit", "export")):
        done = gateway.command(*command)
        assert done.returncode == 0, done.stderr
        out["tollgate " + " ".join(command)] = (done.stdout + done.stderr).encode()
    out |= {f"open {name}": data for name, data in files_below(gateway.directory).items()}
    assert gateway.stop() == 0
    out |= {f"closed {name}": data for name, data in files_below(gateway.directory).items()}
    out["rows at Azure Monitor"] = json.dumps(gateway.simulator.rows()).encode()
    return {name: data for name, data in out.items() if not name.endswith("tollgate.yaml")}


@pytest.fixture
def talked(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    gateway.environment["TOLLGATE_LOG"] = "debug"
    gateway.start()
    exchanges = talk(gateway)
    stack.wait_until(lambda: len({row["RecordId"] for row in rows(gateway) if row["Kind"] == "response"}) >= exchanges,
                     "rows of all answers")
    return gateway


def test_no_canary_is_kept_anywhere(talked):
    kept = rows(talked)
    places = places_of(talked)
    assert found(CANARIES, places) == []
    # Each was there to be found: redaction counts it.
    counted = {}
    for row in kept:
        for rule, count in (row.get("Redactions") or {}).items():
            counted[rule] = counted.get(rule, 0) + count
    said = {"email": 11, "payment_card": 2, "iban": 1, "openai_key": 2, "configured_secret": 1, "jwt": 2}
    assert {rule: counted.get(rule) for rule in said} == said, counted
    refused = [row for row in kept if row["StatusCode"] == 400 and row["Kind"] == "request" and row["Form"] == "raw"]
    assert len(refused) == 2 and all("messages" in row["Content"] for row in refused)
    # The backend got what the client said.
    sent = json.dumps(talked.simulator.requests())
    assert CANARIES["end user"] in sent and CANARIES["plain e-mail"] in sent


def test_a_canary_planted_in_a_copy_of_any_place_is_found(talked):
    places = places_of(talked)
    assert len(places) > 20
    canary = {"canary": "planted.canary@example.com"}
    data = canary["canary"].encode()
    forms = [data, base64.b64encode(b"x" + data), data.hex().encode(), data.replace(b"@", b"\\u0040"), gzip.compress(data)]
    for number, place in enumerate(places):
        middle = len(places[place]) // 2
        planted = forms[number % len(forms)]
        copy = places[place][:middle] + planted + places[place][middle:]
        assert found(canary, {place: copy}) == [("canary", place)], planted
