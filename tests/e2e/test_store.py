# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The connection to the store that replicas share (quotas.store), with the real program and real servers."""

import json
import os
import re
import subprocess
import textwrap
import time
import urllib.error

import pytest

import stack
import store
from certificates import Authority
from reloads import Change, get, metric


def state(gateway):
    page = get(gateway, "/metrics")
    return re.search(r'^tollgate_store_state\{state="(\w+)"\} 1$', page, re.M).group(1)


def becomes(gateway, wanted):
    stack.wait_until(lambda: state(gateway) == wanted, f"the store to be {wanted}")


def readiness(gateway):
    """Whether it is ready or not: signing keys take a moment."""
    try:
        return json.loads(get(gateway, "/readyz"))
    except urllib.error.HTTPError as answer:
        return json.loads(answer.read())


def problems(gateway):
    return [text for text in readiness(gateway)["problems"] if text.startswith("store ")]


@pytest.fixture
def server():
    with store.Server() as one:
        yield one


def test_a_lost_store_is_told_and_found_again(make_gateway, server):
    gateway = make_gateway(server.settings)
    becomes(gateway, "ready")
    assert not problems(gateway)
    assert metric(gateway, "tollgate_store_threads_ready") == metric(gateway, "tollgate_store_threads")
    server.kill()
    becomes(gateway, "down")
    assert problems(gateway)
    assert gateway.process.logged("store.down", 1)
    server.start()
    becomes(gateway, "ready")
    assert not problems(gateway)
    assert gateway.process.logged("store.ready", 2)


def test_a_gateway_starts_and_stops_without_its_store(make_gateway, server):
    server.kill()
    gateway = make_gateway(server.settings)
    becomes(gateway, "down")
    began = time.monotonic()
    assert gateway.stop() == 0
    assert time.monotonic() - began < 10


def test_a_store_that_hangs_does_not_hold_up_the_end(make_gateway, server):
    gateway = make_gateway(server.settings)
    becomes(gateway, "ready")
    server.pause()
    began = time.monotonic()
    assert gateway.stop() == 0
    assert time.monotonic() - began < 10
    server.resume()


def test_a_store_that_throws_keys_away_is_complained_of(make_gateway):
    with store.Server("--maxmemory-policy", "allkeys-lru") as server:
        gateway = make_gateway(server.settings)
        becomes(gateway, "ready")
        assert any("allkeys-lru" in text for text in problems(gateway))
        assert gateway.process.logged("store.evicts", 1)


def test_a_changed_store_waits_for_a_restart(make_gateway, server):
    gateway = make_gateway(server.settings)
    becomes(gateway, "ready")
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text().replace("redis://127.0.0.1", "redis://localhost"))
    assert any("quotas.store" in text for text in readiness(gateway)["problems"])
    assert state(gateway) == "ready"


def test_the_client_is_the_same_to_valkey():
    """All cases of the integration tests but TLS, which that build of Valkey has not."""
    done = subprocess.run(
        [stack.BINARIES / "tests/integration/redis/integration_redis", "--gtest_filter=-*Tls*", "--gtest_brief=1"],
        env={**os.environ, "TOLLGATE_REDIS_SERVER": str(store.valkey_program())}, capture_output=True, text=True,
        timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_token_of_entra_id_proves_the_gateway(make_gateway, simulator, server):
    """The server takes whatever token that user shows: whether it is good, Azure's servers look."""
    identity = simulator.facts["gateway"]["object_id"]
    server.ask("ACL", "SETUSER", identity, "on", "nopass", "~*", "+@all")
    gateway = make_gateway(f"""quotas:
  store:
    redis:
      endpoint: redis://127.0.0.1:{server.port}
{textwrap.indent(stack.exporter_credential(simulator.facts), "  ")}""")
    becomes(gateway, "ready")
    connections = server.ask("CLIENT", "LIST")
    assert connections.count(f" user={identity} ") == metric(gateway, "tollgate_store_threads"), connections


def test_tls_is_spoken_to_whom_the_file_trusts(make_gateway, tmp_path):
    authority = Authority(tmp_path / "authority")
    certificate, key = authority.issue("store", "/CN=store", "DNS:store.example", "serverAuth")
    with store.Server("--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority.ca,
                      "--tls-auth-clients", "no", "--tls-port", str(store.unused_port())) as server:
        port = server.options[-1]
        settings = f"""quotas:
  store:
    redis:
      endpoint: rediss://127.0.0.1:{port}
      tls: {{ca_certificates: "{authority.ca}", server_name: store.example}}
"""
        gateway = make_gateway(settings)
        becomes(gateway, "ready")
        other = make_gateway(settings.replace("store.example", "other.example"), "other")
        becomes(other, "down")
        assert problems(other)
