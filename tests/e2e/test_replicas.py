# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Limits that several gateways share in one store: nobody is given more than there is, whatever becomes of whom."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import callers
import stack
import store
from reloads import get, metric

CLIENT = "legacy-batch"
KEY = "an-admin-key-0002"
ASKED = 50  # tokens of the answer, at the most
BODY = json.dumps({"model": "gpt-4.1-mini", "messages": callers.MESSAGES, "max_tokens": ASKED})
#: The prompt's bytes are what is reserved for it at first.
RESERVED = ASKED + len(BODY)
#: Seconds: a count that was just made decides nothing for two, and is found out within one.
BELIEVED = 4


@pytest.fixture
def server():
    with store.Server() as one:
        yield one


@pytest.fixture
def make_replicas(simulator, tmp_path, server):
    """Gateways with these default limits on one store; all are stopped at the end."""
    simulator.reset()
    started = []

    def make(count, *limits, more=""):
        settings = server.settings.rstrip("}\n") + "}}" + f", default_limits: [{', '.join(limits)}]{more}}}\n"
        for i in range(count):
            directory = tmp_path / f"replica-{len(started)}"
            directory.mkdir()
            secret = directory / "admin.key"
            secret.touch(0o600)
            secret.write_text(KEY)
            changes = [("tollgate-e2e,", f"replica-{len(started)},"),
                       ('admin: {address: "127.0.0.1:0"}',
                        f'admin: {{address: "127.0.0.1:0", key: {{file: "{secret}"}}}}')]
            started.append(stack.Gateway(simulator, directory, settings, changes=changes))
        for gateway in started:
            stack.wait_until(lambda g=gateway: is_ready(g), "a replica to be ready")
        return started[-count:]

    yield make
    for gateway in started:
        if gateway.process.running():
            assert gateway.stop() == 0, gateway.process.log_path.read_text()


def is_ready(gateway):
    connection = http.client.HTTPConnection(gateway.admin.removeprefix("http://"), timeout=10)
    connection.request("GET", "/readyz")
    return connection.getresponse().status == 200


