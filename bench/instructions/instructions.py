# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`./dev bench instructions`: user instructions per request of the real program, as callgrind counts them.

Instructions do not depend on what else the machine does, as times do: a change of some per cent is the code's. Each
kind of request is sent one at a time over one connection to a gateway with one worker, API-key authentication,
metering, a price and the durable ledger, until the gateway has ended in order. One life of the gateway serves a few
requests of every kind, and one life a kind serves many of it and as few of the others: what the two lives differ by,
divided by the requests that they differ by, leaves out starting and ending. Audited kinds have lives of their own.
Counted are the threads that work for requests: the worker, the ledger, the log and the trail's recorder. What others
do, and when the allocator gives memory back, goes by the clock, and so by what else the machine does. So do two things
that these threads do: the ledger and the log write what has come since they last woke, in fewer or more batches, and a
slow life opens a connection more, whose handshake would be a seventh of a hundred embeddings. Handshakes are left out,
and the batches are told and judged by themselves.

An audited stream is one whose prompt and answer are put together, redacted, encrypted and stored as well. It is to cost at most
twice what one costs that is not (docs/adr/0193): all that a request takes, what passes and what is done in batches, the least of
the lives. The batches stray, so each life is repeated while it is above that.

`--cost` counts what prices add: the same lives again without them, and fails when a small request or an embedding takes more than
3 % more with them as it passes: the batches stray by more than that, with prices or without, and are told. Such a request has a
record whose cost has two components, with an adjustment: its multiplication, what it adds to the journal, and what is looked at
after it. `--limits` counts in the same way what limits of its requests, tokens and money add, of which 2 % is allowed.

counts.json holds what was counted last, of each kind what is done as a request passes and what is done in batches. With
--guard the command fails when the first has grown by more than 5 %, or the second to more than four times: beside other work it has been three;
and when an audited stream costs more than twice as much as a plain one, whatever is noted.
`./dev bench instructions --write` notes the new counts, which a commit then shows.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "relay"))
from relay import BINARIES, BODY, KEY, make_certificates, ready_line  # noqa: E402

COUNTS = HERE / "counts.json"
AUDIT_KEY = base64.b64encode(bytes(range(32))).decode()
ALLOWED = {"passing": 0.05, "batches": 3}
AUDITED_AT_MOST = 2.0
ADDED_TO = ("small", "embedding")
# Where the threads begin that work for requests, as callgrind names what they run.
THREADS = re.compile(r"^c?fn=\(\d+\) std::thread::_State_impl<.*tollgate::(app::Worker::start|ledger::SqliteLedger::|"
                     r"telemetry::log::BatchedSink::|capture::.*Recorder::start).*::_M_run\(\)$", re.MULTILINE)
IN_BATCHES = ("ledger::SqliteLedger::", "telemetry::log::BatchedSink::")
# A name follows its number where callgrind first tells it.
HANDSHAKE = re.compile(r"^c?fn=\((\d+)\) SSL_do_handshake$", re.MULTILINE)
SHORT, LONG = 20, 120
REPEATED = 3


@dataclass(frozen=True)
class Kind:
    model: str                # what the client calls it
    deployment: str           # by whose name the backend knows what to answer
    path: str
    audited: bool = False
    serves: str = "gpt-4o"    # a limit of money asks what it will cost


KINDS = {"small": Kind("small", "small", "chat/completions"), "stream": Kind("stream", "stream", "chat/completions"),
         "embedding": Kind("embedding", "embedding", "embeddings", serves="text-embedding-3-small"),
         "audited stream": Kind("audited", "stream", "chat/completions", True)}


def kinds_of(audited):
    return {name: kind for name, kind in KINDS.items() if kind.audited == audited}


PRICES = """prices:
  currency: USD
  adjustments: [{percent: -12, from: 2020-01-01}]
  entries:
    - {model: gpt-4o, from: 2020-01-01, per_million: {input: 2.5, cached_input: 1.25, output: 10}}
    - {model: text-embedding-3-small, from: 2020-01-01, per_million: {input: 0.02}}
"""


# Of each measure one, so large that none refuses.
LIMITS = """    limits:
      - {requests: 1000000, per: minute}
      - {tokens: 1000000000, per: day}
      - {cost: "1000000", per: month}
"""


@dataclass(frozen=True)
class Terms:
    """What the configuration has beside what every request needs."""
    priced: bool = True
    limited: bool = False


