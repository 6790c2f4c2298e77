# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Starts azure-simulator and the gateway as real processes and stops them again, by their own process ids."""

import hashlib
import json
import os
import select
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

BINARIES = Path(os.environ.get("TOLLGATE_BINARIES", Path(__file__).parents[2] / "build" / "release"))
API_VERSION = "2024-10-21"
RETAIL_KEY = "sk-retail-primary-0001"
ROLLOVER_KEY = "sk-retail-rollover-0002"


def wait_until(condition, what, seconds=20.0):
    """Polls a condition; the one place that waits by time. Returns its first true value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        select.select([], [], [], 0.02)


def http_json(url, body=None, method=None):
    """A request to the control port: the decoded answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


class Process:
    """A child process whose standard output announces when it is ready."""

    def __init__(self, command, directory, name, environment=None):
        self.log_path = Path(directory) / f"{name}.log"
        self.log = open(self.log_path, "ab")
        self.child = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=self.log,
            env={**os.environ, **(environment or {})})
        self.ready_line = ""

    def wait_ready(self, seconds=20.0):
        os.set_blocking(self.child.stdout.fileno(), False)
        buffer = b""

        def line():
            nonlocal buffer
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.log_path.name} ended early:\n{self.log_path.read_text()}")
            buffer += self.child.stdout.read() or b""
            return buffer if b"\n" in buffer else None

        self.ready_line = wait_until(line, f"{self.log_path.stem} to be ready", seconds).decode().split("\n")[0]
        return self.ready_line

    @property
    def pid(self):
        return self.child.pid

    def logged(self, event, at_least=0):
        """The log's whole lines about an event. They come some milliseconds late: waits until there are enough."""
        def lines():
            whole = self.log_path.read_text().rpartition("\n")[0].splitlines()
            entries = [json.loads(line) for line in whole if line.startswith("{")]
            return [entry for entry in entries if entry["event"] == event]

        if at_least:
            wait_until(lambda: len(lines()) >= at_least, f"{at_least} log lines of {event}")
        return lines()

    def running(self):
        return self.child.poll() is None

    def stop(self, with_signal=signal.SIGTERM, seconds=45.0):
        """Sends the signal and waits for the end; the exit status."""
        if self.running():
            self.child.send_signal(with_signal)
        try:
            return self.child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait(timeout=10)
            raise
        finally:
            self.child.stdout.close()
            self.log.close()

    def kill(self):
        return self.stop(signal.SIGKILL)


class Simulator:
    def __init__(self, directory):
        self.directory = Path(directory) / "simulator"
        self.process = Process([BINARIES / "azure-simulator", "--directory", self.directory],
                               directory, "simulator")
        self.process.wait_ready()
        self.facts = json.loads((self.directory / "simulator.json").read_text())
        self.control = self.facts["control"]

    def resource(self, name):
        return next(r for r in self.facts["resources"] if r["name"] == name)

    def bill(self, seconds=1.0):
        """The bill once no entry is still going on, or as it stands after that time: what was written to a socket is
        noted only then, which its reader may outrun."""
        deadline = time.monotonic() + seconds
        while True:
            entries = http_json(self.control + "/bill")
            if all(entry["ended"] for entry in entries) or time.monotonic() > deadline:
                return entries
            select.select([], [], [], 0.02)

    def rows(self, table=""):
        """Of usage records; of the trail under "audit" and "accesses", of costs "adjustments", of quotas "refusals"."""
        return http_json(self.control + "/rows" + (f"/{table}" if table else ""))

    def uploads(self):
        return http_json(self.control + "/uploads")

    def blobs(self):
        """The simulated container's blobs by name: text and blocks."""
        return http_json(self.control + "/blobs")

    def change_blob(self, name, **how):
        http_json(self.control + "/blobs", {"name": name, **how})

    def settings(self, **given):
        http_json(self.control + "/settings", given)

    def requests(self):
        return http_json(self.control + "/requests")

    def fault(self, service, behaviour, **more):
        http_json(self.control + "/faults", {"service": service, "behaviour": behaviour, **more})

    def clear_faults(self):
        http_json(self.control + "/faults", method="DELETE")

    def reset(self):
        http_json(self.control + "/reset", {})

    def token(self, **wish):
        return http_json(self.control + "/tokens", {"audience": "api://tollgate", **wish})["access_token"]

    def stop(self):
        return self.process.stop()


