# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What one party does to the others, in small: each attack runs in a process of its own until it is told to end."""

import json
import multiprocessing
import socket
import threading

import raw

CHAT, RESPONSES = "/openai/v1/chat/completions", "/openai/v1/responses"
MIB = 1 << 20
FORK = multiprocessing.get_context("fork")
SOURCES = 64  # loopback addresses to connect from, for many connections


class Attack:
    """A gateway's address under attack; `begun` once the attack is in force."""

    def __init__(self, address, run):
        self.address, self.run = address, run
        self.begun, self.ended, self.rounds = FORK.Event(), FORK.Event(), FORK.Value("q", 0)
        self.child = FORK.Process(target=self._main, daemon=True)

    def _main(self):
        self.run(self)

    def __enter__(self):
        self.child.start()
        assert self.begun.wait(20), "the attack did not begin"
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.child.join(0.5)
        if self.child.is_alive():
            self.child.terminate()  # it waits for an answer, or sends
            self.child.join(10)

    def connect(self, number=0):
        source = (f"127.0.0.{2 + number % SOURCES}", 0)
        return socket.create_connection(self.address, timeout=20, source_address=source)

    def counted(self):
        with self.rounds.get_lock():
            self.rounds.value += 1

    def again_and_again(self, request, use, connections=1):
        """On each of so many connections at a time: the request, and what is done with its answer."""
        def loop(number):
            while not self.ended.is_set():
                try:
                    with self.connect(number) as sock:
                        sock.sendall(request)
                        self.counted()
                        use(sock)
                except OSError:
                    pass
        threads = [threading.Thread(target=loop, args=(number,)) for number in range(connections)]
        for thread in threads:
            thread.start()
        self.begun.set()
        for thread in threads:
            thread.join()

    def hold(self, requests):
        """Connections that are kept, each with its bytes sent; nothing is read of them."""
        held = []
        for number, request in enumerate(requests):
            held.append(self.connect(number))
            held[-1].sendall(request)
            self.counted()
        self.begun.set()
        self.ended.wait()
        for sock in held:
            sock.close()


def post(body, path=CHAT, sim=None):
    fields = ["x-client-id: attacker"] + ([f"x-sim: {json.dumps(sim)}"] if sim else [])
    return raw.post(path, body if isinstance(body, bytes) else json.dumps(body).encode(), *fields)


def chat(model="attacked", text="hi", **more):
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def one_answer(sock):
    raw.read_response(sock)


def everything(sock):
    buffer = bytearray(MIB)
    while sock.recv_into(buffer):
        pass


def leave(_):
    pass


def deep_bodies(attack):
    attack.again_and_again(post(b'{"model":"attacked","file_ids":' + b"[" * (16 * MIB)), one_answer, connections=2)


def escaped_keys(attack):
    key = b'"' + b"".join(b"\\u%04x" % ord(c) for c in "abcdefgh") + b'":0,'
    body = b'{"model":"attacked","messages":[],' + key * (16 * MIB // len(key)) + b'"z":0}'
    attack.again_and_again(post(body), one_answer, connections=4)


def large_bodies(attack):
    attack.again_and_again(post(chat(text="word " * (3 * MIB))), one_answer, connections=12)


def stalled_bodies(attack):
    begun = post(chat(text="x" * MIB))[:2000]
    attack.hold([begun] * 200)


def fast_stream(attack):
    attack.again_and_again(post(chat(stream=True), sim={"filler_bytes": 512 * MIB}), everything, connections=2)


def slow_readers(attack):
    attack.hold([post(chat(stream=True), sim={"filler_bytes": 64 * MIB})] * 60)


def text_without_breaks(attack):
    wish = {"big_event_bytes": 24 * MIB, "no_usage": True}
    attack.again_and_again(post(chat(stream=True), sim=wish), everything, connections=2)


SLOW = {"chunks": 200, "chunk_delay_ms": 300}


def streams_held(attack):
    attack.hold([post(chat(stream=True), sim=SLOW)] * 300)


def streams_left(attack):
    socks = []
    for number in range(300):
        socks.append(attack.connect(number))
        socks[-1].sendall(post(chat(stream=True), sim=SLOW))
        attack.counted()
    for sock in socks:
        sock.close()
    attack.begun.set()
    attack.ended.wait()


def errors(attack):
    attack.again_and_again(post(chat(), sim={"status": 500, "body": "{}"}), one_answer, connections=2)


def aborted_large_bodies(attack):
    attack.again_and_again(post(chat(text="a" * (8 * MIB)), sim={"delay_ms": 100}), leave, connections=4)


def names_that_hang(attack):
    attack.again_and_again(post(chat("nowhere")), one_answer, connections=12)


def unfinished_work(attack):
    body = {"model": "attacked", "input": "hi", "background": True}
    request = post(body, RESPONSES, {"work_ms": 600000})
    for _ in range(200):
        with attack.connect() as sock:
            sock.sendall(request)
            one_answer(sock)
        attack.counted()
    attack.begun.set()
    attack.ended.wait()


def strangers(attack):
    half_a_head = f"POST {CHAT} HTTP/1.1\r\nHost: gw\r\nX-Rest: ".encode()
    attack.hold([half_a_head, b""] * 400)


def refusals(attack):
    wrong = f"GET /openai/v1/models HTTP/1.1\r\nHost: gw\r\napi-key: {'x' * 40}\r\n\r\n".encode() * 50

    def flood(sock):
        buffer = bytearray(MIB)
        while not attack.ended.is_set() and sock.recv_into(buffer):
            sock.sendall(wrong)
    attack.again_and_again(wrong, flood, connections=2)