def configuration(directory, ledger, backend_port, kinds, terms):
    models = "\n".join(f"  - {{name: {kind.model}, targets: [{{backend: bench, deployment: {kind.deployment}, serves: {kind.serves}}}]}}"
                       for kind in kinds.values())
    audited = any(kind.audited for kind in kinds.values())
    audit = "audit: {level: redacted, encryption: {keys: [{env: BENCH_AUDIT_KEY}]}}" if audited else ""
    return f"""
gateway: {{name: bench, workers: 1, ca_certificates: {directory}/ca.pem}}
listeners: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
clients:
  - name: bench
    api_keys: [{{name: only, sha256: {hashlib.sha256(KEY.encode()).hexdigest()}}}]
{LIMITS if terms.limited else ""}
backends:
  - name: bench
    endpoint: "https://localhost:{backend_port}"
    credential: {{api_key: {{env: BENCH_BACKEND_KEY}}}}
models:
{models}
ledger: {{path: {ledger}/ledger.db}}
{PRICES if terms.priced else ""}
{audit}
"""


def send(port, kind, requests):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(requests):
        connection.request("POST", f"/openai/deployments/{kind.model}/{kind.path}?api-version=2024-10-21", BODY,
                           {"api-key": KEY, "content-type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"{kind.model} was answered with {answer.status}")
    connection.close()


def count(directory, backend_port, kinds, measured, terms=Terms()):
    """The instructions of one life of the gateway that serves LONG requests of one kind, or of none, and SHORT of the
    others."""
    life = Path(tempfile.mkdtemp(dir=directory))
    config, counted = life / "tollgate.yaml", life / "callgrind.out"
    config.write_text(configuration(directory, life / "ledger", backend_port, kinds, terms))
    with open(life / "log", "wb") as log:
        gateway = subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={counted}", "-q",
             BINARIES / "tollgate", "serve", "-c", config],
            stdout=subprocess.PIPE, stderr=log,
            env={**os.environ, "BENCH_BACKEND_KEY": "bench-backend-key", "BENCH_AUDIT_KEY": AUDIT_KEY,
                 "MIMALLOC_ALLOW_DECOMMIT": "0"})
        try:
            port = int(re.search(r"listeners=127\.0\.0\.1:(\d+)", ready_line(gateway)).group(1))
            for name, kind in kinds.items():
                send(port, kind, LONG if name == measured else SHORT)
        finally:
            gateway.send_signal(signal.SIGTERM)
            status = gateway.wait(120)
    if status != 0:
        sys.exit(f"the gateway ended with status {status}:\n{(life / 'log').read_text()}")
    threads = [profile.read_text() for profile in life.glob(counted.name + "-*")]
    working = [(began.group(1), profile) for profile in threads if (began := THREADS.search(profile))]
    if len(working) != (4 if kinds_of(True) == kinds else 3):
        sys.exit(f"{len(working)} threads were found that work for requests: THREADS no longer names them")
    return {"passing": sum(passing(profile) for began, profile in working if began not in IN_BATCHES),
            "batches": sum(total(profile) for began, profile in working if began in IN_BATCHES)}


def total(profile):
    return int(re.search(r"^totals: (\d+)", profile, re.MULTILINE).group(1))


def passing(profile):
    """What a thread took without handshakes."""
    named = HANDSHAKE.search(profile)
    calls = re.findall(rf"^cfn=\({named.group(1)}\).*\ncalls=.*\n\S+ (\d+)$", profile, re.MULTILINE) if named else []
    return total(profile) - sum(map(int, calls))


class Lives:
    """What lives of the gateway took, the least of each: what goes by the clock only adds, the more the longer the
    machine makes a life last."""

    def __init__(self, directory, backend_port):
        self.directory, self.backend_port, self.least = directory, backend_port, {}

    def live(self, names):
        """Those that tell what these kinds take, as many at a time as there are cores."""
        wanted = {(KINDS[name].audited, measured) for name in names for measured in (None, name)}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = {life: pool.submit(count, self.directory, self.backend_port, kinds_of(life[0]), life[1])
                      for life in sorted(wanted, key=str)}
        for life, counted in counts.items():
            self.least[life] = less(counted.result(), self.least.get(life))

    def per_request(self):
        return {name: per_request(self.least[kind.audited, name], self.least[kind.audited, None])
                for name, kind in KINDS.items()}


def less(counted, before):
    return counted if before is None else {part: min(now, before[part]) for part, now in counted.items()}