class Caller:
    """One connection to one gateway."""

    def __init__(self, gateway):
        self.gateway, self.connection = gateway, None

    def ask(self, body=BODY):
        """Status, tokens used, and the error's code."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(*self.gateway.host_port, timeout=30)
        try:
            self.connection.request("POST", "/openai/v1/chat/completions", body,
                                    {"x-client-id": CLIENT, "content-type": "application/json"})
            answer = self.connection.getresponse()
            page = json.loads(answer.read())
        except OSError:
            self.connection = None
            raise
        if answer.status == 200:
            return 200, page["usage"]["total_tokens"], None
        return answer.status, 0, page["error"]["code"]


def state(gateway, measure="tokens"):
    page = json.loads(get(gateway, "/admin/quotas"))
    return next(one for one in page["limits"]
                if one["measure"] == measure and one["subject"].get("name") == CLIENT)


def total_used(gateways):
    """By the gateways' own ledgers: what a crash cut off, and nobody knows the tokens of, as the others are on average."""
    out = 0
    for gateway in gateways:
        tokens = [(record["PromptTokens"] or 0) + (record["CompletionTokens"] or 0)
                  for record in gateway.records() if record["ClientName"] == CLIENT]
        known = [count for count in tokens if count]
        out += sum(known) + (len(tokens) - len(known)) * (sum(known) // len(known) if known else 0)
    return out


def settled(gateway):
    """What the store has once nothing is reserved."""
    def idle():
        shared = state(gateway).get("shared")
        return shared if shared and shared["reserved"] == 0 and shared["age_ms"] < 1500 else None
    return stack.wait_until(idle, "nothing to be reserved", 30)


def nothing_in_flight(gateway):
    stack.wait_until(lambda: state(gateway, "in_flight")["shared"]["used"] == 0, "nothing in flight", 20)


def agrees(gateways):
    """The store has what the ledgers have."""
    def same():
        shared = state(gateways[0]).get("shared")
        used = total_used(gateways)
        return shared["used"] if shared["reserved"] == 0 and shared["used"] == used else None
    try:
        return stack.wait_until(same, "the store to have what the ledgers have", 30)
    except Exception as error:
        raise AssertionError((state(gateways[0]), total_used(gateways))) from error


def flood(gateways, requests, at_once):
    """Answers of so many requests, spread evenly over the gateways; whoever is not there is skipped."""
    local = threading.local()

    def one(i):
        callers_here = local.__dict__.setdefault("callers", {})
        gateway = gateways[i % len(gateways)]
        caller = callers_here.setdefault(id(gateway), Caller(gateway))
        try:
            return caller.ask()
        except (OSError, http.client.HTTPException):
            return None
    with ThreadPoolExecutor(at_once) as threads:
        return [answer for answer in threads.map(one, range(requests)) if answer]


@pytest.mark.parametrize("strict", [True, False])
def test_eight_replicas_do_not_overshoot_one_budget(make_replicas, strict):
    limit = 30000
    gateways = make_replicas(8, f"{{tokens: {limit}, per: year, strict: {str(strict).lower()}}}", "{in_flight: 1000}")
    answers = flood(gateways, 1600, 64)
    assert len(answers) == 1600
    statuses = {status for status, _, _ in answers}
    assert statuses == {200, 429}, statuses
    assert {code for status, _, code in answers if status == 429} == {"insufficient_quota"}
    used = sum(tokens for _, tokens, _ in answers)
    assert used <= limit
    # What is refused has no room, but for what others had ahead.
    assert used >= limit - 8 * RESERVED - limit // 8, used
    assert agrees(gateways) == used
    nothing_in_flight(gateways[3])
    assert sum(metric(gateway, "tollgate_store_limits_asked_total") for gateway in gateways) > 0


def in_the_middle(gateways, requests):
    """Waits until so many requests have asked the store."""
    stack.wait_until(lambda: sum(metric(one, "tollgate_store_limits_asked_total") for one in gateways) >= requests,
                     f"{requests} requests to have asked")


def test_requests_in_flight_are_counted_over_replicas(make_replicas, simulator):
    gateways = make_replicas(2, "{in_flight: 1}")
    for i in range(20):
        assert Caller(gateways[i % 2]).ask()[0] == 200, "the one before has ended"
    simulator.fault("resource", {"delay_ms": 1500}, count=1)
    slow = threading.Thread(target=Caller(gateways[0]).ask)
    slow.start()
    stack.wait_until(lambda: state(gateways[0], "in_flight")["used"] == 1, "the request to be in flight")
    status, _, code = Caller(gateways[1]).ask()
    slow.join()
    assert (status, code) == (429, "rate_limit_exceeded")


def test_a_killed_replica_leaves_nothing_reserved(make_replicas):
    gateways = make_replicas(3, "{tokens: 10000000, per: year}", "{in_flight: 1000}")
    answers = []
    flooding = threading.Thread(target=lambda: answers.extend(flood(gateways, 900, 30)))
    flooding.start()
    in_the_middle(gateways, 300)
    gateways[1].process.stop(9)
    flooding.join()
    gateways[1].start()
    stack.wait_until(lambda: is_ready(gateways[1]), "the replica")
    used = agrees(gateways)
    assert used >= sum(tokens for _, tokens, _ in answers)
    assert settled(gateways[0])["used"] == used
    shown = gateways[0].command("quota", "show", "--address", gateways[0].admin.removeprefix("http://"))
    assert "Of all processes" in shown.stdout and str(used) in shown.stdout, shown
    nothing_in_flight(gateways[0])


def test_a_flushed_store_is_told_again(make_replicas, server):
    limit = 30000
    gateways = make_replicas(4, f"{{tokens: {limit}, per: year, strict: true, on_store_failure: closed}}")
    answers = []
    flooding = threading.Thread(target=lambda: answers.extend(flood(gateways, 6000, 16)))
    flooding.start()
    for part in range(2):
        in_the_middle(gateways, (part + 1) * 400)
        assert "OK" in server.ask("FLUSHALL")
    flooding.join()
    assert {status for status, _, _ in answers} <= {200, 429, 503}
    used = sum(tokens for _, tokens, _ in answers)
    assert 0 < used <= limit
    time.sleep(BELIEVED)
    used += sum(tokens for _, tokens, _ in flood(gateways, 400, 16))
    assert used <= limit
    assert agrees(gateways) == used


def change(gateway, **order):
    connection = http.client.HTTPConnection(gateway.admin.removeprefix("http://"), timeout=10)
    connection.request("POST", "/admin/quotas", json.dumps({"subject": CLIENT, "limit": "requests/year", **order}),
                       {"authorization": f"Bearer {KEY}"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()


def test_what_operators_change_at_one_replica_holds_at_all(make_replicas, server):
    one, other = make_replicas(2, "{requests: 4, per: year, strict: true}")

    def passed(requests):
        return sum(Caller((one, other)[i % 2]).ask()[0] == 200 for i in range(requests))
    assert passed(8) == 4
    change(one, action="top_up", amount="2")
    stack.wait_until(lambda: state(other, "requests")["shared"]["added"] == 2, "the top-up")
    assert passed(8) == 2
    assert server.ask("FLUSHALL")
    time.sleep(BELIEVED)
    assert passed(4) == 0, "a store that has lost all is told what was added, and no more"
    change(other, action="reset")
    stack.wait_until(lambda: state(one, "requests")["shared"]["used"] == 0, "the reset")
    assert passed(10) == 6
    other.process.stop(9)
    other.start()
    stack.wait_until(lambda: is_ready(other), "the replica")
    assert passed(4) == 0, "what was forgiven is forgiven once"


@pytest.mark.parametrize("way", ["local", "open", "closed"])
def test_without_its_store_each_limit_does_what_it_says(make_replicas, server, way):
    limit = 20000
    gateways = make_replicas(2, f"{{tokens: {limit}, per: year, on_store_failure: {way}}}")
    before = sum(tokens for _, tokens, _ in flood(gateways, 20, 4))
    stack.wait_until(lambda: all((state(one).get("shared") or {}).get("used") == before for one in gateways),
                     "both to see what the other has used")
    server.kill()
    stack.wait_until(lambda: any(f"on_store_failure {way} is in force" in text
                                 for text in json.loads(get(gateways[0], "/readyz"))["problems"]), "to be told")
    began = time.monotonic()
    answers = flood(gateways, 800, 8)
    took = (time.monotonic() - began) / 800 * 8
    statuses = {status for status, _, _ in answers}
    used = before + sum(tokens for _, tokens, _ in answers)
    if way == "local":
        assert statuses == {200, 429} and limit * 0.5 < used <= limit
    if way == "open":
        assert statuses == {200} and used > limit
    if way == "closed":
        assert statuses == {503} and {code for _, _, code in answers} == {"quota_store_unavailable"}
    assert took < 1
    assert metric(gateways[0], f'tollgate_quota_without_store_total{{way="{way}"}}'.replace("{", r"\{")) > 0
    server.start()
    assert agrees(gateways) == used