def exporter_credential(facts):
    """The setting by which the usual exporter proves itself."""
    return f"""    credential:
      client_secret:
        tenant_id: "{facts['tenant']}"
        client_id: "{facts['gateway']['client_id']}"
        secret: {{env: E2E_GATEWAY_SECRET}}
"""


def make_config(simulator, directory, extra=""):
    """A whole configuration against the simulator: three clients, two backends with two kinds of credential."""
    facts = simulator.facts
    sweden, eastus = simulator.resource("contoso-sweden"), simulator.resource("contoso-eastus")
    return f"""
gateway: {{name: tollgate-e2e, workers: 2, ca_certificates: "{facts['ca']}"}}
listeners: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
authentication:
  entra: {{tenants: ["{facts['tenant']}"], audiences: ["api://tollgate"], authority: "{facts['entra']}"}}
  custom_header: {{name: x-client-id, trusted_networks: [127.0.0.0/8]}}
clients:
  - name: retail-chatbot
    tags: {{organization: Retail, cost_center: "4711"}}
    api_keys:
      - {{name: primary, sha256: {hashlib.sha256(RETAIL_KEY.encode()).hexdigest()}}}
      - {{name: rollover, env: E2E_ROLLOVER_KEY}}
    models: [gpt-4o, text-embedding-3-small, team-gpt51]
  - name: data-science
    tags: {{organization: Research}}
    entra: {{app_ids: ["{facts['callers'][0]['app_id']}"]}}
  - name: legacy-batch
    header_values: [legacy-batch]
  - name: impatient
    header_values: [impatient]
    on_client_abort: cancel
backends:
  - name: sweden-ptu
    endpoint: "{sweden['endpoint']}"
    region: swedencentral
    tier: ptu
    credential: {{managed_identity: {{}}}}
  - name: eastus
    endpoint: "{eastus['endpoint']}"
    region: eastus
    tier: standard
    credential: {{api_key: {{env: E2E_EASTUS_KEY}}}}
models:
  - {{name: gpt-4o, targets: [{{backend: sweden-ptu, deployment: gpt-4o-ptu}}]}}
  - {{name: gpt-4.1-mini, targets: [{{backend: eastus}}]}}
  - {{name: gpt-35-turbo-instruct, targets: [{{backend: eastus}}]}}
  - {{name: text-embedding-3-small, targets: [{{backend: eastus}}]}}
  - {{name: team-gpt51, targets: [{{backend: eastus}}]}}
  - {{name: assistant, targets: [{{backend: eastus, deployment: gpt-4.1-mini}}]}}
  - {{name: no-stream-options, targets: [{{backend: eastus}}]}}
  - {{name: gpt-image-1, targets: [{{backend: eastus}}]}}
  - {{name: dall-e-3, targets: [{{backend: eastus}}]}}
  - {{name: gpt-4o-transcribe, targets: [{{backend: eastus}}]}}
  - {{name: whisper, targets: [{{backend: eastus}}]}}
  - {{name: gpt-4o-mini-tts, targets: [{{backend: eastus}}]}}
  - {{name: tts-hd, targets: [{{backend: eastus}}]}}
identity: {{imds_endpoint: "{facts['imds']}"}}
ledger: {{path: "{directory}/ledger/ledger.db"}}
exporters:
  azure_monitor:
    endpoint: "{facts['ingestion']}"
    rule_id: {facts['rule_id']}
{exporter_credential(facts)}    flush_interval: 200ms
{extra}"""


