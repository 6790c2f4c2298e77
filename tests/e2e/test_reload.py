# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Live configuration: what a reload changes, and that nothing and nobody is lost by it."""

import asyncio
import hashlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.request

import openai
import pytest

import callers
import stack

NEW_KEY = "sk-retail-added-0003"
CALLERS = 12
STREAMED = {"x-sim": json.dumps({"chunk_delay_ms": 25, "chunks": 30})}
PROMPT = "What colour is the sky at noon?"


def sha256(key):
    return hashlib.sha256(key.encode()).hexdigest()


def get(gateway, path):
    with urllib.request.urlopen(gateway.admin + path, timeout=10) as answer:
        return answer.read().decode()


def metric(gateway, name):
    return float(re.search(rf"^{name} (\S+)$", get(gateway, "/metrics"), re.M).group(1))


def problems(gateway):
    state = json.loads(get(gateway, "/readyz"))
    assert state["ready"]
    return state["problems"]


def attempts(gateway):
    return metric(gateway, "tollgate_config_reloads_total") + metric(gateway, "tollgate_config_reload_failures_total")


class Change:
    """Waits for the reload that its body causes."""

    def __init__(self, gateway):
        self.gateway = gateway

    def __enter__(self):
        self.before = attempts(self.gateway)

    def __exit__(self, kind, *rest):
        if kind is None:
            stack.wait_until(lambda: attempts(self.gateway) > self.before, "the reload")


def write_in_place(gateway, text):
    gateway.config.write_text(text)


def rename_over(gateway, text):
    new = gateway.config.with_name("new.yaml")
    new.write_text(text)
    new.rename(gateway.config)


def signal_after_writing(gateway, text):
    write_in_place(gateway, text)
    gateway.process.child.send_signal(signal.SIGHUP)


def swap_links(gateway, text):
    """As Kubernetes updates a mounted ConfigMap: a new directory, then one symbolic link renamed over another."""
    folder = gateway.config.parent
    version = folder / f"..{time.monotonic_ns()}"
    version.mkdir()
    (version / gateway.config.name).write_text(text)
    (folder / "..next").symlink_to(version.name)
    (folder / "..next").rename(folder / "..data")


def mount(gateway):
    """Restarts the gateway with its configuration where Kubernetes would put it."""
    assert gateway.stop() == 0
    folder = gateway.directory / "mounted"
    folder.mkdir()
    text = gateway.config.read_text()
    gateway.config = folder / "tollgate.yaml"
    swap_links(gateway, text)
    gateway.config.symlink_to("..data/tollgate.yaml")
    gateway.start()


def with_new_key(text):
    entry = f"- {{name: primary, sha256: {sha256(stack.RETAIL_KEY)}}}"
    return text.replace(entry, f"{entry}\n      - {{name: added, sha256: {sha256(NEW_KEY)}}}", 1)


def ask(gateway, key):
    """The tokens of one answer; None when the key is refused."""
    try:
        answer = callers.azure_key(gateway, key).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    except openai.AuthenticationError:
        return None
    return answer.usage.total_tokens


@pytest.mark.parametrize("write", [signal_after_writing, write_in_place, rename_over])
def test_a_key_works_once_it_is_added_and_no_longer(gateway, write):
    text = gateway.config.read_text()
    assert ask(gateway, NEW_KEY) is None
    with Change(gateway):
        write(gateway, with_new_key(text))
    assert ask(gateway, NEW_KEY)
    with Change(gateway):
        write(gateway, text)
    assert ask(gateway, NEW_KEY) is None
    assert ask(gateway, stack.RETAIL_KEY)
    added, removed = gateway.process.logged("config.reloaded", 2)
    assert added["changes"] == "added clients[retail-chatbot].api_keys[added]"
    assert removed["changes"] == "removed clients[retail-chatbot].api_keys[added]"
    assert added["trigger"] == ("signal" if write is signal_after_writing else "file")


def test_a_mounted_configuration_is_followed(gateway):
    mount(gateway)
    with Change(gateway):
        swap_links(gateway, with_new_key(gateway.config.read_text()))
    assert ask(gateway, NEW_KEY)


