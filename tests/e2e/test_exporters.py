# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Several exporters side by side: what one cannot take holds up no other, and is there when it comes back."""

import collections
import json
import re
import signal
import urllib.request

import pytest

import callers
import stack


def monitor(facts, endpoint):
    return f"""azure_monitor:
      endpoint: "{endpoint}"
      rule_id: {facts['rule_id']}
      credential:
        client_secret:
          tenant_id: "{facts['tenant']}"
          client_id: "{facts['gateway']['client_id']}"
          secret: {{env: E2E_GATEWAY_SECRET}}
      flush_interval: 200ms"""


def exporters(facts, directory, second):
    """Two of one kind and one of another, as a list."""
    return f"""exporters:
  - name: first
    {monitor(facts, facts['ingestion'])}
  - name: second
    required: false
    from: beginning
    {monitor(facts, second)}
  - name: files
    json_lines:
      directory: "{directory}/lines"
      format: cloud_events
      rotate_size: 4KiB
      flush_interval: 100ms
"""


def configure(gateway, second):
    head = gateway.config.read_text()
    head = head[:head.index("exporters:")]
    gateway.config.write_text(head + exporters(gateway.simulator.facts, gateway.directory, second))


@pytest.fixture
def three_exporters(gateway):
    assert gateway.stop() == 0
    configure(gateway, "https://127.0.0.1:1")  # nobody listens there
    gateway.start()
    return gateway


def lines(gateway):
    out = []
    for file in sorted((gateway.directory / "lines").glob("usage-*.jsonl")):
        assert file.stat().st_mode & 0o777 == 0o600
        out += [json.loads(line) for line in file.read_text().splitlines()]
    return out


def metric(gateway, name, exporter):
    with urllib.request.urlopen(gateway.admin + "/metrics", timeout=10) as page:
        for line in page.read().decode().splitlines():
            if line.startswith(f'{name}{{exporter="{exporter}"}} '):
                return float(line.split(" ")[1])
    raise AssertionError(f"no {name} of {exporter}")


def ask(gateway, count):
    for _ in range(count):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)


def arrivals(gateway):
    """How often each record has arrived at the simulated service."""
    return collections.Counter(row["RecordId"] for row in gateway.simulator.rows())


def test_each_exporter_gets_every_record_whatever_the_others_do(three_exporters):
    gateway = three_exporters
    ask(gateway, 6)
    stack.delivered_rows(gateway.simulator, 6)
    assert gateway.stop(signal.SIGKILL) == -signal.SIGKILL
    gateway.start()
    ask(gateway, 5)
    stack.delivered_rows(gateway.simulator, 11)
    stack.wait_until(lambda: len({line["id"] for line in lines(gateway)}) == 11, "the lines")
    ids = {record["RecordId"] for record in gateway.records()}
    assert len(ids) == 11
    # Two have them all; the third has none, and says so.
    assert arrivals(gateway).keys() == ids
    assert {line["id"] for line in lines(gateway)} == {line["data"]["RecordId"] for line in lines(gateway)} == ids
    stack.wait_until(lambda: metric(gateway, "tollgate_exporter_backlog_records", "second") == 11, "the backlog")
    assert metric(gateway, "tollgate_exporter_backlog_records", "first") == 0
    assert metric(gateway, "tollgate_exporter_consecutive_failures", "second") > 0
    assert metric(gateway, "tollgate_exporter_delivered_records_total", "first") >= 5, "since the start"
    assert metric(gateway, "tollgate_exporter_delivered_records_total", "second") == 0
    assert any("delivery to second fails" in problem for problem in problems(gateway))
    listed = gateway.command("deliveries").stdout
    assert "second" in listed and "not required" in listed
    assert re.search(r"^failing:\nsecond  since 20\S+Z  \S", listed, re.M), listed
    assert {r["DeliveryState"] for r in gateway.records()} == {"queued"}
    # It comes back.
    before = arrivals(gateway)
    configure(gateway, gateway.simulator.facts["ingestion"])
    gateway.process.child.send_signal(signal.SIGHUP)
    stack.wait_until(lambda: all(arrivals(gateway)[i] > before[i] for i in ids), "the second's records", 60)
    stack.wait_until(lambda: {r["DeliveryState"] for r in gateway.records()} == {"delivered"}, "delivery")


def problems(gateway):
    with urllib.request.urlopen(gateway.admin + "/readyz", timeout=10) as page:
        return json.loads(page.read())["problems"]


def test_an_operator_decides_about_what_was_refused(gateway):
    ask(gateway, 1)
    stack.delivered_rows(gateway.simulator, 1)
    gateway.simulator.fault("ingestion", {"refuse_rows_with": "poison"})
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, user="poison")
    stack.wait_until(lambda: len(gateway.simulator.uploads()) >= 2, "the refusal")
    ask(gateway, 1)  # accepted: the other is tried once more, which convicts it
    record = stack.wait_until(
        lambda: [r for r in gateway.records() if r["DeliveryState"] == "quarantined"], "quarantine")[0]
    stack.wait_until(lambda: problems(gateway), "the problem", 10)
    assert problems(gateway) == [
        "records that the destination of azure_monitor refuses: 1; tollgate deliveries shows them"]
    listed = gateway.command("deliveries")
    assert listed.returncode == 0 and record["RecordId"] in listed.stdout and "status 400" in listed.stdout
    shown = json.loads(gateway.command("deliveries", "show", record["RecordId"]).stdout)
    assert shown["QuarantinedBy"] == "azure_monitor" and shown["TotalTokens"] == record["TotalTokens"]
    gateway.simulator.clear_faults()
    refused = gateway.command("deliveries", "retry")
    assert refused.returncode == 1 and "--all" in refused.stderr
    assert gateway.command("deliveries", "retry", record["RecordId"]).returncode == 0
    stack.wait_until(lambda: arrivals(gateway)[record["RecordId"]] == 1, "the record")
    stack.wait_until(lambda: {r["DeliveryState"] for r in gateway.records()} == {"delivered"}, "delivery")
    assert gateway.command("deliveries", "release", record["RecordId"]).returncode == 1, "it is quarantined no more"
