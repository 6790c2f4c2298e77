# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""An audit trail whose database was damaged, or put back from a backup."""

import shutil
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request

import pytest

import stack
from audited import ask, configure, rows, whole


@pytest.fixture
def stopped(gateway):
    """Stopped: with a trail of one exchange, which was delivered."""
    assert gateway.stop() == 0
    configure(gateway)
    gateway.start()
    ask(gateway, "where is the tower")
    stack.wait_until(lambda: whole(gateway, "response"), "the rows")
    assert gateway.stop() == 0
    return gateway


def ready(gateway):
    """What it says, whether it is ready or not."""
    try:
        with urllib.request.urlopen(gateway.admin + "/readyz", timeout=10) as page:
            return page.read().decode()
    except urllib.error.HTTPError as page:
        return page.read().decode()


def test_damaged_content_is_named_and_not_called_erased(stopped):
    key = stopped.command("audit", "keys").stdout.strip()
    with sqlite3.connect(stopped.directory / "audit.db") as database:
        database.execute("UPDATE audit_rows SET sealed = zeroblob(length(sealed)) WHERE sequence = 1")
        database.execute("UPDATE cursors SET position = 0")
    stopped.start()
    damaged = stack.wait_until(lambda: [row for row in rows(stopped) if row["ContentMissing"] == "damaged"], "the row")
    assert [(row["Sequence"], row["Content"], row["Salt"]) for row in damaged] == [(1, "", "")]
    assert stack.wait_until(lambda: "sequence 1" in ready(stopped), "the problem")
    exported = stopped.command("audit", "export")
    shown = stopped.command("audit", "show", damaged[0]["RecordId"])
    for done in (exported, shown, stopped.command("audit", "search")):
        assert done.returncode == 3 and "is damaged, not erased: sequence 1\n" in done.stderr, done.stderr
    proved = subprocess.run([stack.BINARIES / "tollgate", "audit", "verify", "--key", key, "-"], text=True,
                            input=exported.stdout, capture_output=True)
    assert proved.returncode == 3 and proved.stdout.startswith("damaged  "), proved.stdout
    assert stopped.command("audit", "deliveries", "acknowledge-loss").returncode == 0
    assert stack.wait_until(lambda: "sequence 1" not in ready(stopped), "no problem")


def test_a_backup_in_the_trails_place_is_refused_and_a_new_trail_can_begin(stopped):
    database = stopped.directory / "audit.db"
    shutil.copy(database, stopped.directory / "backup.db")
    stopped.start()
    ask(stopped, "after the backup")
    stack.wait_until(lambda: len(whole(stopped, "response")) == 2, "more rows")
    assert stopped.stop() == 0
    before = {row["Trail"] for row in rows(stopped)}
    shutil.copy(stopped.directory / "backup.db", database)
    # Who reads it leaves an access row: as many of them as there were, and it passed for the trail.
    for command in (("audit", "search"), ("audit", "export"), ("audit", "erase", "--client", "retail-chatbot", "--month", "2026-01"),
                    ("check",)):
        refused = stopped.command(*command)
        assert refused.returncode == 1 and "looks like a backup of it" in refused.stderr, refused.stderr
    served = stopped.command("serve")
    assert served.returncode != 0 and "looks like a backup of it" in served.stderr, served.stderr
    database.rename(stopped.directory / "aside.db")
    stopped.start()
    ask(stopped, "in the new trail")
    stack.wait_until(lambda: len({row["Trail"] for row in rows(stopped)} - before) == 1, "rows of a new trail")
    assert "was gone at a start" in ready(stopped)


# A reload looked into the database's file, which dropped its locks: the next command took itself
# for the last user.
def test_no_command_takes_the_log_from_a_gateway_that_was_reloaded(stopped):
    stopped.start()
    ask(stopped, "before the reload")
    stack.wait_until(lambda: len(whole(stopped, "response")) == 2, "its rows")
    stopped.config.write_text(stopped.config.read_text() + "\n# the same\n")
    stopped.process.child.send_signal(signal.SIGHUP)
    stack.wait_until(lambda: stopped.process.logged("config.reloaded"), "the reload")
    logs = [stopped.directory / "audit.db-wal", stopped.directory / "ledger/ledger.db-wal"]
    held = [log.stat().st_ino for log in logs]
    for command in (("check",), ("audit", "search"), ("usage", "--by", "client"), ("ledger", "verify"), ("deliveries",)):
        done = stopped.command(*command)
        assert done.returncode == 0, (command, done.stderr)
        assert [log.stat().st_ino for log in logs] == held, command
    ask(stopped, "after the commands")
    stack.wait_until(lambda: len(whole(stopped, "response")) == 3, "its rows")
    stopped.process.kill()
    stopped.start()
    found = stopped.command("audit", "search")
    assert found.returncode == 0 and len(found.stdout.splitlines()) == 3, found.stdout + found.stderr