def test_a_secret_that_changes_needs_no_other_change(gateway):
    secret = gateway.directory / "retail.key"
    secret.write_text("sk-first-of-two")
    secret.chmod(0o600)
    with Change(gateway):
        text = gateway.config.read_text()
        write_in_place(gateway, text.replace("- {name: rollover, env: E2E_ROLLOVER_KEY}",
                                             f"- {{name: rollover, file: {secret}}}", 1))
    assert ask(gateway, "sk-first-of-two")
    with Change(gateway):
        secret.write_text("sk-second-of-two")
    assert ask(gateway, "sk-first-of-two") is None
    assert ask(gateway, "sk-second-of-two")
    assert "sk-second-of-two" not in gateway.process.log_path.read_text()


def test_tokens_are_checked_without_a_pause_for_keys(gateway, simulator):
    token = simulator.token(app_id=simulator.facts["callers"][0]["app_id"])
    client = callers.azure_token(gateway, token)
    client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    fetched = len([r for r in simulator.requests() if "keys" in json.dumps(r)])
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, text.replace("Research", "Development"))
    simulator.fault("entra", {"status": 503})
    client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    assert len([r for r in simulator.requests() if "keys" in json.dumps(r)]) == fetched
    with Change(gateway):
        write_in_place(gateway, text.replace(simulator.facts["callers"][0]["app_id"],
                                             "00000000-0000-0000-0000-000000000000"))
    with pytest.raises(openai.PermissionDeniedError):
        client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)


def test_a_file_that_is_refused_changes_nothing_and_is_told(gateway):
    text = gateway.config.read_text()
    broken = text.replace("models: [gpt-4o,", "modles: [gpt-4o,") + "limits: {connections: none}\n"
    with Change(gateway):
        write_in_place(gateway, broken)
    line = 1 + broken[: broken.index("modles")].count("\n")
    found = problems(gateway)
    assert len(found) == 2
    assert found[0].startswith(f"new configuration refused: {gateway.config}:{line}:")
    assert "clients[0].modles is unknown; did you mean models?" in found[0]
    assert "limits.connections must be a whole number" in found[1]
    assert [line["detail"] for line in gateway.process.logged("config.refused", 2)] == [
        problem.removeprefix("new configuration refused: ") for problem in found]
    assert metric(gateway, "tollgate_config_last_reload_successful") == 0
    assert ask(gateway, stack.RETAIL_KEY)
    with Change(gateway):
        write_in_place(gateway, text)
    assert problems(gateway) == []
    assert metric(gateway, "tollgate_config_last_reload_successful") == 1


def test_a_certificate_that_cannot_be_used_changes_nothing(gateway):
    text = gateway.config.read_text()
    missing = gateway.directory / "missing.pem"
    with Change(gateway):
        write_in_place(gateway, text.replace("region: eastus", f"region: eastus\n    ca_certificates: {missing}", 1))
    assert str(missing) in problems(gateway)[0]
    with Change(gateway):
        missing.write_bytes(open(gateway.simulator.facts["ca"], "rb").read())
    assert problems(gateway) == []


def test_what_needs_a_restart_is_told_and_the_rest_applies(gateway):
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, with_new_key(text).replace("workers: 2", "workers: 3"))
    assert ask(gateway, NEW_KEY)
    assert problems(gateway) == ["needs a restart: gateway.workers"]
    assert metric(gateway, "tollgate_config_settings_waiting") == 1
    assert gateway.process.logged("config.needs_restart", 1)[0]["settings"] == "gateway.workers"
    with Change(gateway):
        write_in_place(gateway, text)
    assert problems(gateway) == []


def test_a_configuration_may_say_that_its_files_are_not_watched(gateway):
    text = gateway.config.read_text().replace("workers: 2", "workers: 2, watch_files: false")
    with Change(gateway):
        write_in_place(gateway, text)
    write_in_place(gateway, with_new_key(text))
    time.sleep(2.5)  # longer than a change takes to be seen: there is nothing to wait for
    assert attempts(gateway) == 1
    with Change(gateway):
        gateway.process.child.send_signal(signal.SIGHUP)
    assert ask(gateway, NEW_KEY)


def test_check_explains_what_would_change(gateway):
    old, new = gateway.directory / "old.yaml", gateway.directory / "new.yaml"
    text = gateway.config.read_text()
    old.write_text(text)
    new.write_text(with_new_key(text).replace("workers: 2", "workers: 4").replace("tier: ptu", "tier: reserved"))

    def check(*arguments):
        return subprocess.run([stack.BINARIES / "tollgate", "check", *arguments], capture_output=True, text=True,
                              timeout=20, env={**os.environ, **gateway.environment})

    done = check("-c", new, "--against", old)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        "changed backends[sweden-ptu].tier",
        "added clients[retail-chatbot].api_keys[added]",
        "changed gateway.workers (takes effect at restart)"]
    assert check("-c", old, "--against", old).stdout.splitlines()[1:] == ["nothing changes"]
    new.write_text(text + "nonsense: 1\n")
    assert check("-c", new, "--against", old).returncode == 1


