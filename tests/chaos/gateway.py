# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The real gateway on one port and one ledger through many lives."""

import base64
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

import stack  # noqa: E402  the end-to-end tests' own starter of processes

import money
from forms import BACKEND_TIMEOUT
from trail import FAILS_CLOSED

KEYS = {"retail": "sk-chaos-retail-0001", "hasty": "sk-chaos-hasty-0002"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def client_settings(facts):
    digest = {name: hashlib.sha256(key.encode()).hexdigest() for name, key in KEYS.items()}
    return f"""
clients:
  - {{name: retail, tags: {{cost_center: "4711"}}, api_keys: [{{name: one, sha256: {digest["retail"]}}}], audit: redacted}}
  - {{name: hasty, api_keys: [{{name: one, sha256: {digest["hasty"]}}}], on_client_abort: cancel, audit: metadata}}
  - {{name: {FAILS_CLOSED}, entra: {{app_ids: ["{facts["callers"][0]["app_id"]}"]}},
     audit: {{level: redacted, on_failure: fail_closed}}}}
  - {{name: legacy, header_values: [legacy], audit: redacted}}
  - {{name: impatient, header_values: [impatient], on_client_abort: cancel}}
"""


def backend_settings(simulator):
    sweden, eastus = simulator.resource("contoso-sweden"), simulator.resource("contoso-eastus")
    # Targets rest for moments only: one that rests for long would be asked nothing, and nothing
    # could go wrong.
    timeouts = (f"timeouts: {{first_byte: {BACKEND_TIMEOUT}s, idle: {BACKEND_TIMEOUT}s}}, "
                "breaker: {consecutive_failures: 8, failure_ratio: 0.9, window: 5s, open_for: 200ms}")
    plain = ("gpt-4.1-mini", "gpt-35-turbo-instruct", "text-embedding-3-small", "team-gpt51")
    def both(name):
        served = f", serves: {money.SERVED[name]}" if name in money.SERVED else ""
        return f"targets: [{{backend: eastus{served}}}, {{backend: sweden{served}}}]"

    return f"""
backends:
  - {{name: sweden, endpoint: "{sweden["endpoint"]}", region: swedencentral, {timeouts},
     credential: {{managed_identity: {{}}}}}}
  - {{name: eastus, endpoint: "{eastus["endpoint"]}", region: eastus, {timeouts},
     credential: {{api_key: {{env: CHAOS_EASTUS_KEY}}}}}}
models:
  - name: gpt-4o
    targets: [{{backend: sweden, deployment: gpt-4o-ptu, serves: gpt-4o, priority: 1}}, {{backend: eastus, priority: 2}}]
""" + "".join(f"  - {{name: {name}, {both(name)}}}\n" for name in plain)


def monitor_settings(facts):
    return f"""
      endpoint: "{facts["ingestion"]}"
      rule_id: {facts["rule_id"]}
      credential:
        client_secret:
          {{tenant_id: "{facts["tenant"]}", client_id: "{facts["gateway"]["client_id"]}",
           secret: {{env: CHAOS_GATEWAY_SECRET}}}}
      flush_interval: 200ms"""


def make_config(simulator, directory, port, admin_port):
    facts = simulator.facts
    return f"""
gateway: {{name: chaos, workers: 2, ca_certificates: "{facts["ca"]}"}}
listeners: [{{address: "127.0.0.1:{port}"}}]
admin: {{address: "127.0.0.1:{admin_port}"}}
authentication:
  entra: {{tenants: ["{facts["tenant"]}"], audiences: ["api://tollgate"], authority: "{facts["entra"]}"}}
  custom_header: {{name: x-client-id, trusted_networks: [127.0.0.0/8]}}
{client_settings(facts)}{backend_settings(simulator)}
identity: {{imds_endpoint: "{facts["imds"]}"}}
ledger: {{path: "{directory}/ledger/usage.ledger"}}
{money.settings()}exporters:
  azure_monitor: {monitor_settings(facts)}
audit:
  path: "{directory}/ledger/trail.db"
  encryption: {{keys: [{{env: CHAOS_AUDIT_KEY}}]}}
  checkpoints: {{key: {{file: "{directory}/checkpoints.pem"}}, interval: 2s}}
  redaction: {{allow: ['/[0-9-]+/']}}      # the operations' names are full of numbers
  exporters:
    azure_monitor: {monitor_settings(facts)}
"""


def proofs(simulator):
    """The header line by which each client proves who it is."""
    return {"retail": f"api-key: {KEYS['retail']}", "hasty": f"Authorization: Bearer {KEYS['hasty']}",
            "science": f"Authorization: Bearer {simulator.token()}",
            "legacy": "x-client-id: legacy", "impatient": "x-client-id: impatient"}


class Gateway:
    def __init__(self, simulator, directory, kept_kills=0):
        """Of each so many kills one leaves a copy of the files as it left them; 0: none does."""
        self.directory = Path(directory)
        self.kept_kills, self.kills = kept_kills, 0
        self.port, self.admin_port = free_port(), free_port()
        self.config = self.directory / "tollgate.yaml"
        self.config.write_text(make_config(simulator, directory, self.port, self.admin_port))
        signing = self.directory / "checkpoints.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", signing], check=True, capture_output=True)
        signing.chmod(0o600)
        self.environment = {"CHAOS_EASTUS_KEY": simulator.resource("contoso-eastus")["key1"],
                            "CHAOS_AUDIT_KEY": base64.b64encode(bytes(range(32))).decode(),
                            "CHAOS_GATEWAY_SECRET": simulator.facts["gateway"]["client_secret"]}
        self.process = None
        self.draining = False
        self.ends = []                # of its lives: (wall clock, by force)
        self.problems = []            # of the process itself: it crashed, or did not end

    def spawn(self):
        self.process = stack.Process([stack.BINARIES / "tollgate", "serve", "-c", self.config], self.directory,
                                     "gateway", self.environment)

    def start(self):
        self.spawn()
        self.process.wait_ready(40)

    def kill(self):
        """SIGKILL. The time is noted after: what it interrupts began before."""
        drained = self.draining and not self.process.running()
        status = self.process.kill()
        self.note_end(by_force=True)
        self.keep_files()
        if status != -signal.SIGKILL and not (drained and status == 0):
            self.problems.append(f"ended by itself with status {status}")

    def keep_files(self):
        self.kills += 1
        ledger = self.directory / "ledger"
        if self.kept_kills and self.kills % self.kept_kills == 0 and ledger.exists():
            shutil.copytree(ledger, self.directory / f"after-kill-{self.kills}")

    def terminate(self):
        self.draining = True
        self.process.child.send_signal(signal.SIGTERM)

    def terminate_again(self):
        """A second signal ends the drain at once."""
        self.terminate()
        self.wait_for_drain(5, by_force=True)

    def note_end(self, by_force):
        self.ends.append((time.time(), by_force))
        self.draining = False

    def wait_for_drain(self, seconds=45, by_force=False):
        try:
            status = self.process.child.wait(seconds)
        except subprocess.TimeoutExpired:
            status, by_force = f"none within {seconds} s", True
        self.process.kill()
        self.note_end(by_force)
        if status != 0:
            self.problems.append(f"SIGTERM: status {status}")

    def command(self, *arguments):
        """What a command of the program prints."""
        done = subprocess.run([stack.BINARIES / "tollgate", *arguments, "-c", self.config], timeout=300,
                              capture_output=True, text=True, env={**os.environ, **self.environment})
        if done.returncode != 0:
            raise RuntimeError(f"tollgate {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def records(self):
        return [json.loads(line) for line in self.command("records").splitlines()]

    def backlogs(self):
        """Records and rows that somebody has not got yet, the check of the trail against the ledger included."""
        ledger = [line.rsplit(maxsplit=5)[1] for line in self.command("deliveries").splitlines()
                  if " required" in line or " not required" in line]
        trail = [count for line in self.command("audit", "deliveries").splitlines()[1:]
                 for count in (line.split()[3], line.split()[5])]  # backlog, retrying
        return sum(map(int, ledger + trail))

    def retry_refused_rows(self):
        """What an operator does when the destination is well again. The gateway must not run."""
        return self.command("audit", "deliveries", "retry", "--exporter", "azure_monitor").strip()

    def unproven(self, rows):
        """What `audit verify` finds in rows as their destination has them; empty: they are what was written."""
        file = self.directory / "delivered.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        key = self.command("audit", "keys").strip()
        done = subprocess.run([stack.BINARIES / "tollgate", "audit", "verify", "--key", key, file], timeout=300,
                              capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stdout[:2000] + done.stderr[:2000]

    def gauges(self):
        """Records by delivery state, off the metrics page."""
        with stack.urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return {line.split(" ")[0]: float(line.split(" ")[1]) for line in lines if line and line[0] != "#"}

    def damaged_segments(self):
        return len(list((self.directory / "ledger").glob("*.journal/damaged/*")))
