# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Streams byte by byte: what the client gets is what the backend would have sent it directly."""

import json
import time
from urllib.parse import urlparse

import pytest

import raw
import stack

pytestmark = pytest.mark.sanitized

PATH = "/openai/deployments/{}/chat/completions?api-version=" + stack.API_VERSION


def through_gateway(gateway, body, *fields, path=PATH.format("gpt-4o")):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(raw.post(path, json.dumps(body).encode(), f"api-key: {stack.RETAIL_KEY}", *fields))
        return raw.read_response(sock)


def direct(simulator, body, *fields, path=PATH.format("gpt-4o-ptu")):
    resource = simulator.resource("contoso-sweden")
    url = urlparse(resource["endpoint"])
    with raw.connect(url.hostname, url.port, simulator.facts["ca"]) as sock:
        sock.sendall(raw.post(path, json.dumps(body).encode(), f"api-key: {resource['key1']}", *fields))
        return raw.read_response(sock)


def request(**more):
    return {"messages": [{"role": "user", "content": "hi"}], "stream": True, **more}


@pytest.mark.parametrize("behaviour", [
    {}, {"crlf": True}, {"comments": True}, {"write_bytes": 7}, {"no_done": True}, {"chunks": 200},
    {"usage_first": True}, {"close_delimited": True}])
@pytest.mark.parametrize("options", [None, {"include_usage": True}, {"include_usage": False},
                                     {"include_obfuscation": True}])
def test_the_bytes_equal_those_of_a_direct_stream(gateway, behaviour, options):
    body = request() if options is None else request(stream_options=options)
    fields = ["x-sim-seed: 42", "x-sim: " + json.dumps(behaviour)]
    status, head, ours = through_gateway(gateway, body, *fields)
    _, direct_head, theirs = direct(gateway.simulator, body, *fields)
    assert status == 200 and ours == theirs
    hop_by_hop = {"apim-request-id", "x-request-id", "transfer-encoding", "connection"}
    assert {k: v for k, v in head.items() if k not in hop_by_hop} == {
        k: v for k, v in direct_head.items() if k not in hop_by_hop}
    record = gateway.settled_records(1)[0]
    assert record["UsageBasis"] == "reported" and record["CompletionTokens"] == 12
    assert stack.compare(gateway.simulator.bill()[:1], [record]) == []


@pytest.mark.parametrize("chunks", [10, 11, 12, 13])
def test_the_usage_is_read_whatever_line_ends_meet_at_its_event(gateway, chunks):
    behaviour = json.dumps({"line_end": "mixed", "chunks": chunks})
    status, _, _ = through_gateway(gateway, request(stream_options={"include_usage": True}), "x-sim: " + behaviour)
    record = gateway.settled_records(1)[0]
    assert status == 200 and record["UsageBasis"] == "reported"
    assert stack.compare(gateway.simulator.bill(), [record]) == []


def test_old_api_versions_are_not_asked_for_usage_and_say_so(gateway):
    path = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-02-01"
    status, _, _ = through_gateway(gateway, request(), path=path)
    assert status == 200
    record = gateway.settled_records(1)[0]
    assert (record["UsageBasis"], record["UsageReason"]) == ("estimated", "stream_without_usage")
    assert record["PromptTokens"] == 8 and record["CompletionTokens"] >= 12
    assert "stream_options" not in gateway.simulator.requests()[0]["body"]


def test_chunks_arrive_as_the_backend_paces_them(gateway):
    pace = {"chunk_delay_ms": 20, "chunks": 25}

    def arrivals(send):
        sock = send()
        times = []
        data = b""
        while b"[DONE]" not in data:
            piece = sock.recv(65536)
            assert piece
            times.append(time.monotonic())
            data += piece
        return times

    body = json.dumps(request()).encode()

    def ours():
        sock = raw.connect(*gateway.host_port)
        sock.sendall(raw.post(PATH.format("gpt-4o"), body, f"api-key: {stack.RETAIL_KEY}",
                              "x-sim: " + json.dumps(pace)))
        return sock

    times = arrivals(ours)
    # Whoever collects chunks delivers few of them; a busy machine may join some.
    assert len(times) >= 15
    assert times[-1] - times[0] >= 0.4


def peak_of_an_answer(gateway, size):
    """The gateway's largest memory, in KiB, while an answer of `size` bytes passes."""
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(raw.post("/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21",
                              b'{"input":"big"}', f"api-key: {stack.RETAIL_KEY}",
                              f"x-sim-embedding-bytes: {size}"))
        received = 0
        peak = gateway.resident_kib()
        tail = b""
        while b'"usage"' not in tail:
            piece = sock.recv(1 << 20)
            assert piece
            if received // 1_000_000 != (received + len(piece)) // 1_000_000:
                peak = max(peak, gateway.resident_kib())
            received += len(piece)
            tail = (tail + piece)[-200:]
    assert received > size
    return peak


def test_a_large_answer_passes_in_flat_memory(gateway):
    # What the first answer of some length needs is kept: buffers, and a sanitizer's own memory.
    before = peak_of_an_answer(gateway, 5_000_000)
    size = 60_000_000
    peak = peak_of_an_answer(gateway, size)
    assert peak - before < 10_000, f"{peak - before} KiB more than before"
    record = gateway.settled_records(2)[1]
    assert record["UsageBasis"] == "reported" and record["ResponseBytes"] > size


@pytest.mark.parametrize("behaviour", [{"chunked": True}, {"close_delimited": True}, {"informational": 3},
                                       {"write_bytes": 1}, {"usage_first": True}, {"keep_alive_close": True}])
def test_every_framing_of_a_json_answer_arrives_whole(gateway, behaviour):
    body = {"messages": [{"role": "user", "content": "hi"}]}
    for _ in range(2):  # the second finds what the first left of the backend's connection
        status, _, answer = through_gateway(gateway, body, "x-sim: " + json.dumps(behaviour))
        assert status == 200 and json.loads(answer)["usage"]["total_tokens"] == 21
    records = gateway.settled_records(2)
    assert stack.compare(gateway.simulator.bill(), records) == []


@pytest.mark.parametrize("place", ["before_head", "after_head", "mid_body", "before_usage"])
@pytest.mark.parametrize("how", ["reset_at", "close_at"])
def test_a_backend_that_breaks_off_is_never_a_whole_answer(gateway, how, place):
    body = json.dumps(request()).encode()
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(raw.post(PATH.format("gpt-4o"), body, f"api-key: {stack.RETAIL_KEY}",
                              "x-sim: " + json.dumps({how: place})))
        data, _ = raw.read_all(sock) if place != "before_head" else (b"", True)
        if place == "before_head":
            assert raw.read_response(sock)[0] == 502
        else:
            assert b"0\r\n\r\n" not in data and b"[DONE]" not in data
    record = gateway.settled_records(1)[0]
    assert record["Outcome"] == "backend_error"
    assert record["UsageBasis"] == "estimated" and record["PromptTokens"] == 8
    assert record["UsageReason"] == ("no_answer" if place == "before_head" else "answer_cut_off")
