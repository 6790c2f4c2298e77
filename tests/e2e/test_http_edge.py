# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The HTTP edge: what is refused reaches no backend, what is odd but legal works."""

import json

import pytest

import raw
import stack

pytestmark = pytest.mark.sanitized

PATH = "/openai/deployments/gpt-4o/chat/completions?api-version=" + stack.API_VERSION
BODY = b'{"messages":[{"role":"user","content":"hi"}]}'
KEY = f"api-key: {stack.RETAIL_KEY}"


def exchange(gateway, data):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(data)
        return raw.read_response(sock)


def head(*fields, line=f"POST {PATH} HTTP/1.1"):
    return ("\r\n".join([line, "Host: gw", "Content-Type: application/json", KEY, *fields]) + "\r\n\r\n").encode()


@pytest.mark.parametrize("fields,status", [
    (["Transfer-Encoding: xchunked"], 501), (["Transfer-Encoding: gzip, chunked"], 501),
    (["Transfer-Encoding: chunked", "Content-Length: 3"], 400), (["Host: twice"], 400),
    (["Content-Length: 3", "Content-Length: 3"], 400), (["Content-Length: 3, 3"], 400),
    (["Foo: bar\r\n Transfer-Encoding: chunked"], 400), ([f"X-{i}: v" for i in range(101)], 431),
    (["X: " + "a" * 70_000], 431), (["api-key: again"], 400), (["Authorization: Bearer x"], 401),
    (["Expect: something"], 417), (["Content-Length: 99999999999"], 413)])
def test_refused_requests_reach_no_backend(gateway, fields, status):
    answer = exchange(gateway, head(*fields) + b"GET /evil HTTP/1.1\r\nHost: gw\r\n\r\n")
    assert answer[0] == status
    error = json.loads(answer[2])["error"]
    assert error["message"] and error["request_id"] == answer[1]["x-request-id"]
    if not fields[0].startswith(("api-key", "Authorization")):  # those are good HTTP: the connection may go on
        assert answer[1]["connection"] == "close"
    assert gateway.simulator.requests() == [] and gateway.records() == []


def test_trailers_never_become_fields(gateway):
    body = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\napi-key: " + stack.RETAIL_KEY.encode() + b"\r\n\r\n"
    unproven = f"POST {PATH} HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert exchange(gateway, unproven + body)[0] == 401
    assert gateway.simulator.requests() == []
    assert exchange(gateway, head("Transfer-Encoding: chunked") + body)[0] == 200
    assert gateway.simulator.requests()[0]["body"] == BODY.decode()


def test_a_chunked_request_arrives_with_a_length(gateway):
    pieces = b"".join(f"{1:x}\r\n".encode() + BODY[i:i + 1] + b"\r\n" for i in range(len(BODY)))
    status, _, _ = exchange(gateway, head("Transfer-Encoding: chunked") + pieces + b"0\r\n\r\n")
    assert status == 200
    request = gateway.simulator.requests()[0]
    names = [name.lower() for name, _ in request["headers"]]
    assert request["body"] == BODY.decode() and "content-length" in names and "transfer-encoding" not in names


def test_expect_continue_is_answered_before_the_body(gateway):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(head("Expect: 100-continue", f"Content-Length: {len(BODY)}"))
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(BODY)
        assert raw.read_response(sock)[0] == 200
    with raw.connect(*gateway.host_port) as sock:  # refused without asking for the body
        sock.sendall(head("Expect: 100-continue", f"Content-Length: {len(BODY)}").replace(b"sk-", b"xx-"))
        assert raw.read_response(sock)[0] == 401


def test_requests_in_a_row_and_in_one_segment_are_answered_in_order(gateway):
    first = raw.post(PATH, BODY, KEY, "x-sim-completion-tokens: 3")
    second = raw.post(PATH, BODY, KEY, "x-sim-completion-tokens: 5")
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(first + second)
        answers = [json.loads(raw.read_response(sock)[2]) for _ in range(1)]
        # A buffered reader would swallow the second answer's start: read it on the same stream.
    with raw.connect(*gateway.host_port) as sock:
        for data in (first, second):
            sock.sendall(data)
            answers.append(json.loads(raw.read_response(sock)[2]))
    assert [a["usage"]["completion_tokens"] for a in answers] == [3, 3, 5]
    assert len(gateway.settled_records(4)) == 4


@pytest.mark.parametrize("line,status", [
    (f"HEAD {PATH} HTTP/1.1", 405), (f"GET {PATH} HTTP/1.1", 405), (f"TRACE {PATH} HTTP/1.1", 405),
    ("POST /openai/deployments/a%2f..%2fb/chat/completions?api-version=1 HTTP/1.1", 400),
    ("POST /openai/../admin HTTP/1.1", 400), ("POST http://evil/x HTTP/1.1", 400), ("POST /metrics HTTP/1.1", 404),
    ("GET / HTTP/2.0", 505), ("POST /openai/files HTTP/1.1", 404),
    ("POST /openai/files?api-version=2024-10-21 HTTP/1.1", 403), ("GET /openai/v1/assistants HTTP/1.1", 403)])
def test_other_methods_and_paths(gateway, line, status):
    answer = exchange_head_only(gateway, line)
    assert answer[0] == status
    assert gateway.simulator.requests() == []
    if status == 405:
        assert answer[1]["allow"] == "POST"


def exchange_head_only(gateway, line):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(head("Connection: close", line=line))
        data, _ = raw.read_all(sock)
        status, fields = parse_head(data)
        if line.startswith("HEAD"):
            assert data.endswith(b"\r\n\r\n")  # no body
        return status, fields


def parse_head(data):
    lines = data.split(b"\r\n\r\n")[0].decode().split("\r\n")
    return int(lines[0].split()[1]), {n.lower(): v for n, v in (line.split(": ", 1) for line in lines[1:])}


def test_http_10_is_served_without_chunks(gateway):
    body = b'{"messages":[{"role":"user","content":"hi"}],"stream":true}'
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(head(f"Content-Length: {len(body)}", line=f"POST {PATH} HTTP/1.0") + body)
        data, clean = raw.read_all(sock)
    assert clean and b"transfer-encoding" not in data.lower() and data.endswith(b"data: [DONE]\n\n")
    assert gateway.settled_records(1)[0]["UsageBasis"] == "reported"


def test_ambiguous_json_is_refused(gateway):
    body = b'{"model":"gpt-4o","model":"gpt-4.1-mini","messages":[]}'
    data = raw.post("/openai/v1/chat/completions", body, KEY)
    assert exchange(gateway, data)[0] == 400
    assert gateway.simulator.requests() == []
