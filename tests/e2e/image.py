# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""One request through containers of gateway and simulator: `./dev image`. Usage: image.py docker|podman

The containers run as in docker/compose.yaml: no root, no capabilities, a read-only root, one network namespace.
Exits 0 when the answer, the record and its delivery are right and the gateway stops as it should."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import stack

CONFIG = "/etc/tollgate/tollgate.yaml"
DEMO_CONFIG = Path(__file__).parents[2] / "docker" / "simulated-azure.yaml"
KEY = "sk-try-tollgate"


class Engine:
    def __init__(self, name):
        # podman inside a container: limits that cannot be raised there, and runc where there is no
        # crun
        self.command = [name] if name == "docker" or shutil.which("crun") else [name, "--runtime", "runc"]
        limits = [] if name == "docker" else ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"]
        self.hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", *limits]

    def __call__(self, *arguments):
        done = subprocess.run([*self.command, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout.strip()

    def attempt(self, *arguments):
        try:
            return self(*arguments) or True
        except RuntimeError:
            return None


def chat(url):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What colour is the sky?"}]}
    request = urllib.request.Request(url + "/openai/v1/chat/completions", data=json.dumps(body).encode(),
                                     headers={"api-key": KEY, "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, json.load(answer)


def expect(what, condition, detail=""):
    print(f"  {'ok ' if condition else 'BAD'} {what} {detail}", flush=True)
    if not condition:
        raise SystemExit(f"image: {what} failed {detail}")


def run(engine, cleanup):
    tag = f"tollgate-try-{os.getpid()}"
    simulator, gateway = f"{tag}-simulator", f"{tag}-gateway"
    for volume in (f"{tag}-azure", f"{tag}-ledger"):
        engine("volume", "create", volume)
        cleanup.callback(engine.attempt, "volume", "rm", volume)
    cleanup.callback(engine.attempt, "rm", "--force", "--volumes", simulator)
    engine("run", "--detach", "--name", simulator, *engine.hardened, "--publish", "127.0.0.1::8080",
           "--volume", f"{tag}-azure:/run/azure", "tollgate-simulator")
    stack.wait_until(lambda: engine.attempt("exec", simulator, "test", "-f", "/run/azure/simulator.json"),
                     "the simulator")
    cleanup.callback(engine.attempt, "rm", "--force", "--volumes", gateway)
    engine("run", "--detach", "--name", gateway, *engine.hardened, "--network", f"container:{simulator}",
           "--volume", f"{DEMO_CONFIG}:{CONFIG}:ro", "--volume", f"{tag}-azure:/run/azure:ro",
           "--volume", f"{tag}-ledger:/var/lib/tollgate", "tollgate")
    inside = ("exec", gateway, "tollgate")
    stack.wait_until(lambda: engine.attempt(*inside, "health", "--ready", "-c", CONFIG), "the gateway")

    expect("no root", engine("exec", gateway, "id", "-u") != "0")
    expect("a read-only root", engine.attempt("exec", gateway, "touch", "/tollgate") is None)
    url = "http://" + engine("port", simulator, "8080").splitlines()[0]
    status, answer = chat(url)
    expect("a chat request", status == 200, f"{answer['usage']['total_tokens']} tokens")

    def delivered():
        records = [json.loads(line) for line in engine(*inside, "records", "-c", CONFIG).splitlines()]
        return records if records and records[0]["DeliveryState"] == "delivered" else None

    records = stack.wait_until(delivered, "the record to be delivered")
    record = records[0]
    expect("one record", len(records) == 1, record["RecordId"])
    expect("its caller and backend", (record["ClientName"], record["Backend"], record["Outcome"])
           == ("try-out", "sweden-ptu", "completed"))
    expect("its counts", (record["UsageBasis"], record["PromptTokens"], record["CompletionTokens"])
           == ("reported", answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]))
    print("  " + engine(*inside, "usage", "--by", "client,model", "-c", CONFIG).replace("\n", "\n  "))
    engine("stop", "-t", "50", gateway)
    state = engine("inspect", "--format", "{{.State.ExitCode}}", gateway)
    expect("an orderly stop", state == "0", f"exit status {state}")


def main():
    with contextlib.ExitStack() as cleanup:
        run(Engine(sys.argv[1]), cleanup)


if __name__ == "__main__":
    main()
