# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`./dev bench edge`: what clients that do nothing cost the others, on loopback against azure-simulator.

Three figures, each beside its target; none of them decides a test:
- stalled: p99 of ordinary chats, alone and while thousands of connections hold half a request head each;
- idle: resident memory per plain-HTTP connection that has served one chat and is kept alive;
- refusals: whether the time of a 401 tells how much of an API key was right (Welch's t).

Everything is bounded by its arguments and ends by itself. Timings on a busy machine say more about the machine.
"""

import argparse
import hashlib
import math
import multiprocessing
import random
import resource
import select
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import stack  # noqa: E402  (the processes and their clean ends are those of the end-to-end tests)

KEY = "bench-client-key-0123456789abcdef0123456789abcdef"
BODY = b'{"messages":[{"role":"user","content":"' + b"Why is the sky blue? " * 60 + b'"}]}'
CHAT = (b"POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 HTTP/1.1\r\nHost: gw\r\n"
        b"Content-Type: application/json\r\napi-key: " + KEY.encode() + b"\r\n"
        b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY)
HALF_A_HEAD = b"POST /openai/deployments/gpt-4o/chat/completions HTTP/1.1\r\nHost: gw\r\nX-Rest: "
SOURCES = 64  # loopback addresses to connect from: one has too few ports for many connections


def make_config(simulator, directory):
    eastus = simulator.resource("contoso-eastus")
    return f"""
gateway: {{ca_certificates: "{simulator.facts['ca']}"}}
listeners: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
limits: {{head_timeout: 10m, connections: 50000}}
clients:
  - {{name: bench, api_keys: [{{name: primary, sha256: {hashlib.sha256(KEY.encode()).hexdigest()}}}]}}
backends:
  - {{name: eastus, endpoint: "{eastus['endpoint']}", credential: {{api_key: {{env: BENCH_KEY}}}}}}
models: [{{name: gpt-4o, targets: [{{backend: eastus, deployment: gpt-4.1-mini}}]}}]
ledger: {{path: "{directory}/ledger/ledger.db"}}
"""


class Gateway:
    def __init__(self, simulator, directory):
        config = Path(directory) / "tollgate.yaml"
        config.write_text(make_config(simulator, directory))
        self.process = stack.Process([stack.BINARIES / "tollgate", "serve", "-c", config], directory, "gateway",
                                     {"BENCH_KEY": simulator.resource("contoso-eastus")["key1"]})
        fields = dict(part.split("=", 1) for part in self.process.wait_ready().split()[1:])
        host, port = fields["listeners"].split(":")
        self.address = (host, int(port))
        self.admin = fields["admin"]

    def memory_kib(self):
        """VmRSS and its anonymous part."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rows = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return int(rows["VmRSS"].split()[0]), int(rows["RssAnon"].split()[0])

    def metric(self, name):
        page = urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=20).read().decode()
        return sum(float(line.split()[-1]) for line in page.splitlines() if line.split("{")[0].split(" ")[0] == name)


def connect(address, number=0):
    return socket.create_connection(address, timeout=60, source_address=(f"127.0.0.{2 + number % SOURCES}", 0))


