# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""One party does not starve the others: beside each attack, another client of the same worker has at most the p50 that
it has while the gateway is idle and 50 ms; and the gateway's memory is bounded.

What the gateway does is judged, and not what the machine is short of. So each request goes to the simulator without
the gateway as well, in turn: the bound grows by twice what that one takes longer beside the attack. And it grows with
the time in which the gateway was ready to run and waited for a processor: on a busy machine a worker that has much to
do is not served at once, as one that mostly sleeps is.
"""

import json
import ssl
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

import attacks
import raw
import stack

MORE_MS = 50.0  # than when the gateway is idle
FEWEST, SECONDS, PAUSE = 40, 1.5, 0.01  # requests measured, over at least that time
ROUNDS = 3  # of them beside an attack: a gateway that starves others does so every time, a busy machine does not
MIB = attacks.MIB
MEMORY = 160 * MIB  # limits.memory
BESIDES = 96 * MIB  # what it does not count: buffers of connections, and the copy of a body whose model is renamed
MESSAGES = [{"role": "user", "content": "What colour is the sky?"}]


def make_config(attacked, quiet, directory):
    """One worker. The model `attacked` is answered by one simulator, `quiet` by another that has nothing else to do:
    what is measured is the gateway, not the simulator."""
    first, second = attacked.resource("contoso-eastus"), quiet.resource("contoso-eastus")
    authorities = Path(directory) / "authorities.pem"
    authorities.write_text("".join(Path(one.facts["ca"]).read_text() for one in (attacked, quiet)))
    return f"""
