# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Reloads while callers stream, and the end after one: nobody and nothing is lost."""

import asyncio
import json
import signal
import time

import openai
import pytest

import callers
import stack
from reloads import Change, metric, mount, problems, swap_links, with_new_key

CALLERS = 12
STREAMED = {"x-sim": json.dumps({"chunk_delay_ms": 25, "chunks": 30})}
PROMPT = "What colour is the sky at noon?"


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
        # A new stream each, then the end: no caller asks again, and those that stream are to
        # finish.
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


def test_what_outlasts_the_grace_is_interrupted(make_gateway):
    gateway = make_gateway()
    assert gateway.stop() == 0
    gateway.config.write_text(gateway.config.read_text().replace("gateway: {", "gateway: {stop_grace: 1s, ", 1))
    gateway.start()
    stream = start_stream(gateway, 20)
    began = time.monotonic()
    gateway.process.child.send_signal(signal.SIGTERM)
    assert ended(gateway) == 0
    assert 1 <= time.monotonic() - began < 10, "the stream goes on for 20 s"
    with pytest.raises(Exception):
        list(stream)
    gateway.start()
    record, = gateway.settled_records(1)
    assert record["Outcome"] == "interrupted"
