# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""A gateway with an audit trail, and what its files exporter has got."""

import json
import re
import subprocess

import callers

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def configure(gateway, client="redacted", more="", interval="1s"):
    """Stopped: its configuration keeps what retail-chatbot says and is told."""
    text = gateway.config.read_text()
    text = re.sub(r"(  - name: retail-chatbot\n)", rf"\1    audit: {client}\n", text)
    (gateway.directory / "audit.key").write_text(KEY)
    (gateway.directory / "audit.key").chmod(0o600)
    signing = gateway.directory / "audit.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", signing], check=True, capture_output=True)
    signing.chmod(0o600)
    gateway.config.write_text(text + f"""
audit:
  path: "{gateway.directory}/audit.db"
  encryption: {{keys: [{{file: "{gateway.directory}/audit.key"}}]}}
  checkpoints: {{key: {{file: "{signing}"}}, interval: {interval}}}
  exporters:
    json_lines: {{directory: "{gateway.directory}/audited", flush_interval: 100ms}}
{more}""")


def rows(gateway, folder="audited"):
    """Those of whole lines: the exporter may be in the middle of one."""
    out = []
    for file in sorted((gateway.directory / folder).glob("*.jsonl")):
        out += [json.loads(line) for line in file.read_text().rpartition("\n")[0].splitlines()]
    return out


def whole(gateway, kind, form="raw"):
    return [row for row in rows(gateway) if (row["Kind"], row["Form"]) == (kind, form)]


def ask(gateway, text, **more):
    return callers.azure_key(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}], **more)
