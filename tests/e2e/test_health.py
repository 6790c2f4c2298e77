# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`tollgate health`: what a container's health check runs."""

import json
import urllib.error

import stack
from reloads import get, metric


def configure_admin(gateway):
    """A configuration that names the admin port which the kernel chose."""
    text = gateway.config.read_text()
    gateway.config.write_text(text.replace('admin: {address: "127.0.0.1:0"}',
                                           f'admin: {{address: "{gateway.admin.removeprefix("http://")}"}}'))


def test_health_tells_a_living_gateway_from_a_stopped_one(gateway):
    configure_admin(gateway)
    alive = gateway.command("health")
    assert (alive.returncode, alive.stdout) == (0, "ok\n")
    ready = stack.wait_until(lambda: (r := gateway.command("health", "--ready")).returncode == 0 and r, "readiness")
    page = json.loads(ready.stdout)
    assert (page["ready"], page["problems"]) == (True, [])
    assert all(page["models"].values()) and page["models"].keys() >= {"gpt-4o", "text-embedding-3-small"}
    assert gateway.stop() == 0
    stopped = gateway.command("health")
    assert stopped.returncode == 1 and "unavailable" in stopped.stderr and stopped.stdout == ""


def test_health_needs_no_secret_and_says_why_a_gateway_is_not_ready(make_gateway):
    gateway = make_gateway()
    assert gateway.stop() == 0
    text = gateway.config.read_text()
    # Entra cannot be reached: without signing keys no token can be checked.
    gateway.config.write_text(text.replace(gateway.simulator.facts["entra"], "https://localhost:1"))
    gateway.start()
    configure_admin(gateway)
    gateway.environment = {}
    assert gateway.command("health").returncode == 0
    ready = gateway.command("health", "--ready")
    assert ready.returncode == 1
    assert json.loads(ready.stderr)["problems"] == ["Entra signing keys could not be fetched yet"]


def ready(gateway):
    """What /readyz says; nothing while it is not."""
    try:
        return json.loads(get(gateway, "/readyz"))
    except urllib.error.HTTPError:
        return None


def test_a_deleted_ledger_is_told_until_somebody_has_acknowledged_it(gateway):
    assert gateway.stop() == 0
    folder = gateway.directory / "ledger"
    for file in folder.glob("ledger.db*"):
        if file.is_file() and file.suffix != ".lock":
            file.unlink()
    note = folder / "ledger.db.journal" / "damaged" / "ledger.db.lost"
    for start in (1, 2):
        gateway.start()
        stack.wait_until(lambda: metric(gateway, "tollgate_ledger_losses") == 1, "the loss to be told")
        told = stack.wait_until(lambda: ready(gateway), "the signing keys")
        assert len(told["problems"]) == 1
        assert told["problems"][0].startswith(
            "ledger: losses that nobody has acknowledged: 1; the database ledger.db was gone at ")
        assert len(gateway.process.logged("ledger.loss", start)) == start, "every start tells it, once"
        verified = gateway.command("ledger", "verify")
        assert verified.returncode == 3 and str(note) in verified.stdout, verified.stdout
        if start == 1:
            assert gateway.stop() == 0
    note.unlink()
    stack.wait_until(lambda: metric(gateway, "tollgate_ledger_losses") == 0, "the loss to be acknowledged")
