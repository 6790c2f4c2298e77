# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Usage records and the audit trail in append blobs, through lost answers, full blobs, refusals and a kill."""

import json
import signal

import pytest

import callers
import stack
import test_audit


def append_blob(facts, indent, **more):
    settings = {"container": facts["container"], "flush_interval": "100ms", **more}
    lines = ["append_blob:"] + [f'  {key}: "{value}"' for key, value in settings.items()] + [
        "  credential:", "    client_secret:", f'      tenant_id: "{facts["tenant"]}"',
        f'      client_id: "{facts["gateway"]["client_id"]}"', "      secret: {env: E2E_GATEWAY_SECRET}"]
    return "\n".join(" " * indent + line for line in lines) + "\n"


@pytest.fixture
def in_blobs(gateway):
    """Both kinds of rows go into one container; the audit trail's own files stay as the copy to compare with."""
    assert gateway.stop() == 0
    facts = gateway.simulator.facts
    test_audit.configure(gateway)
    text = gateway.config.read_text()
    text = text.replace("exporters:\n  azure_monitor:", f"exporters:\n{append_blob(facts, 2)}  azure_monitor:", 1)
    text = text.replace("  exporters:\n    json_lines:", f"  exporters:\n{append_blob(facts, 4)}    json_lines:", 1)
    gateway.config.write_text(text)
    gateway.start()
    yield gateway
    gateway.simulator.clear_faults()
    gateway.simulator.settings(blob_blocks=50_000)


def rows(gateway, prefix):
    """Every line is whole, wherever it stands."""
    out = []
    for name, blob in sorted(gateway.simulator.blobs().items()):
        if not name.startswith(prefix + "/"):
            continue
        assert name.endswith(".jsonl") and name.split("/")[-1].startswith("tollgate-e2e"), name
        assert blob["text"] == "" or blob["text"].endswith("\n")
        out += [json.loads(line) for line in blob["text"].splitlines()]
    return out


def sequences(gateway):
    return [row["Sequence"] for row in rows(gateway, "audit")]


def wait_for_all(gateway, operations):
    """The audit rows of the operations are in the blobs, as they are in the files beside."""
    def arrived():
        files = test_audit.rows(gateway)
        done = {row["RecordId"] for row in files if row["Kind"] == "response"}
        return len(done) == operations and set(sequences(gateway)) == {row["Sequence"] for row in files}
    stack.wait_until(arrived, f"the rows of {operations} operations", 60)


def test_rows_of_both_kinds_stand_in_blobs_of_their_own(in_blobs):
    for text in ("one", "two"):
        test_audit.ask(in_blobs, text)
    wait_for_all(in_blobs, 2)
    assert sequences(in_blobs) == list(range(1, len(sequences(in_blobs)) + 1)), "once each, in their order"
    by_sequence = {row["Sequence"]: row for row in test_audit.rows(in_blobs)}
    for row in rows(in_blobs, "audit"):
        file_row = by_sequence[row["Sequence"]]
        assert {**row, "TimeGenerated": ""} == {**file_row, "TimeGenerated": ""}
    records = in_blobs.settled_records(2)
    stack.wait_until(lambda: len(rows(in_blobs, "usage")) == 2, "the usage rows")
    columns = [{k: v for k, v in record.items() if k != "DeliveryState"} for record in records]
    assert sorted(rows(in_blobs, "usage"), key=lambda r: r["RecordId"]) == sorted(columns, key=lambda r: r["RecordId"])
    assert in_blobs.command("audit", "search").returncode == 0
    stack.wait_until(lambda: rows(in_blobs, "audit-access"), "the row that says who searched")


