# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Records through departures, outages, restarts and kills."""

import datetime
import json
import random
import signal
import sqlite3
import subprocess
import threading

import openai
import pytest

import callers
import raw
import stack

PATH = "/openai/deployments/gpt-4o/chat/completions?api-version=" + stack.API_VERSION
STREAM = b'{"messages":[{"role":"user","content":"hi"}],"stream":true}'


def command(*arguments):
    return subprocess.run([stack.BINARIES / "tollgate", *arguments], timeout=60, capture_output=True, text=True)


def leave_mid_stream(gateway, *fields):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(raw.post(PATH, STREAM, *fields,
                              'x-sim: {"chunk_delay_ms": 30, "chunks": 30}', "x-sim-completion-tokens: 30"))
        while b'"content":"Blue"' not in (piece := sock.recv(4096)):
            assert piece


def test_a_client_that_leaves_is_drained_to_the_exact_usage(gateway):
    leave_mid_stream(gateway, f"api-key: {stack.RETAIL_KEY}")
    record = gateway.settled_records(1)[0]
    assert (record["Outcome"], record["UsageBasis"]) == ("client_aborted", "reported")
    assert stack.compare(gateway.simulator.bill(), [record]) == []
    assert gateway.simulator.bill()[0]["completed"]


def test_a_client_that_leaves_can_end_the_backends_work_instead(gateway):
    leave_mid_stream(gateway, "x-client-id: impatient")
    record = gateway.settled_records(1)[0]
    assert (record["Outcome"], record["UsageBasis"]) == ("client_aborted", "estimated")
    assert record["UsageReason"] == "answer_cut_off"
    # Its one message by the documented framing, and the words that arrived before it left.
    assert record["PromptTokens"] == 8 and 1 <= record["CompletionTokens"] < 30
    assert record["TotalTokens"] == record["PromptTokens"] + record["CompletionTokens"]
    stack.wait_until(lambda: not gateway.simulator.bill()[0]["completed"], "the backend to be left")


def test_records_wait_for_azure_monitor_and_survive_a_restart(gateway):
    gateway.simulator.fault("ingestion", {"status": 503})
    for _ in range(3):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    stack.wait_until(lambda: len(gateway.simulator.uploads()) > 0, "a failed upload")
    assert gateway.simulator.rows() == []
    assert gateway.stop(signal.SIGKILL) == -signal.SIGKILL
    gateway.simulator.clear_faults()
    gateway.start()
    rows = stack.delivered_rows(gateway.simulator, 3)
    records = gateway.settled_records(3)
    assert {r["RecordId"] for r in records} == rows.keys()
    stack.wait_until(lambda: all(r["DeliveryState"] == "delivered" for r in gateway.records()), "delivery")


def test_a_poisoned_record_is_set_aside_and_the_rest_goes_on(gateway):
    gateway.simulator.fault("ingestion", {"status": 503})
    for _ in range(2):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.settled_records(2)
    # Both together, then the first alone; once the other is accepted, the first is tried once more.
    bad, good = (record["RecordId"] for record in gateway.records())
    gateway.simulator.fault("ingestion", {"refuse_rows_with": bad}, instead=True)
    stack.wait_until(lambda: any(r["DeliveryState"] == "quarantined" for r in gateway.records()), "quarantine", 40)
    states = {r["DeliveryState"]: r for r in gateway.records()}
    assert {state: record["RecordId"] for state, record in states.items()} == {"quarantined": bad, "delivered": good}
    assert "status 400" in states["quarantined"]["QuarantineReason"]
    assert [row["RecordId"] for row in gateway.simulator.rows()] == [good]


def test_a_destination_that_refuses_everything_for_a_while_convicts_nobody(gateway):
    gateway.simulator.fault("ingestion", {"status": 503})
    for _ in range(2):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.settled_records(2)
    # Both together, and the first alone; then it takes what comes.
    gateway.simulator.fault("ingestion", {"status": 400}, count=2, instead=True)
    rows = stack.delivered_rows(gateway.simulator, 2)
    assert set(rows) == {record["RecordId"] for record in gateway.records()}
    stack.wait_until(lambda: {r["DeliveryState"] for r in gateway.records()} == {"delivered"}, "delivery")


def test_an_upload_whose_answer_is_lost_goes_again_with_the_same_ids(gateway):
    gateway.simulator.fault("ingestion", {"reset_after_accept": True}, count=1)
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    rows = stack.wait_until(lambda: (r := gateway.simulator.rows()) and len(r) == 2 and r, "the second upload")
    assert rows[0] == rows[1]


def test_a_second_gateway_on_the_same_ledger_is_refused(gateway):
    second = subprocess.run([stack.BINARIES / "tollgate", "serve", "-c", gateway.config], timeout=20,
                            capture_output=True, text=True, env={**__import__("os").environ, **gateway.environment})
    assert second.returncode == 1 and "in use by another process" in second.stderr


