# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The audit trail when things are too large, endless or away: what is kept, what is told, and that all is whole afterwards."""

import json
import re
import urllib.error
import urllib.request

import pytest

import callers
import raw
import stack
from audited import KEY, ask, configure, deliver_to_azure_monitor, rows, whole
from test_audit import reload_with

MIB = 1024  # in KiB, as the kernel tells memory
CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=" + stack.API_VERSION
CANARY = "Write to canary.person@example.com. "


def page(gateway, path):
    with urllib.request.urlopen(gateway.admin + path, timeout=10) as answer:
        return answer.read().decode()


def metric(gateway, name, exporter=None):
    """A metric's value; None while the page does not have it."""
    line = name + (f'{{exporter="{exporter}"}}' if exporter else "")
    found = (text for text in page(gateway, "/metrics").splitlines() if text.startswith(line + " "))
    return next((float(text.split(" ")[1]) for text in found), None)


def readiness(gateway):
    """Also where it is not ready: after a start the signing keys must be fetched."""
    try:
        return json.loads(page(gateway, "/readyz"))
    except urllib.error.HTTPError as not_ready:
        return json.loads(not_ready.read())


def peak_kib(gateway):
    """The most memory that the process ever had."""
    with open(f"/proc/{gateway.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def whole_content(gateway, kind, record, found=None):
    """The content of one side put together; None while a part is missing."""
    sides = [row for row in (rows(gateway) if found is None else found)
             if (row["Kind"], row["Form"], row["RecordId"]) == (kind, "raw", record)]
    parts = {row["Part"]: row["Content"] for row in sides}
    return "".join(parts[number] for number in sorted(parts)) if sides and len(parts) == sides[0]["Parts"] else None


def bounded(gateway, max_body):
    """The most memory that the gateway has had before the test begins."""
    assert gateway.stop() == 0
    configure(gateway, more=f"  level: redacted\n  max_body: {max_body}\n")
    gateway.start()
    ask(gateway, "warm")
    stack.wait_until(lambda: len(whole(gateway, "response")) == 1, "the first rows")
    return peak_kib(gateway)


def test_of_a_prompt_of_60_mb_a_bounded_part_is_kept_redacted(gateway):
    before = bounded(gateway, "1MiB")
    text = CANARY * (60_000_000 // len(CANARY))
    answer = ask(gateway, text, max_tokens=1)
    assert answer.choices
    record, = (r for r in gateway.settled_records(2) if r["RequestBytes"] > 60_000_000)
    content = stack.wait_until(lambda: whole_content(gateway, "request", record["RecordId"]), "every part", 60)
    assert 500_000 < len(content) <= 2**20 and "canary" not in content and "[EMAIL_1]" in content
    assert all(row["Truncated"] for row in whole(gateway, "request") if row["RecordId"] == record["RecordId"])
    # The relay may hold the request itself, as without a trail; the trail makes do with
    # a few times max_body.
    assert peak_kib(gateway) - before < (60 + 24) * MIB
    assert metric(gateway, "tollgate_audit_lost_total") == 0
    billed = {entry["request_id"]: entry["prompt_tokens"] for entry in gateway.simulator.bill() if entry["charged"]}
    assert billed[record["BackendRequestId"]] == record["PromptTokens"], "the backend got all of it"


def test_of_a_stream_without_end_a_bounded_part_is_kept(gateway):
    before = bounded(gateway, "128KiB")  # events are a hundred times as long as what they say
    body = json.dumps({"messages": [{"role": "user", "content": "go on"}], "stream": True}).encode()
    seen = 0
    with raw.connect(*gateway.host_port) as sock:
        wish = json.dumps({"chunks": 300_000})
        sock.sendall(raw.post(CHAT, body, "x-client-id: impatient", f"x-sim: {wish}"))
        while seen < 48_000_000:
            piece = sock.recv(1 << 16)
            assert piece, f"the stream ended after {seen} bytes"
            seen += len(piece)
        grown = peak_kib(gateway) - before
    assert grown < 32 * MIB, "48 MB went through"
    record, = (record for record in gateway.settled_records(2) if record["Stream"])
    assert record["Outcome"] == "client_aborted" and record["ResponseBytes"] >= 0.95 * seen  # without framing
    stack.wait_until(lambda: whole_content(gateway, "response", record["RecordId"]), "every part", 60)
    assert 64_000 < len(whole_content(gateway, "response", record["RecordId"])) <= 2**17
    assert all(row["Truncated"] for row in whole(gateway, "response") if row["RecordId"] == record["RecordId"])
    assert peak_kib(gateway) - before < 32 * MIB


@pytest.fixture
def monitored(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    deliver_to_azure_monitor(gateway)
    gateway.start()
    yield gateway
    gateway.simulator.clear_faults()


def test_content_of_a_backlog_is_whole_after_its_keys_were_exchanged(monitored):
    first, second = monitored.directory / "audit.key", monitored.directory / "second.key"
    second.write_text(KEY.replace("A", "B", 42))
    second.chmod(0o600)
    one, two = f'{{file: "{first}"}}', f'{{file: "{second}"}}'
    long = "a prompt that takes several parts; " * 3000
    monitored.simulator.fault("ingestion", {"status": 503})
    ask(monitored, "under the first " + long)
    stack.wait_until(lambda: metric(monitored, "tollgate_audit_backlog_rows", "azure_monitor"), "a backlog")
    reload_with(monitored, f"keys: [{one}]", f"keys: [{two}, {one}]")
    ask(monitored, "under the second " + long)
    reload_with(monitored, f"keys: [{two}, {one}]", f"keys: [{two}]")
    assert len(monitored.process.logged("config.reloaded")) == 2
    first.unlink()
    assert monitored.stop() == 0
    monitored.start()
    ask(monitored, "after it")
    assert monitored.simulator.rows("audit") == []
    monitored.simulator.clear_faults()
    records = {record["RecordId"] for record in monitored.settled_records(3)}
    assert len(records) == 3

    def arrived():
        found = monitored.simulator.rows("audit")
        sides = [whole_content(monitored, kind, record, found) for record in records for kind in ("request", "response")]
        return sides if all(sides) else None

    sides = stack.wait_until(arrived, "all content at its destination", 90)
    asked = {json.loads(side)["messages"][0]["content"] for side in sides if "messages" in json.loads(side)}
    assert asked == {"under the first " + long, "under the second " + long, "after it"}
    assert not [row for row in monitored.simulator.rows("audit") if row.get("ContentMissing")]


def test_a_destination_that_is_away_is_told_and_so_is_its_return(monitored):
    ask(monitored, "one")
    stack.wait_until(lambda: any(row["Kind"] == "response" for row in monitored.simulator.rows("audit")), "the rows")
    stack.wait_until(lambda: metric(monitored, "tollgate_audit_backlog_rows", "azure_monitor") == 0, "no backlog")
    assert metric(monitored, "tollgate_audit_delivery_alarm", "azure_monitor") == 0
    assert "audit" not in json.dumps(json.loads(page(monitored, "/readyz"))["problems"])
    monitored.simulator.fault("ingestion", {"status": 403})
    ask(monitored, "two")
    stack.wait_until(lambda: metric(monitored, "tollgate_audit_delivery_alarm", "azure_monitor") == 1, "the alarm")
    stack.wait_until(lambda: metric(monitored, "tollgate_audit_backlog_rows", "azure_monitor") >= 4, "the backlog")
    assert metric(monitored, "tollgate_audit_delivery_failures_total", "azure_monitor") > 0
    ready = json.loads(page(monitored, "/readyz"))
    assert ready["ready"] is True, "requests are served"
    assert any("audit" in problem and "azure_monitor" in problem for problem in ready["problems"]), ready
    assert ask(monitored, "three").choices
    # Alarms are tried again about once a minute; a start tries at once.
    monitored.simulator.clear_faults()
    assert monitored.stop() == 0
    monitored.start()
    stack.wait_until(lambda: metric(monitored, "tollgate_audit_backlog_rows", "azure_monitor") == 0, "no backlog", 60)
    assert metric(monitored, "tollgate_audit_delivery_alarm", "azure_monitor") == 0
    stack.wait_until(lambda: "audit" not in json.dumps(readiness(monitored)["problems"]), "no problem")


@pytest.mark.parametrize("pseudonyms", [False, True])
def test_one_caller_of_entra_is_exported_and_erased_and_no_other(gateway, pseudonyms):
    assert gateway.stop() == 0
    configure(gateway, more="  caller_key: {env: E2E_CALLER_KEY}\n" if pseudonyms else "")
    gateway.environment["E2E_CALLER_KEY"] = "Q2FsbGVyS2V5Q2FsbGVyS2V5Q2FsbGVyS2V5Q2FsbGVy"
    gateway.config.write_text(re.sub(r"(  - name: data-science\n)", r"\1    audit: redacted\n", gateway.config.read_text()))
    gateway.start()
    people = {name: f"{digit * 8}-0000-4000-8000-{digit * 12}" for name, digit in (("ann", "a"), ("ben", "b"))}
    for name, person in people.items():
        client = callers.azure_token(gateway, gateway.simulator.token(object_id=person))
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": f"I am {name} of the tower"}])
    records = gateway.settled_records(2)
    assert {record["CallerObjectId"] for record in records} == set(people.values())
    stack.wait_until(lambda: len(whole(gateway, "response")) == 2, "the rows")
    shown = {row["CallerId"] for row in whole(gateway, "request")}
    assert len(shown) == 2 and (shown == set(people.values())) != pseudonyms

    def exported(person):
        done = gateway.command("audit", "export", "--caller", person)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    for name, person in people.items():
        found = exported(person)
        assert len(found) == 4 and len({row["RecordId"] for row in found}) == 1
        assert any(f"I am {name} of the tower" in row["Content"] for row in found)
    done = gateway.command("audit", "erase", "--caller", people["ann"])
    assert done.returncode == 0, done.stderr
    assert not [row for row in exported(people["ann"]) if row.get("Content")]
    assert len(exported(people["ann"])) == 4, "the rows stay"
    assert all(row["Content"] for row in exported(people["ben"]))
    readings = [json.loads(line) for line in gateway.command("audit", "accesses").stdout.splitlines()]
    assert [row["Command"] for row in readings if row["Command"] == "erase"] == ["erase"]
    assert [row["Command"] for row in readings].count("export") == 5
    # What was erased stays so over a restart; what comes after has a key of its own.
    assert gateway.stop() == 0
    gateway.start()
    client = callers.azure_token(gateway, gateway.simulator.token(object_id=people["ann"]))
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "again"}])
    stack.wait_until(lambda: len(whole(gateway, "response")) == 3, "the rows")
    contents = [row["Content"] for row in exported(people["ann"]) if row.get("Content")]
    assert contents and not any("tower" in content for content in contents) and any("again" in content for content in contents)
