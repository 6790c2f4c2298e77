# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""With audit level `redacted`, values of each kind go through the gateway in every form that redaction handles, in
prompts, answers, tool arguments, forms, headers and errors; then everything that it wrote is searched for them, at home
and where the trail's rows go: files, Azure Monitor, append blobs. So it is with keyed replacements and where the audit
fails closed. The search itself is shown to find what is planted in copies of those very places (here and in
test_secrets.py)."""

import base64
import gzip
import json
import urllib.parse

import pytest

import raw
import stack
import through
from audited import configure, rows
from leaks import admin_pages, files_below, found
from test_append_blob import append_blob

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
    "e-mail in instructions": "instructed.canary@example.com",
    "e-mail in a response's deltas": "deltas.canary@example.com",
    "e-mail in a response that broke off": "broken.canary@example.com",
    "e-mail in a function's arguments": "function.canary@example.com",
    "e-mail in what a function gave": "outcome.canary@example.com",
    "e-mail in a reasoning summary": "reason.canary@example.com",
    "e-mail in metadata": "metadata.canary@example.com",
    "e-mail in a transcript": "heard.canary@example.com",
    "e-mail in a transcript's deltas": "hearing.canary@example.com",
    "e-mail in a plain transcript": "plainly.canary@example.com",
    "e-mail in a form's field": "field.canary@example.com",
    "e-mail in a file's name": "filename.canary@example.com",
    "e-mail in a file": "infile.canary@example.com",
    "e-mail to be spoken": "spoken.canary@example.com",
    "e-mail to be embedded": "embedded.canary@example.com",
    "e-mail in a completion": "legacy.canary@example.com",
    "e-mail in a path": "path.canary@example.com",
    "conversation": "conversation.canary@example.com",
    "percent-encoded e-mail": "percent.canary@example.com",
    "e-mail in base64": "base64.canary@example.com",
    "card": "4012888888881881",
    "IBAN": "DE89370400440532013000",
    "key": "sk-canary4f6A9b2C8d1E7f3G5h0J2k4L6m8",
    "our own key": stack.RETAIL_KEY,
    "private key": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    "split private key": "MIIEpAIBAAKCAQEA5q1ZkTsbXo6rwXgT9mQd2fLhE0yVnBuKcJiWzRxPaSDvNoYe",
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


def response_stream(*events, ends=True):
    """`events`: (type without response., the rest of the event)."""
    text = "".join(f"event: response.{kind}\ndata: {json.dumps({'type': 'response.' + kind, 'sequence_number': number, **more})}\n\n"
                   for number, (kind, more) in enumerate(events))
    if ends:
        return answer_of(text, "text/event-stream")
    return ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\nConnection: close\r\n\r\n" + text)


def in_deltas(kind, item, text, more):
    """A response's stream that tells one item in pieces of three characters, and whole at the end as the service does."""
    begun = {"id": "resp_canary", "object": "response", "status": "in_progress", "model": "gpt-5.1", "output": []}
    where = {"item_id": item["id"], "output_index": 0, **more}
    events = [("created", {"response": begun}), ("output_item.added", {"output_index": 0, "item": {**item, "status": "in_progress"}})]
    events += [(f"{kind}.delta", {**where, "delta": piece}) for piece in pieces(text)]
    return events, begun


def spoken_message(text):
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}