def test_reports_group_and_format(gateway):
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    callers.azure_token(gateway, gateway.simulator.token()).embeddings.create(
        model="text-embedding-3-small", input="hello")
    gateway.settled_records(2)
    rows = json.loads(gateway.command("usage", "--by", "client,model", "--format", "json").stdout)
    assert [(r["client"], r["model"], r["operations"]) for r in rows] == [
        ("data-science", "text-embedding-3-small", 1), ("retail-chatbot", "gpt-4o-2024-11-20", 1)]
    bill = {e["model"]: e["total_tokens"] for e in gateway.simulator.bill()}
    assert {r["model"]: r["total_tokens"] for r in rows} == bill
    assert {r["model"]: r["average_total_tokens"] for r in rows} == bill
    by_ip = gateway.command("usage", "--by", "ip,model", "--since", "1h")
    assert "127.0.0.1" in by_ip.stdout and "total" in by_ip.stdout.splitlines()[-1]
    csv = gateway.command("usage", "--by", "client", "--format", "csv").stdout.splitlines()
    assert csv[0].startswith("client,operations,") and len(csv) == 3
    wrong = gateway.command("usage", "--by", "colour")
    assert wrong.returncode == 1 and "cannot group by colour" in wrong.stderr


def report(gateway, *options):
    done = gateway.command("usage", *options, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_reports_by_month_and_tag_in_a_time_and_an_order(gateway):
    for _ in range(2):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    callers.azure_token(gateway, gateway.simulator.token()).embeddings.create(
        model="text-embedding-3-small", input="hello")
    records = gateway.settled_records(3)
    total = sum(r["TotalTokens"] for r in records)
    days = sorted(r["EventTime"][:10] for r in records)
    first_day, last_day = days[0], days[-1]
    after = (datetime.date.fromisoformat(last_day) + datetime.timedelta(days=1)).isoformat()

    rows = report(gateway, "--by", "month,tag:cost_center", "--sort", "tokens", "--from", first_day, "--to", after)
    assert sorted((r["tag:cost_center"], r["operations"]) for r in rows) == [("", 1), ("4711", 2)]
    assert {r["month"] for r in rows} <= {first_day[:7], last_day[:7]}
    assert [r["total_tokens"] for r in rows] == sorted((r["total_tokens"] for r in rows), reverse=True)
    assert sum(r["total_tokens"] for r in rows) == total
    assert [round(r["tokens_percent"], 6) for r in rows] == [round(100 * r["total_tokens"] / total, 6) for r in rows]

    assert report(gateway, "--by", "client", "--from", after) == []
    assert report(gateway, "--by", "client", "--to", first_day) == []
    assert gateway.command("records", "--from", after).stdout == ""
    assert len(gateway.command("records", "--from", first_day, "--to", after).stdout.splitlines()) == 3


def test_failures_have_the_name_of_the_model_and_cost_nothing(gateway):
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.simulator.fault("resource", {"status": 500})
    with pytest.raises(openai.InternalServerError):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.simulator.clear_faults()
    records = gateway.settled_records(2)
    assert len({r["Model"] for r in records}) == 2, "the failed one's answer names none"
    (row,) = report(gateway, "--by", "model")
    assert (row["model"], row["operations"]) == ("gpt-4o-2024-11-20", 2)
    assert (row["without_usage"], row["free"], row["unknown"]) == (1, 1, 0)
    assert row["average_total_tokens"] == row["total_tokens"]


def test_what_a_report_cannot_be_is_said_at_once(gateway):
    wrong = gateway.command("usage", "--by", "client,colour", "--since", "soon", "--to", "2026-02-30", "--sort", "size",
                            "--format", "xml")
    assert wrong.returncode == 1 and wrong.stdout == ""
    assert len(wrong.stderr.splitlines()) == 5
    for allowed in ("month or tag:NAME", "24h or 30d", "2026-11-01", "name, tokens, operations or cost", "table, csv or json"):
        assert allowed in wrong.stderr
    wrong = gateway.command("records", "--from", "2026-11-02", "--to", "2026-11-02")
    assert wrong.returncode == 1 and "--to must be later" in wrong.stderr


def test_check_tells_every_error_with_its_line(gateway):
    broken = gateway.config.read_text().replace("workers: 2", "wokers: 2").replace(
        "flush_interval: 200ms", "flush_interval: soon")
    gateway.config.write_text(broken)
    check = gateway.command("check")
    assert check.returncode == 1
    assert "gateway.wokers is unknown; did you mean workers?" in check.stderr
    assert "flush_interval must be a duration" in check.stderr
    lines = check.stderr.splitlines()
    assert len(lines) == 2 and all(str(gateway.config) + ":" in line for line in lines)


def test_the_metrics_count_what_the_records_say(gateway):
    import urllib.request
    for _ in range(2):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    records = gateway.settled_records(2)
    text = urllib.request.urlopen(gateway.admin + "/metrics", timeout=10).read().decode()
    total = sum(r["PromptTokens"] for r in records)
    assert f'type="prompt"}} {total}' in text.replace(".0\n", "\n")
    assert 'tollgate_requests_total{client="retail-chatbot"' in text
    assert "gen_ai_client_token_usage_bucket" in text and stack.RETAIL_KEY not in text
    assert urllib.request.urlopen(gateway.admin + "/healthz", timeout=10).status == 200
    assert json.loads(urllib.request.urlopen(gateway.admin + "/readyz", timeout=10).read())["ready"]


class Load:
    """Concurrent callers that note every answer they saw whole."""

    def __init__(self, gateway, threads=6):
        self.gateway = gateway
        self.stopping = threading.Event()
        self.finished = threading.Semaphore(0)
        self.whole = []
        self.threads = [threading.Thread(target=self.run, args=(i,), daemon=True) for i in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        body = STREAM if number % 2 else STREAM.replace(b"true", b"false")
        while not self.stopping.is_set():
            try:
                with raw.connect(*self.gateway.host_port) as sock:
                    for _ in range(50):
                        sock.sendall(raw.post(PATH, body, f"api-key: {stack.RETAIL_KEY}"))
                        status, fields, _ = raw.read_response(sock)
                        assert status == 200
                        self.whole.append(fields["apim-request-id"])
                        self.finished.release()
                        if self.stopping.is_set():
                            return
            except (OSError, ValueError, IndexError):
                self.stopping.wait(0.02)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=20)


def test_no_record_is_lost_to_sigkill(gateway):
    """Twenty kills, each right after some caller received its last byte, at a random point of the load."""
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    load = Load(gateway)
    for _ in range(20):
        for _ in range(chance.randrange(1, 40)):
            assert load.finished.acquire(timeout=20)
        gateway.process.kill()
        gateway.start()
    load.stop()
    charged = {e["request_id"]: e for e in gateway.simulator.bill() if e["charged"]}

    def settled():
        records = gateway.records()
        waiting = [r for r in records if r["DeliveryState"] != "delivered"]
        return records if len(records) >= len(charged) and not waiting else None

    records = stack.wait_until(settled, "all records to be delivered", 60)
    by_request = {}
    for record in records:
        by_request.setdefault(record["BackendRequestId"], []).append(record)
    assert len({r["RecordId"] for r in records}) == len(records)
    for request_id in load.whole:  # seen whole by a client: complete, once
        (record,) = by_request[request_id]
        assert record["UsageBasis"] == "reported" and record["Outcome"] == "completed"
        assert record["TotalTokens"] == charged[request_id]["total_tokens"]
    interrupted = [r for r in records if r["Outcome"] == "interrupted"]
    assert all(r["UsageBasis"] == "none" and r["UsageReason"] == "gateway_interrupted" for r in interrupted)
    answered = {r["BackendRequestId"] for r in records if r["BackendRequestId"]}
    # What was billed but not recorded by its id was in flight at a kill: one interrupted record
    # each, and more only for intents whose request never reached the backend.
    assert len(charged.keys() - answered) <= len(interrupted)
    rows = {row["RecordId"] for row in gateway.simulator.rows()}
    assert rows == {r["RecordId"] for r in records}


def test_a_ledger_that_lost_records_says_so_beside_the_running_gateway(gateway):
    for _ in range(3):
        callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.settled_records(3)
    ledger = gateway.directory / "ledger/ledger.db"
    verify = command("ledger", "verify", "--ledger", ledger)
    assert (verify.returncode, "0 faults" in verify.stdout) == (0, True), verify.stdout + verify.stderr
    with sqlite3.connect(ledger) as database:
        stack.wait_until(lambda: database.execute("SELECT COUNT(*) FROM blocks").fetchone()[0] > 0, "a block")
        database.execute("DELETE FROM blocks WHERE first_sequence = (SELECT MIN(first_sequence) FROM blocks)")
    for lost in (gateway.command("usage", "--by", "client"), gateway.command("records")):
        assert lost.returncode == 3 and "missing" in lost.stderr, lost.stderr
    verify = command("ledger", "verify", "-c", gateway.config)
    assert verify.returncode == 3 and verify.stdout.startswith("the record"), verify.stdout


def test_commands_work_beside_a_gateway_whose_file_was_broken_meanwhile(gateway):
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    gateway.settled_records(1)
    whole = gateway.config.read_text()
    admin = gateway.admin.removeprefix("http://")
    gateway.config.write_text(whole.replace("models:", "modles:"))
    done = gateway.command("records")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 1 and "alone is used" in done.stderr
    gateway.config.write_text("listeners: [")
    refused = gateway.command("records")
    assert refused.returncode == 1 and "--ledger FILE does without it" in refused.stderr
    assert command("health", "--address", admin, "--ready").returncode == 0