def per_request(many, few):
    return {part: (many[part] - few[part]) // (LONG - SHORT) for part in many}


def grown_parts(noted, counted):
    return [part for part, now in counted.items() if now > noted.get(part, now) * (1 + ALLOWED[part])]


def grown_kinds(noted, counted):
    return [kind for kind, now in counted.items() if grown_parts(noted.get(kind, {}), now)]


def audited_share(counted):
    """How many times a plain stream's instructions an audited one takes."""
    return sum(counted["audited stream"].values()) / sum(counted["stream"].values())


def kinds_too_dear(noted, counted):
    """Those that have grown, and both streams while an audited one costs too much."""
    streams = {"stream", "audited stream"} if audited_share(counted) > AUDITED_AT_MOST else set()
    return sorted(streams.union(grown_kinds(noted, counted)))


def with_backend(directory, work):
    """What `work` makes of the port of a backend."""
    make_certificates(directory)
    backend = subprocess.Popen([BINARIES / "bench-backend", directory / "server.pem", directory / "server.key"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        return work(int(ready_line(backend).split()[1]))
    finally:
        backend.stdin.close()
        backend.wait(20)


def measure(directory, noted):
    """Instructions per request by kind. Of kinds that seem to cost too much the lives are repeated."""
    def work(port):
        lives = Lives(directory, port)
        lives.live(KINDS)
        for _ in range(REPEATED):
            if not (too_dear := kinds_too_dear(noted, lives.per_request())):
                break
            lives.live(too_dear)
        return lives.per_request()
    return with_backend(directory, work)


@dataclass(frozen=True)
class Addition:
    """Something whose share of a request's instructions is bounded."""
    name: str
    present: Terms
    absent: Terms
    allowed: float  # of what a request takes without it, as it passes


COST = Addition("prices", Terms(), Terms(priced=False), 0.03)
QUOTAS = Addition("limits", Terms(limited=True), Terms(), 0.02)


def measure_addition(directory, addition):
    """Sentences on what it adds to each kind, and whether that is too much."""
    kinds = kinds_of(False)

    def work(port):
        wanted = [(terms, measured) for terms in (addition.present, addition.absent) for measured in (None, *ADDED_TO)]
        least = {}
        for _ in range(1 + REPEATED):
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                counts = {life: pool.submit(count, directory, port, kinds, life[1], life[0]) for life in wanted}
            least = {life: less(counted.result(), least.get(life)) for life, counted in counts.items()}
            if all(share_of(addition, least, name) <= addition.allowed for name in ADDED_TO):
                break
        return least
    least = with_backend(directory, work)
    sentences, too_much = [], False
    for name in ADDED_TO:
        present, absent = (per_request(least[terms, name], least[terms, None])
                           for terms in (addition.present, addition.absent))
        share = share_of(addition, least, name)
        too_much = too_much or share > addition.allowed
        sentences.append(f"{name}: {present['passing']:,} instructions a request as it passes with {addition.name}, "
                         f"{absent['passing']:,} without ({share:+.1%}, allowed {addition.allowed:.0%}); in batches "
                         f"{present['batches']:,} and {absent['batches']:,}")
    return sentences, too_much


def share_of(addition, least, name):
    """What it adds to a request of that kind as it passes, as a share of what it takes without it."""
    present, absent = (per_request(least[terms, name], least[terms, None])["passing"]
                       for terms in (addition.present, addition.absent))
    return present / absent - 1


def judge(noted, counted):
    """Sentences about the counts, and whether one is too high."""
    sentences, grown = [], False
    for kind, parts in counted.items():
        if kind not in noted:
            sentences.append(f"{kind}: {sum(parts.values()):,}, not noted so far")
            grown = True
            continue
        sentences.append(f"{kind}: {sum(parts.values()):,} instructions a request")
        for part, now in parts.items():
            before = noted[kind][part]
            verdict = ""
            if part in grown_parts(noted[kind], parts):
                verdict, grown = "  grown: make it less, or note it with --write and say why", True
            elif now < before * (1 - ALLOWED[part]):
                verdict = "  less: note it with --write, or the next growth hides in it"
            sentences.append(f"  {part} {now:,}, noted {before:,} ({now / before - 1:+.1%}){verdict}")
    share = audited_share(counted)
    too_dear = share > AUDITED_AT_MOST
    sentences.append(f"an audited stream takes {share:.3f} times what one takes that is not, and may take {AUDITED_AT_MOST}"
                     + ("  too much: make it less" if too_dear else ""))
    return sentences, grown or too_dear


def main():
    parser = argparse.ArgumentParser(prog="./dev bench instructions", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="note the counts in counts.json")
    parser.add_argument("--guard", action="store_true", help="fail when a count has grown, or an audited stream costs too much")
    parser.add_argument("--cost", action="store_true", help="count what prices add, and fail when it is more than 3 %%")
    parser.add_argument("--limits", action="store_true", help="count what quotas add, and fail when it is more than 2 %%")
    options = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="tollgate-bench-"))
    noted = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    try:
        if options.cost or options.limits:
            sentences, too_much = measure_addition(directory, COST if options.cost else QUOTAS)
            print("\n".join(sentences))
            return 1 if too_much else 0
        counted = measure(directory, noted)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    sentences, grown = judge(noted, counted)
    print("\n".join(sentences))
    if options.write:
        COUNTS.write_text(json.dumps(counted, indent=2) + "\n")
        return 0
    return 1 if options.guard and grown else 0


if __name__ == "__main__":
    sys.exit(main())
