# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The audit trail's checkpoints: what they prove, also when they are kept elsewhere, and what the trail is without them."""

import json
import re
import signal

import pytest

import stack
from audited import ask, configure, rows


@pytest.fixture
def audited(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    gateway.start()
    return gateway


def test_a_checkpoint_is_printed_and_proves_what_files_hold(audited):
    ask(audited, "where is the tower")
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(audited)), "a checkpoint")
    note = audited.command("audit", "checkpoint")
    assert note.returncode == 0, note.stderr
    origin, size, root = note.stdout.splitlines()[:3]
    assert origin.startswith("tollgate-e2e/") and int(size) >= 2 and len(root) == 44
    files = [str(path) for path in (audited.directory / "audited").glob("*.jsonl")]
    key = audited.command("audit", "keys").stdout.strip()
    proved = audited.command("audit", "verify", "--key", key, *files)
    assert proved.returncode == 0 and " proved" in proved.stdout, proved.stdout
    unkeyed = audited.command("audit", "verify", *files)
    assert unkeyed.returncode == 3 and "give --key" in unkeyed.stdout, unkeyed.stdout
    assert "bad_signature" not in unkeyed.stdout
    folder = audited.command("audit", "verify", "--key", key, str(audited.directory / "audited"))
    assert folder.returncode == 1 and "is a directory" in folder.stderr and "*.jsonl" in folder.stderr, folder.stderr
    other = audited.command("audit", "verify", "--key", key[:-8] + "AAAAAAA=", *files)
    assert other.returncode != 0, "a key that signed none of them"


def test_checkpoints_kept_elsewhere_tell_that_the_newest_rows_were_cut_off(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    text, kept = gateway.config.read_text(), gateway.directory / "notary"
    everything = f'    json_lines: {{directory: "{gateway.directory}/audited", flush_interval: 100ms}}\n'
    assert everything in text
    gateway.config.write_text(text.replace(
        everything, f"    - name: siem\n  {everything}    - name: notary\n      rows: checkpoints\n"
        f'      json_lines: {{directory: "{kept}", flush_interval: 100ms}}\n'))
    gateway.start()
    ask(gateway, "where is the tower")
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(gateway)), "a checkpoint")
    ask(gateway, "and the bridge")
    newest = max(row["Sequence"] for row in rows(gateway) if row["Kind"] == "checkpoint")

    def notes():
        return [json.loads(line) for file in sorted(kept.glob("*.jsonl")) for line in file.read_text().splitlines()]

    stack.wait_until(lambda: any(note["Sequence"] > newest for note in notes()), "one behind the second")
    assert {note["Kind"] for note in notes()} == {"checkpoint"} and not (kept / "access").exists()
    assert "tower" not in json.dumps(notes())
    listed = gateway.command("audit", "deliveries").stdout
    assert re.search(r"notary +checkpoints +configured", listed) and listed.count("notary") == 1, listed
    elsewhere = gateway.directory / "elsewhere.jsonl"
    elsewhere.write_text("".join(json.dumps(note) + "\n" for note in notes()))
    here = rows(gateway)
    copy = gateway.directory / "copy.jsonl"

    def verified(lines, *more):
        copy.write_text("".join(json.dumps(row) + "\n" for row in lines))
        key = gateway.command("audit", "keys").stdout.strip()
        return gateway.command("audit", "verify", "--key", key, str(copy), *map(str, more))

    last = max(note["Sequence"] for note in notes())
    known = [row for row in here if row["Sequence"] <= last]
    assert verified(known, elsewhere).returncode == 0
    # Cut off behind the first checkpoint, all that is here fits; what others hold tells.
    first = min(row["Sequence"] for row in here if row["Kind"] == "checkpoint")
    cut = [row for row in here if row["Sequence"] <= first]
    assert verified(cut).returncode == 0
    told = verified(cut, elsewhere)
    assert told.returncode == 3 and "missing" in told.stdout, told.stdout + told.stderr


def test_that_nothing_is_provable_any_longer_is_said(audited):
    """At the reload that takes the key away, and at each start without it."""
    ask(audited, "hello")
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(audited)), "a checkpoint")

    event = "audit.checkpoints_ended"
    assert not audited.process.logged(event)
    audited.config.write_text(re.sub(r"  checkpoints: .*\n", "", audited.config.read_text()))
    audited.process.child.send_signal(signal.SIGHUP)
    audited.process.logged(event, 1)
    assert audited.stop() == 0
    told = len(audited.process.logged(event))
    audited.start()
    assert "nothing that comes from now on can be proved" in audited.process.logged(event, told + 1)[-1]["detail"]


def test_verify_tells_what_retention_may_have_deleted_and_what_was_never_proved(audited):
    for text in ("one", "two"):
        ask(audited, text)
        seen = sum(row["Kind"] == "checkpoint" for row in rows(audited))
        stack.wait_until(lambda: sum(r["Kind"] == "checkpoint" for r in rows(audited)) > seen, "a checkpoint")
    audited.command("audit", "search")
    accesses = audited.directory / "audited" / "access"
    stack.wait_until(lambda: rows(audited, "audited/access"), "the access row")
    key = audited.command("audit", "keys").stdout.strip()
    rest = audited.directory / "rest.jsonl"
    rest.write_text("".join(json.dumps(row) + "\n" for row in rows(audited)[3:]))

    def verified(*what):
        done = audited.command("audit", "verify", "--key", key, *map(str, what))
        return done.returncode, done.stdout

    status, told = verified(rest)
    assert status == 3 and re.search(r"^not_given  \S+  1-3  older than", told, re.M) and "--part" in told, told
    status, told = verified("--part", rest)
    assert status == 0 and "not_given" in told and "missing" not in told, told
    status, told = verified("--part", rest, *accesses.glob("*.jsonl"))
    assert status == 0 and "of who read the trail not looked at" in told, told
    status, told = verified(*accesses.glob("*.jsonl"))
    assert status == 3 and "no row of an audit trail" in told and "unreadable" not in told, told
