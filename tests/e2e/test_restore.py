# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Backup and restore of a ledger as docs/operations.md has it, and what is told of that."""

import datetime
import shutil
import sqlite3

import pytest

import callers
import stack


class Ledger:
    """A gateway's ledger: what a backup copies, and what its commands say of it."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.path = gateway.directory / "ledger/ledger.db"
        self.copy = gateway.directory / "copy.db"
        self.note = gateway.directory / "ledger/ledger.db.journal/damaged/ledger.db.lost"

    def serve(self, count, all_in_all):
        for _ in range(count):
            callers.azure_key(self.gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
        self.gateway.settled_records(all_in_all)

    def backup(self, records):
        """As `.backup` of sqlite3, once so many records are in the database."""
        with sqlite3.connect(self.path) as database, sqlite3.connect(self.copy) as copy:
            stack.wait_until(
                lambda: database.execute("SELECT SUM(records) FROM blocks").fetchone()[0] == records, "the records")
            database.backup(copy)

    def restore(self):
        assert self.gateway.stop() == 0
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        shutil.copy(self.copy, self.path)
        self.path.chmod(0o600)
        self.gateway.start()

    def verify(self):
        done = self.gateway.command("ledger", "verify")
        return done.returncode, done.stdout

    def usage(self, month):
        done = self.gateway.command("usage", "--by", "client", "--month", month)
        return done.returncode, done.stderr


@pytest.fixture
def ledger(gateway):
    return Ledger(gateway)


def months():
    """This one and the one before the last."""
    now = datetime.datetime.now(datetime.timezone.utc)
    earlier = now - datetime.timedelta(days=70)
    return f"{now:%Y-%m}", f"{earlier:%Y-%m}"


def test_of_a_restored_backup_that_has_everything_nothing_is_told(ledger):
    ledger.serve(4, 4)
    ledger.backup(4)
    ledger.restore()
    status, said = ledger.verify()
    assert status == 0 and "0 faults" in said, said
    assert ledger.usage(months()[0])[0] == 0
    assert len(ledger.gateway.records()) == 4


def test_what_a_restored_backup_lacks_is_one_loss_which_reports_of_its_time_go_on_to_tell(ledger):
    ledger.serve(4, 4)
    ledger.backup(4)
    ledger.serve(3, 7)
    ledger.restore()
    status, said = ledger.verify()
    assert status == 3 and "up to 3 records" in said and said.count("lost") == 1 + said.count(".lost"), said
    now, earlier = months()
    for acknowledged in (False, True):
        status, said = ledger.usage(now)
        assert status == 3 and "up to 3 records" in said, (acknowledged, said)
        assert "up to 3 records" not in ledger.usage(earlier)[1]
        if not acknowledged:
            ledger.note.unlink()
    assert ledger.gateway.stop() == 0
    ledger.gateway.start()
    assert not ledger.note.exists()
    assert "up to 3 records" in ledger.usage(now)[1]
