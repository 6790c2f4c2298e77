# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Three backends, one throttling, one flapping, one healthy, under fifty callers: nobody notices, and the bill adds up."""

import asyncio
import json
import time
import urllib.request

import openai

import callers
import stack

CALLERS = 50
REMEMBERED = 2000  # requests that the simulator keeps
FRANCE = """
  - name: france
    endpoint: "{endpoint}"
    region: francecentral
    credential: {{api_key: {{env: E2E_FRANCE_KEY}}}}
    connections: {{max: 64}}
models:"""


def use_three_backends(gateway):
    """Every model on all three, side by side; the gateway starts again with that."""
    assert gateway.stop() == 0
    france = gateway.simulator.resource("contoso-france")
    text = gateway.config.read_text().replace("\nmodels:", FRANCE.format(endpoint=france["endpoint"]), 1)
    models = ""
    for model in ("gpt-4o", "team-gpt51"):
        targets = ", ".join(f"{{backend: {name}}}" for name in ("sweden-ptu", "eastus", "france"))
        models += f"  - {{name: {model}, targets: [{targets}]}}\n"
    head, rest = text.split("\nmodels:\n", 1)
    text = head + "\nmodels:\n" + models + rest[rest.index("identity:"):]
    text = text.replace("models: [gpt-4o, text-embedding-3-small, team-gpt51]", "models: [gpt-4o, team-gpt51]")
    gateway.config.write_text(text)
    gateway.environment["E2E_FRANCE_KEY"] = france["key1"]
    gateway.start()


def throttle(simulator):
    """Sweden refuses a part of what it gets, streamed Responses with a 200."""
    simulator.fault("resource", {"responses_429": "error_first", "headers": {"retry-after-ms": "300"}},
                    resource="contoso-sweden", operation="Responses_Create", probability=0.3, seed=11)
    simulator.fault("resource", {"error": "ms_429"}, resource="contoso-sweden",
                    operation="ChatCompletions_Create", probability=0.3, seed=12)


async def chat(client):
    answer = await client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    return answer.usage.total_tokens


async def chat_stream(client):
    total = None
    stream = await client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, stream=True,
                                                  stream_options={"include_usage": True})
    async for chunk in stream:
        total = chunk.usage.total_tokens if chunk.usage else total
    return total


async def response_stream(client):
    total = None
    stream = await client.responses.create(model="team-gpt51", input="What colour is the sky?", stream=True)
    async for event in stream:
        assert event.type not in ("error", "response.failed")
        if event.type == "response.completed":
            total = event.response.usage.total_tokens
    return total


def make_client(gateway):
    return openai.AsyncOpenAI(base_url=gateway.url + "/openai/v1/", api_key=stack.RETAIL_KEY, max_retries=0)


async def caller(client, number, until, totals):
    """Asks without a pause and without retries of its own: what fails raises."""
    async with client:
        turn = number
        while time.monotonic() < until:
            totals.append(await (chat, chat_stream, response_stream)[turn % 3](client))
            turn += 1


async def flap(simulator, until):
    """East US is up for a while and down for a while."""
    down = False
    while time.monotonic() < until:
        await asyncio.sleep(0.7)
        down = not down
        await asyncio.to_thread(simulator.clear_faults)
        await asyncio.to_thread(throttle, simulator)
        if down:
            await asyncio.to_thread(simulator.fault, "resource", {"status": 503, "body": "<html>"},
                                    resource="contoso-eastus")


async def run(gateway, seconds):
    clients = [make_client(gateway) for _ in range(CALLERS)]  # takes seconds, in which nobody could ask
    until = time.monotonic() + seconds
    totals = []
    await asyncio.gather(flap(gateway.simulator, until),
                         *(caller(client, number, until, totals) for number, client in enumerate(clients)))
    return totals


def routes(gateway):
    with urllib.request.urlopen(gateway.admin + "/admin/routes", timeout=10) as answer:
        return json.loads(answer.read())


def test_nobody_notices_a_throttling_and_a_flapping_backend_and_the_bill_reconciles(make_gateway, request):
    gateway = make_gateway()
    use_three_backends(gateway)
    throttle(gateway.simulator)
    totals = asyncio.run(run(gateway, request.config.getoption("--failover-seconds")))
    gateway.simulator.clear_faults()
    assert len(totals) > CALLERS and None not in totals

    records = gateway.settled_records(len(totals))
    assert len(records) == len(totals)
    assert {record["Outcome"] for record in records} == {"completed"}
    assert {record["UsageBasis"] for record in records} == {"reported"}
    bill = [entry for entry in gateway.simulator.bill(5) if entry["charged"]]
    assert len(bill) == len(records)
    assert stack.compare(bill, records) == []
    assert sum(record["TotalTokens"] for record in records) == sum(totals)
    assert sum(entry["total_tokens"] for entry in bill) == sum(totals)

    # The trouble was real: both bad backends were asked and left, in one record each time.
    left = {(attempt["Backend"], attempt["Status"]) for record in records for attempt in record["Attempts"][:-1]}
    assert {("sweden-ptu", 429), ("eastus", 503)} <= left
    for record in records:
        assert record["Attempts"][-1]["Status"] == 200 and record["Attempts"][-1]["Backend"] == record["Backend"]
    refused = sum(1 for record in records for attempt in record["Attempts"] if attempt["Status"] != 200)
    assert len(gateway.simulator.requests()) == min(len(records) + refused, REMEMBERED)
    page = routes(gateway)
    assert page["retry_budget"]["retries"] == refused
    for model in page["models"]:
        assert all(target["pending"] == 0 for target in model["targets"])
        assert next(t for t in model["targets"] if t["backend"] == "france")["failed"] == 0
    stack.delivered_rows(gateway.simulator, len(records))