def whole_response(events, begun, item):
    done = {**begun, "status": "completed", "output": [item], "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}
    return response_stream(*events, ("output_item.done", {"output_index": 0, "item": item}), ("completed", {"response": done}))


def private_key(body):
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"


def set_up(gateway, operation, answer):
    """The next answer to this operation: no question of the gateway's own may take it."""
    gateway.simulator.fault("resource", {"raw": answer}, count=1, operation=operation)


def ask(gateway, body, *fields, answer=None):
    if answer is not None:
        set_up(gateway, "ChatCompletions_Create", answer)
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


def talk_of_responses(gateway):
    """By Responses: how many exchanges."""
    c = CANARIES
    url = "/openai/v1/responses"
    message, part = spoken_message(""), {"content_index": 0}
    told = in_deltas("output_text", {**message, "content": []}, "to " + c["e-mail in a response's deltas"], part)
    broken = in_deltas("output_text", {**message, "content": []}, "to " + c["e-mail in a response that broke off"], part)[0]
    arguments = json.dumps({"to": c["e-mail in a function's arguments"]})
    call = {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "send", "arguments": ""}
    called = in_deltas("function_call_arguments", call, arguments, {})
    summary = {"id": "rs_1", "type": "reasoning", "summary": []}
    reason = "thinks of " + c["e-mail in a reasoning summary"]
    reasoned = in_deltas("reasoning_summary_text", summary, reason, {"summary_index": 0})
    given = {"type": "function_call_output", "call_id": "call_1",
             "output": json.dumps({"mail": c["e-mail in what a function gave"]})}
    asked = [
        ({"input": "hi", "instructions": f"write to {c['e-mail in instructions']}", "metadata": {"who": c["e-mail in metadata"]},
          "stream": True}, whole_response(*told, spoken_message("to " + c["e-mail in a response's deltas"]))),
        ({"input": "hi", "stream": True, "store": False}, response_stream(*broken, ends=False)),
        ({"input": "hi", "stream": True}, whole_response(*called, {**call, "arguments": arguments, "status": "completed"})),
        ({"input": [{**call, "arguments": "{}"}, given], "stream": True},
         whole_response(*reasoned, {**summary, "summary": [{"type": "summary_text", "text": reason}]})),
    ]
    for body, answer in asked:
        set_up(gateway, "Responses_Create", answer)
        through.send(gateway, "POST", url, {"model": "team-gpt51", **body})
    return len(asked)


def talk_in_forms(gateway):
    """By forms and by the smaller APIs: how many exchanges."""
    c = CANARIES
    sound = (c["e-mail in a file's name"] + ".wav", b"RIFF" + c["e-mail in a file"].encode())
    hearing = "call " + c["e-mail in a transcript's deltas"]
    events = [{"type": "transcript.text.delta", "delta": piece} for piece in pieces(hearing)]
    stream = "".join(f"data: {json.dumps(event)}\n\n" for event in [*events, {"type": "transcript.text.done", "text": hearing}])
    heard = [({}, answer_of(json.dumps({"text": f"call {c['e-mail in a transcript']}"}))),
             ({"stream": "true"}, answer_of(stream, "text/event-stream")),
             ({"response_format": "text"}, answer_of(f"call {c['e-mail in a plain transcript']}\n", "text/plain"))]
    for more, answer in heard:
        set_up(gateway, "Transcriptions_Create", answer)
        body, kind = through.form([("model", "gpt-4o-transcribe"), ("prompt", "spell " + c["e-mail in a form's field"]), ("file", sound), *more.items()])
        through.send(gateway, "POST", "/openai/v1/audio/transcriptions", body, content_type=kind)
    small = [("/audio/speech", {"model": "gpt-4o-mini-tts", "input": c["e-mail to be spoken"], "voice": "alloy"}),
             ("/embeddings", {"model": "text-embedding-3-small", "input": ["a", c["e-mail to be embedded"]]}),
             ("/completions", {"model": "gpt-35-turbo-instruct", "prompt": ["a", "b " + c["e-mail in a completion"]]})]
    for path, body in small:
        through.send(gateway, "POST", "/openai/v1" + path, body)
    return len(heard) + len(small)


def talk_in_codes(gateway):
    """In what hides a value from the eye: how many exchanges."""
    c = CANARIES
    coded = base64.b64encode(f"mail to {c['e-mail in base64']}, please".encode()).decode()
    asked = [(prompt(f"see https://a.example/?to={urllib.parse.quote(c['percent-encoded e-mail'], safe='')}&x=1"), (), None),
             (prompt(f"decode {coded} for me"), (), None),
             (prompt(private_key(c["private key"])), (f"x-conversation-id: {c['conversation']}",), None),
             (prompt("hi", stream=True), (), chat_stream([{"content": piece} for piece in
                                                          pieces(private_key(c["split private key"]), 7)]))]
    for body, fields, answer in asked:
        ask(gateway, body, *fields, answer=answer)
    unknown = raw.post(f"/openai/deployments/{urllib.parse.quote(c['e-mail in a path'])}/chat/completions?api-version=2024-10-21",
                       json.dumps(prompt("hi")).encode(), f"api-key: {stack.RETAIL_KEY}")
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(unknown)
        assert raw.read_response(sock)[0] in (403, 404)
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
    for table in ("", "audit", "accesses"):
        out[f"rows at Azure Monitor {table}"] = json.dumps(gateway.simulator.rows(table)).encode()
    out |= {f"blob {name}": blob["text"].encode() for name, blob in gateway.simulator.blobs().items()}
    return {name: data for name, data in out.items() if not name.endswith("tollgate.yaml")}


def deliver_everywhere(gateway):
    """Stopped: the trail's rows go to files, Azure Monitor and append blobs."""
    facts = gateway.simulator.facts
    monitor = f"""    azure_monitor:
      endpoint: "{facts['ingestion']}"
      rule_id: {facts['rule_id']}
      flush_interval: 100ms
      credential:
        client_secret: {{tenant_id: "{facts['tenant']}", client_id: "{facts['gateway']['client_id']}", secret: {{env: E2E_GATEWAY_SECRET}}}}
"""
    text = gateway.config.read_text()
    assert "  exporters:\n    json_lines:" in text
    gateway.config.write_text(text.replace("  exporters:\n    json_lines:",
                                           "  exporters:\n" + monitor + append_blob(facts, 4) + "    json_lines:", 1))


HMAC = "  redaction: {replacement: {hmac: {env: E2E_REDACTION_KEY}}}\n"
FORMS = {"numbered": "", "keyed": HMAC, "fails closed": "  on_failure: fail_closed\n"}


def start_audited(gateway, more=""):
    assert gateway.stop() == 0
    configure(gateway, more="  level: redacted\n" + more)
    deliver_everywhere(gateway)
    gateway.environment["TOLLGATE_LOG"] = "debug"
    gateway.environment["E2E_REDACTION_KEY"] = "a-key-of-the-replacements-0123456789"
    gateway.start()


def wait_for_rows(gateway, exchanges):
    """Those of all answers are wherever they go, and somebody has read some."""
    def ids(found):
        return {row["RecordId"] for row in found if row["Kind"] == "response"}

    stack.wait_until(lambda: len(ids(rows(gateway))) >= exchanges, "rows of all answers", 40)
    stack.wait_until(lambda: ids(gateway.simulator.rows("audit")) == ids(rows(gateway)), "the rows at Azure Monitor", 40)
    stack.wait_until(lambda: {row["RecordId"] for name, blob in gateway.simulator.blobs().items() if name.startswith("audit/")
                              for row in map(json.loads, blob["text"].splitlines()) if row["Kind"] == "response"}
                     == ids(rows(gateway)), "the rows in blobs", 40)


@pytest.fixture(params=FORMS)
def talked(gateway, request):
    start_audited(gateway, FORMS[request.param])
    exchanges = sum(told(gateway) for told in (talk, talk_of_responses, talk_in_forms, talk_in_codes))
    wait_for_rows(gateway, exchanges)
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
    asked = sum((row.get("Redactions") or {}).get("email", 0) for row in kept if row["Kind"] == "request")
    assert asked == 20 and counted["email"] == 31, counted
    said = {"payment_card": 2, "iban": 1, "openai_key": 2, "configured_secret": 1, "jwt": 2, "private_key": 2}
    assert {rule: counted.get(rule) for rule in said} == said, counted
    # Where the trail fails closed, the request's row was there before the answer.
    ids = {row["RecordId"] for row in kept if row["StatusCode"] == 400}
    refused = [row for row in kept if row["RecordId"] in ids and row["Kind"] == "request" and row["Form"] == "raw"]
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