gateway: {{workers: 1, ca_certificates: "{authorities}"}}
listeners: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
authentication: {{custom_header: {{name: x-client-id, trusted_networks: [127.0.0.0/8]}}}}
limits: {{request_body: 32MiB, memory: {MEMORY // MIB}MiB}}
clients:
  - {{name: attacker, header_values: [attacker]}}
  - {{name: other, header_values: [other]}}
backends:
  - {{name: attacked, endpoint: "{first['endpoint']}", credential: {{api_key: {{env: E2E_FIRST}}}}}}
  - {{name: quiet, endpoint: "{second['endpoint']}", credential: {{api_key: {{env: E2E_SECOND}}}}}}
  - {{name: nowhere, endpoint: "https://hanging.invalid", credential: {{api_key: {{env: E2E_FIRST}}}}}}
models:
  - {{name: attacked, targets: [{{backend: attacked, deployment: gpt-4.1-mini}}]}}
  - {{name: quiet, targets: [{{backend: quiet, deployment: gpt-4.1-mini}}]}}
  - {{name: team-gpt51, targets: [{{backend: quiet}}]}}
  - {{name: nowhere, targets: [{{backend: nowhere}}]}}
ledger: {{path: "{directory}/ledger/ledger.db"}}
"""


class World:
    """A gateway with one worker, and two simulated backends."""

    def __init__(self, attacked, quiet, directory, hanging_names):
        self.simulators = {"attacked": attacked, "quiet": quiet}
        config = directory / "tollgate.yaml"
        config.write_text(make_config(attacked, quiet, directory))
        keys = [one.resource("contoso-eastus")["key1"] for one in (attacked, quiet)]
        self.process = stack.Process([stack.BINARIES / "tollgate", "serve", "-c", config], directory, "gateway",
                                     {"E2E_FIRST": keys[0], "E2E_SECOND": keys[1], "LD_PRELOAD": str(hanging_names)})
        fields = dict(part.split("=", 1) for part in self.process.wait_ready().split()[1:])
        host, port = fields["listeners"].split(":")
        self.address = (host, int(port))

    def processor_ns(self):
        """By thread for how long it has run, and for how long it was ready to and had to wait."""
        out = {}
        for path in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            try:
                out[path.parent.name] = [int(word) for word in path.read_text().split()[:2]]
            except OSError:
                pass  # it has ended
        return out

    def peak_memory(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmHWM")


@pytest.fixture(scope="module")
def hanging_names(tmp_path_factory):
    library = tmp_path_factory.mktemp("names") / "hanging_names.so"
    source = Path(__file__).parent / "hanging_names.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    running = stack.Simulator(tmp_path_factory.mktemp("quiet"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def world(simulator, quiet, tmp_path, hanging_names):
    simulator.reset()
    quiet.reset()
    running = World(simulator, quiet, tmp_path, hanging_names)
    yield running
    assert running.process.running(), running.process.log_path.read_text()
    # What is read on for the attacker is no part of this: a stop would wait for it.
    running.process.kill()


class Line:
    """One kept connection and what is asked on it."""

    def __init__(self, sock, request):
        self.sock, self.request = sock, request
        sock.settimeout(20)

    def ask(self):
        begun = time.perf_counter()
        self.sock.sendall(self.request)
        status, _, body = raw.read_response(self.sock)
        assert status == 200, body
        return (time.perf_counter() - begun) * 1000


def through(world, request):
    return Line(raw.connect(*world.address), request)


def past(world, model, request):
    """The same, straight at the backend."""
    simulator = world.simulators[model]
    host, port = simulator.resource("contoso-eastus")["endpoint"].removeprefix("https://").split(":")
    context = ssl.create_default_context(cafile=simulator.facts["ca"])
    plain = raw.connect(host, int(port))
    return Line(context.wrap_socket(plain, server_hostname=host), request)


def chats(world, model):
    """Of the other client: one line through the gateway, and one past it."""
    key = world.simulators[model].resource("contoso-eastus")["key1"]
    ours, theirs = (json.dumps({"model": name, "messages": MESSAGES}).encode() for name in (model, "gpt-4.1-mini"))
    return (through(world, raw.post(attacks.CHAT, ours, "x-client-id: other")),
            past(world, model, raw.post(attacks.CHAT, theirs, f"api-key: {key}")))


def look_ups(world):
    """Of an object that the other client made: the gateway looks up whose it is."""
    body = json.dumps({"model": "team-gpt51", "input": "hi"}).encode()
    with raw.connect(*world.address) as sock:
        sock.sendall(raw.post(attacks.RESPONSES, body, "x-client-id: other"))
        made = json.loads(raw.read_response(sock)[2])["id"]
    key = world.simulators["quiet"].resource("contoso-eastus")["key1"]
    head = f"GET {attacks.RESPONSES}/{made} HTTP/1.1\r\nHost: gw\r\n"
    return (through(world, (head + "x-client-id: other\r\n\r\n").encode()),
            past(world, "quiet", (head + f"api-key: {key}\r\n\r\n").encode()))


@dataclass
class Measured:
    """Beside an attack, in ms; and how many times as much of a processor the gateway wanted as it had."""
    beside: float
    past: float
    shortage: float

    def bound(self, idle, idle_past):
        return (idle + MORE_MS) * self.shortage + 2 * max(0.0, self.past - idle_past)


def measure_beside(world, lines):
    before = world.processor_ns()
    beside, past = medians(lines)
    after = world.processor_ns()
    ran, waited = (sum(after[thread][i] - before[thread][i] for thread in before.keys() & after.keys()) for i in (0, 1))
    return Measured(beside, past, (ran + waited) / max(ran, 1))


def medians(lines):
    """In ms, of requests on each line in turn."""
    times = [[] for _ in lines]
    begun = time.monotonic()
    while len(times[0]) < FEWEST or time.monotonic() - begun < SECONDS:
        for line, of_line in zip(lines, times):
            of_line.append(line.ask())
        time.sleep(PAUSE)
    return [statistics.median(of_line) for of_line in times]


# What is asked beside each attack, and of which backend: of the attacked one where sharing it is
# what matters.
ROWS = {
    attacks.deep_bodies: "quiet",
    attacks.escaped_keys: "quiet",
    attacks.large_bodies: "quiet",
    attacks.stalled_bodies: "quiet",
    attacks.fast_stream: "quiet",
    attacks.slow_readers: "quiet",
    attacks.text_without_breaks: "quiet",
    attacks.streams_held: "attacked",
    attacks.streams_left: "attacked",
    attacks.errors: "attacked",
    attacks.aborted_large_bodies: "look_ups",
    attacks.names_that_hang: "quiet",
    attacks.unfinished_work: "attacked",
    attacks.strangers: "quiet",
    attacks.refusals: "quiet",
}


@pytest.mark.parametrize("attack", ROWS, ids=lambda attack: attack.__name__)
def test_another_client_is_served_as_if_it_were_alone(world, attack):
    asked = ROWS[attack]
    lines = look_ups(world) if asked == "look_ups" else chats(world, asked)
    medians(lines)  # what is made at the first use is no part of it
    idle, idle_past = medians(lines)
    base = world.peak_memory()
    with attacks.Attack(world.address, attack) as running:
        for _ in range(ROUNDS):
            found = measure_beside(world, lines)
            if found.beside <= found.bound(idle, idle_past):
                break
        sent = running.rounds.value
    memory = world.peak_memory() - base
    bound = found.bound(idle, idle_past)
    said = (f"{attack.__name__}: p50 {idle:.2f} ms idle ({idle_past:.2f} without the gateway), beside it "
            f"{found.beside:.2f} ({found.past:.2f}), bound {bound:.0f}; memory {memory / MIB:.0f} MiB over "
            f"{base / MIB:.0f}; {sent} requests sent, {found.shortage:.1f} times short of processors")
    print(said)
    assert sent > 0
    assert found.beside <= bound, said
    assert memory <= MEMORY + BESIDES, said