def test_an_operation_leaves_a_line_that_finds_its_record(gateway):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = callers.azure_key(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": PROMPT}],
        extra_headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    record, = gateway.settled_records(1)
    line, = gateway.process.logged("operation", 1)
    assert line["record_id"] == record["RecordId"]
    for ours, column in (("client", "ClientName"), ("operation", "OperationId"), ("model", "Model"),
                         ("backend", "Backend"), ("status", "StatusCode"), ("outcome", "Outcome"),
                         ("prompt_tokens", "PromptTokens"), ("completion_tokens", "CompletionTokens"),
                         ("duration_ms", "DurationMs"), ("correlation_id", "CorrelationId")):
        assert line[ours] == record[column], ours
    assert line["correlation_id"] == trace
    log = gateway.process.log_path.read_text()
    for secret in (PROMPT, answer.choices[0].message.content, stack.RETAIL_KEY, *gateway.environment.values()):
        assert secret not in log


def test_a_record_awaits_the_return_of_its_backend(make_gateway):
    gateway = make_gateway()
    client = callers.plain(gateway)
    with Change(gateway):
        text = gateway.config.read_text()
        write_in_place(gateway, text)
        gateway.process.child.send_signal(signal.SIGHUP)
    client.responses.create(model="team-gpt51", input="hi", background=True,
                            extra_headers={"x-sim": json.dumps({"work_ms": 4000})})
    with Change(gateway):
        write_in_place(gateway, text.replace("eastus\n", "elsewhere\n").replace("backend: eastus", "backend: elsewhere"))
    time.sleep(1)
    record, = gateway.settled_records(1)
    assert (record["Backend"], record["DeliveryState"]) == ("eastus", "awaiting")
    with Change(gateway):
        write_in_place(gateway, text)
    record, = stack.wait_until(lambda: [r for r in gateway.records() if r["DeliveryState"] != "awaiting"], "the usage")
    assert record["UsageBasis"] == "reported"


class Crowd:
    """Callers that stream without a pause and without retries of their own: what fails raises."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.totals = []
        self.streaming = 0
        self.begun = 0
        self.enough = False

    async def stream(self, client):
        total = None
        answer = await client.chat.completions.create(
            model="gpt-4o", messages=callers.MESSAGES, stream=True, stream_options={"include_usage": True},
            extra_headers=STREAMED)
        self.streaming += 1
        self.begun += 1
        try:
            async for chunk in answer:
                total = chunk.usage.total_tokens if chunk.usage else total
        finally:
            self.streaming -= 1
        self.totals.append(total)

    async def ask(self, client):
        answer = await client.embeddings.create(model="text-embedding-3-small", input=PROMPT)
        self.totals.append(answer.usage.total_tokens)

    async def caller(self, number):
        async with openai.AsyncOpenAI(base_url=self.gateway.url + "/openai/v1/", api_key=stack.RETAIL_KEY,
                                      max_retries=0) as client:
            turn = number
            while not self.enough:
                await (self.ask if turn % 4 == 3 else self.stream)(client)
                turn += 1

    async def run(self, meanwhile):
        async def direct():
            try:
                await meanwhile(self)
            finally:
                self.enough = True
        await asyncio.gather(direct(), *(self.caller(number) for number in range(CALLERS)))


def variants(text):
    """The same service in ten forms: names, targets, credentials, limits, clients come and go."""
    other = text.replace("targets: [{backend: sweden-ptu, deployment: gpt-4o-ptu}]",
                         "targets: [{backend: eastus, deployment: gpt-4o}]")
    assert other != text
    yield other
    yield with_new_key(other)
    yield text + "limits: {connections: 500, head_timeout: 5s}\n"
    yield text.replace("region: eastus", "region: eastus2")
    yield text.replace("flush_interval: 200ms", "flush_interval: 100ms")
    yield other.replace("name: tollgate-e2e", "name: tollgate-renamed")
    yield text.replace("  - name: legacy-batch\n    header_values: [legacy-batch]\n", "")
    yield with_new_key(text)
    yield other + "logging: {operations: false}\n"
    yield text


def test_ten_reloads_and_a_drain_under_callers_lose_nothing(make_gateway):
    gateway = make_gateway()
    mount(gateway)
    crowd = Crowd(gateway)
    waves = [lambda g, text: (swap_links(g, text), g.process.child.send_signal(signal.SIGHUP)), swap_links]

    async def reloads(crowd):
        text = gateway.config.read_text()
        for number, variant in enumerate(variants(text)):
            await asyncio.to_thread(stack.wait_until, lambda: crowd.streaming >= CALLERS // 3, "streams")
            before = await asyncio.to_thread(metric, gateway, "tollgate_config_reloads_total")
            waves[number % 2](gateway, variant)
            await asyncio.to_thread(
                stack.wait_until, lambda: metric(gateway, "tollgate_config_reloads_total") > before, "the reload")
            begun = crowd.begun
            await asyncio.to_thread(stack.wait_until, lambda: crowd.begun > begun + CALLERS, "streams on its terms")
        assert await asyncio.to_thread(problems, gateway) == []
        # A new stream each, then the end: no caller asks again, and those that stream are to finish.
        crowd.enough = True
        await asyncio.to_thread(stack.wait_until, lambda: crowd.streaming > 0, "streams")
        drains = len(gateway.process.logged("gateway.draining"))
        gateway.process.child.send_signal(signal.SIGTERM)
        await asyncio.to_thread(gateway.process.logged, "gateway.draining", drains + 1)
        assert crowd.streaming > 0
        gateway.process.child.send_signal(signal.SIGHUP)  # nothing to load any more, and no reason to end

    asyncio.run(crowd.run(reloads))
    assert ended(gateway) == 0, gateway.process.log_path.read_text()

    assert len(crowd.totals) > CALLERS and None not in crowd.totals
    records = gateway.records()
    assert len(records) == len(crowd.totals)
    assert {record["Outcome"] for record in records} == {"completed"}
    assert {record["Backend"] for record in records} == {"sweden-ptu", "eastus"}
    assert {record["Gateway"] for record in records} == {"tollgate-e2e", "tollgate-renamed"}
    bill = [entry for entry in gateway.simulator.bill(5) if entry["charged"]]
    assert len(bill) == len(records)
    assert stack.compare(bill, records) == []
    assert sum(record["TotalTokens"] for record in records) == sum(crowd.totals)
    rows = stack.delivered_rows(gateway.simulator, len(records))
    assert rows.keys() == {record["RecordId"] for record in records}
    assert len(gateway.process.logged("config.reloaded", 10)) == 10


def ended(gateway):
    """The exit status of a gateway that was told to end; another signal would end it at once."""
    status = gateway.process.child.wait(timeout=45)
    gateway.process.stop()
    return status


def start_stream(gateway, seconds):
    stream = callers.azure_key(gateway).chat.completions.create(
        model="gpt-4o", messages=callers.MESSAGES, stream=True, stream_options={"include_usage": True},
        extra_headers={"x-sim": json.dumps({"chunk_delay_ms": 100, "chunks": int(seconds * 10)})})
    next(stream)
    return stream


def test_a_drain_after_a_reload_finishes_its_streams_and_a_second_signal_ends_at_once(make_gateway):
    gateway = make_gateway()
    stream = start_stream(gateway, 3)
    with Change(gateway):
        gateway.process.child.send_signal(signal.SIGHUP)
    gateway.process.child.send_signal(signal.SIGTERM)
    assert [chunk.usage for chunk in stream][-1].total_tokens
    assert ended(gateway) == 0
    record, = gateway.records()
    assert record["Outcome"] == "completed"

    gateway.start()
    stream = start_stream(gateway, 20)
    with Change(gateway):
        gateway.process.child.send_signal(signal.SIGHUP)
    gateway.process.child.send_signal(signal.SIGTERM)
    gateway.process.logged("gateway.draining", 2)
    began = time.monotonic()
    gateway.process.child.send_signal(signal.SIGTERM)
    assert ended(gateway) == 0
    assert time.monotonic() - began < 5, "the stream goes on for 20 s"
    with pytest.raises(Exception):
        list(stream)
    gateway.start()
    outcomes = sorted(record["Outcome"] for record in gateway.settled_records(2))
    assert outcomes == ["completed", "interrupted"]