def replaced(text, changes):
    """The text with each pair's first replaced by its second, once."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


class Gateway:
    """A gateway with the usual configuration, or with changes to it: pairs of texts."""

    def __init__(self, simulator, directory, extra="", changes=(), environment=None):
        self.simulator = simulator
        self.directory = Path(directory)
        self.config = self.directory / "tollgate.yaml"
        self.config.write_text(replaced(make_config(simulator, directory, extra), changes))
        self.environment = {
            "E2E_EASTUS_KEY": simulator.resource("contoso-eastus")["key1"],
            "E2E_GATEWAY_SECRET": simulator.facts["gateway"]["client_secret"],
            "E2E_ROLLOVER_KEY": ROLLOVER_KEY,
            **(environment or {}),
        }
        self.start()

    def start(self):
        self.process = Process([BINARIES / "tollgate", "serve", "-c", self.config], self.directory,
                               "gateway", self.environment)
        fields = dict(part.split("=", 1) for part in self.process.wait_ready().split()[1:])
        self.url = "http://" + fields["listeners"].split(",")[0]
        self.admin = "http://" + fields["admin"]

    @property
    def host_port(self):
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def command(self, *arguments):
        """Runs one of the program's other commands with this configuration."""
        return subprocess.run(
            [BINARIES / "tollgate", arguments[0], "-c", self.config, *arguments[1:]], timeout=60,
            capture_output=True, text=True, env={**os.environ, **self.environment})

    def records(self):
        done = self.command("records")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def settled_records(self, count):
        """The records, once there are as many; the ledger lags its journals by a moment."""
        return wait_until(lambda: (r := self.records()) and len(r) >= count and r, f"{count} records")

    def resident_kib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise RuntimeError("no VmRSS")

    def stop(self, with_signal=signal.SIGTERM):
        return self.process.stop(with_signal)


def delivered_rows(simulator, count):
    """The rows at the simulated Azure Monitor by RecordId, once there are as many different ones."""
    def enough():
        rows = {row["RecordId"]: row for row in simulator.rows()}
        return rows if len(rows) >= count else None
    return wait_until(enough, f"{count} delivered rows", 30)


def compare(bill, records):
    """What differs between the provider's bill and the gateway's records, as sentences; empty when they agree."""
    problems = []
    by_request = {}
    for record in records:
        if record["BackendRequestId"]:
            by_request.setdefault(record["BackendRequestId"], []).append(record)
    for entry in bill:
        if not entry["charged"]:
            continue
        found = by_request.pop(entry["request_id"], [])
        if len(found) != 1:
            problems.append(f"operation {entry['request_id']} has {len(found)} records")
            continue
        record = found[0]
        for ours, theirs in (("PromptTokens", "prompt_tokens"), ("TotalTokens", "total_tokens"),
                             ("Model", "model"), ("BackendDeployment", "deployment"),
                             ("OperationId", "operation")):
            if record[ours] != entry[theirs]:
                problems.append(f"{entry['request_id']}: {ours} is {record[ours]}, billed {entry[theirs]}")
        if (record["CompletionTokens"] or 0) != entry["completion_tokens"]:
            problems.append(f"{entry['request_id']}: CompletionTokens is {record['CompletionTokens']}, "
                            f"billed {entry['completion_tokens']}")
    return problems


def settle(gateway, count):
    """Bill, ledger and delivered rows agree to the token; returns the records."""
    records = gateway.settled_records(count)
    bill = gateway.simulator.bill()
    assert len(records) == len(bill) == count
    assert compare(bill, records) == []
    rows = delivered_rows(gateway.simulator, count)
    for record in records:
        row = dict(rows[record["RecordId"]])
        record_columns = {k: v for k, v in record.items() if k != "DeliveryState"}
        assert row == record_columns
    return records


def parse_usage(gateway):
    """What `tollgate usage --by client,model` says, as operations and sums by (client, model)."""
    done = gateway.command("usage", "--by", "client,model", "--format", "json")
    assert done.returncode == 0, done.stderr
    return {(row["client"], row["model"]): [row["operations"], row["prompt_tokens"], row["completion_tokens"],
                                            row["total_tokens"]]
            for row in json.loads(done.stdout)}