def test_lost_answers_and_full_blobs_cost_no_row_and_double_none(in_blobs):
    simulator = in_blobs.simulator
    simulator.settings(blob_blocks=3)
    simulator.fault("blobs", {"reset_after_accept": True}, operation="append", count=2)
    simulator.fault("blobs", {"reset_at": "before_head"}, operation="append", count=1)
    simulator.fault("blobs", {"status": 503, "error": "ServerBusy"}, count=2)
    for number in range(6):
        test_audit.ask(in_blobs, f"question {number}")
    wait_for_all(in_blobs, 6)
    assert sorted(sequences(in_blobs)) == list(range(1, len(sequences(in_blobs)) + 1)), "none twice"
    blobs = {name: blob for name, blob in simulator.blobs().items() if name.startswith("audit/")}
    assert all(blob["blocks"] <= 3 for blob in blobs.values())
    assert {r["DeliveryState"] for r in in_blobs.settled_records(6)} <= {"queued", "delivered"}


def test_a_sealed_blob_and_a_kill_cost_no_row(in_blobs):
    simulator = in_blobs.simulator
    test_audit.ask(in_blobs, "first")
    wait_for_all(in_blobs, 1)
    name = next(name for name in simulator.blobs() if name.startswith("audit/"))
    simulator.change_blob(name, sealed=True)
    before = simulator.blobs()[name]["text"]
    simulator.fault("blobs", {"reset_after_accept": True}, operation="append", count=1)
    test_audit.ask(in_blobs, "second")
    stack.wait_until(lambda: len(test_audit.whole(in_blobs, "response")) == 2, "the second's rows")
    assert in_blobs.stop(signal.SIGKILL) == -signal.SIGKILL
    in_blobs.start()
    test_audit.ask(in_blobs, "third")
    wait_for_all(in_blobs, 3)
    assert simulator.blobs()[name]["text"] == before, "a sealed blob stays as it was"
    assert set(sequences(in_blobs)) == set(range(1, max(sequences(in_blobs)) + 1)), "none is missing"
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(in_blobs, "audit")), "a checkpoint")
    copy = in_blobs.directory / "from-blobs.jsonl"
    copy.write_text("".join(blob["text"] for name, blob in sorted(simulator.blobs().items())
                            if name.startswith("audit/")))
    key = in_blobs.command("audit", "keys").stdout.strip()
    proved = in_blobs.command("audit", "verify", "--key", key, str(copy))
    assert proved.returncode == 0, proved.stdout + proved.stderr


def test_a_missing_role_is_told_and_nothing_is_lost(in_blobs):
    simulator = in_blobs.simulator
    simulator.fault("blobs", {"status": 403, "error": "AuthorizationPermissionMismatch"})
    test_audit.ask(in_blobs, "hello")
    stack.wait_until(lambda: "AuthorizationPermissionMismatch" in in_blobs.process.log_path.read_text(), "the reason")
    failed = [entry for entry in in_blobs.process.logged("exporter.failed", 1) if "append_blob" in entry["exporter"]]
    assert failed and all(entry["alarm"] for entry in failed)
    assert rows(in_blobs, "usage") == []
    simulator.clear_faults()
    # Alarms are tried again about once a minute; a start tries at once.
    assert in_blobs.stop() == 0
    in_blobs.start()
    wait_for_all(in_blobs, 1)
    stack.wait_until(lambda: len(rows(in_blobs, "usage")) == 1, "the usage row")


def test_check_reports_settings_that_cannot_be_right(gateway):
    text = gateway.config.read_text()
    for wrong, why in (("http://localhost:1/trail", "https"), ("https://a.example/trail?sv=x&sig=y", "signature"),
                       ("https://a.example/", "container's name")):
        gateway.config.write_text(text.replace(
            "exporters:\n  azure_monitor:",
            "exporters:\n" + append_blob({**gateway.simulator.facts, "container": wrong}, 2) + "  azure_monitor:", 1))
        done = gateway.command("check")
        assert done.returncode != 0 and "append_blob.container" in done.stdout + done.stderr, done.stderr
        assert why in done.stdout + done.stderr
    gateway.config.write_text(text)