def read_answer(sock):
    """One answer with a Content-Length; its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            raise ConnectionError("the gateway closed the connection")
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += sock.recv(65536)
    return int(head.split()[1])


def chat(sock):
    sock.sendall(CHAT)
    status = read_answer(sock)
    if status != 200:
        raise RuntimeError(f"a chat was answered with {status}")


def caller(address, count, times):
    with connect(address) as sock:
        for _ in range(count):
            begun = time.perf_counter_ns()
            chat(sock)
            times.append((time.perf_counter_ns() - begun) / 1e6)


def caller_process(address, count, pipe):
    times = []
    caller(address, count, times)
    pipe.send(times)


def measure(address, callers, requests):
    """Latencies in milliseconds of closed-loop callers, each a process of its own."""
    context = multiprocessing.get_context("fork")
    running = []
    for _ in range(callers):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=caller_process, args=(address, requests // callers, theirs))
        child.start()
        theirs.close()
        running.append((child, ours))
    times = [one for _, pipe in running for one in pipe.recv()]
    for child, _ in running:
        child.join()
    return times


def p99(times):
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]


def verdict(value, target):
    return "met" if value <= target else "MISSED"


def bench_stalled(gateway, options):
    measure(gateway.address, options.callers, options.requests // 2)
    alone, beside = [], []
    for number in range(options.rounds):
        alone.append(p99(measure(gateway.address, options.callers, options.requests)))
        stalled = []
        for one in range(options.stalled):
            stalled.append(connect(gateway.address, one))
            stalled[-1].sendall(HALF_A_HEAD)
        beside.append(p99(measure(gateway.address, options.callers, options.requests)))
        open_still = len(stalled) - len(readable(stalled))
        for sock in stalled:
            sock.close()
        stack.wait_until(lambda: gateway.metric("tollgate_connections_open") <= 1, "the stalled ones to be gone", 60)
        print(f"  round {number + 1}: p99 alone {alone[-1]:.3f} ms, beside {open_still} stalled {beside[-1]:.3f} ms")
        if open_still != options.stalled:
            sys.exit("stalled connections were closed: the figure would be worth nothing")
    one, other = statistics.median(alone), statistics.median(beside)
    print(f"stalled: p99 {one:.3f} ms alone, {other:.3f} ms beside {options.stalled} stalled connections, "
          f"ratio {other / one:.3f} (medians of {options.rounds} rounds; target at most 1.10: "
          f"{verdict(other / one, 1.10)})")


def readable(socks):
    poller = select.poll()
    for sock in socks:
        poller.register(sock, select.POLLIN)
    return poller.poll(0)


def bench_idle(gateway, options):
    # What grows with the number of requests rather than of connections (ledger, pools) shall have
    # grown before.
    threads = [threading.Thread(target=caller, args=(gateway.address, options.idle // 8, [])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stack.wait_until(lambda: gateway.metric("tollgate_connections_open") == 0, "the callers to be gone", 60)
    time.sleep(1)
    before = gateway.memory_kib()
    socks = [None] * options.idle

    def open_share(first):
        for number in range(first, options.idle, 8):
            socks[number] = connect(gateway.address, number)
            chat(socks[number])

    threads = [threading.Thread(target=open_share, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = int(gateway.metric("tollgate_connections_open"))
    after = gateway.memory_kib()
    ended = len(readable(socks))
    for sock in socks:
        sock.close()
    growth = [(b - a) / options.idle for a, b in zip(before, after)]
    print(f"idle: {held} connections held, {ended} ended; resident memory {before[0] / 1024:.1f} to "
          f"{after[0] / 1024:.1f} MiB: {growth[0]:.2f} KiB per connection ({growth[1]:.2f} of it anonymous; "
          f"target at most 20: {verdict(growth[0], 20)})")


def bench_refusals(gateway, options):
    """Keys that are wrong in the first byte or in the last one, in turns of random order."""
    head = b"GET /openai/deployments HTTP/1.1\r\nHost: gw\r\napi-key: "
    wrong = (b"X" + KEY[1:].encode(), KEY[:-1].encode() + b"X")
    times = ([], [])
    order = [number % 2 for number in range(options.refusals)]
    random.Random(1).shuffle(order)
    with connect(gateway.address) as sock:
        for which in order:
            begun = time.perf_counter_ns()
            sock.sendall(head + wrong[which] + b"\r\n\r\n")
            status = read_answer(sock)
            times[which].append((time.perf_counter_ns() - begun) / 1e3)
            if status != 401:
                raise RuntimeError(f"a wrong key was answered with {status}")
    # The slowest twentieth is the machine's, not the comparison's.
    kept = [sorted(one)[: len(one) * 19 // 20] for one in times]
    spread = math.sqrt(sum(statistics.variance(one) / len(one) for one in kept))
    t = abs(statistics.mean(kept[0]) - statistics.mean(kept[1])) / spread
    print(f"refusals: mean {statistics.mean(kept[0]):.2f} us when the first byte of the key is wrong, "
          f"{statistics.mean(kept[1]):.2f} us when the last is; |t| {t:.2f} over {options.refusals} "
          f"(target below 4.5: {verdict(t, 4.5)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("stalled", "idle", "refusals"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4000, help="per measurement")
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--stalled", type=int, default=5000)
    parser.add_argument("--idle", type=int, default=10000)
    parser.add_argument("--refusals", type=int, default=100000)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < max(options.stalled, options.idle) + 200:
        sys.exit(f"only {hard} open files are allowed here: ask for fewer connections or raise `ulimit -Hn`")
    with tempfile.TemporaryDirectory() as directory:
        simulator = stack.Simulator(directory)
        gateway = Gateway(simulator, directory)
        try:
            for name, run in (("stalled", bench_stalled), ("idle", bench_idle), ("refusals", bench_refusals)):
                if options.only in (None, name):
                    run(gateway, options)
        finally:
            gateway.process.stop()
            simulator.stop()


if __name__ == "__main__":
    main()
