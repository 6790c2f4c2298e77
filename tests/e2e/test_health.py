# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`tollgate health`: what a container's health check runs."""

import json

import stack


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
