# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The commands that documents show, run as they stand there beside a gateway that has worked."""

import datetime
import os
import re
import shlex
import subprocess

import callers
import stack
from test_documents import DOCUMENTS

PRICES = """
currency: USD
entries:
  - {model: gpt-4o, from: 2020-01-01, per_million: {input: 0.4, cached_input: 0.1, output: 1.6}}
"""
# Run elsewhere, or of what one gateway has not: another list, Azure's files, a trail, a loss.
ELSEWHERE = ("serve", "audit", "ledger salvage", "reconcile", "rerate", "prices breakeven", "deliveries -c FILE show")


def shown_commands():
    """Those of one gateway's configuration that stand whole: no word of theirs is a choice."""
    for document in DOCUMENTS:
        for line in re.findall(r"(?:^    (?:build/release/)?|`)tollgate ([a-z][^`\n|>]*)", document.read_text(), re.M):
            words = line.partition("#")[0].strip()
            if " -c " in words and not re.search(r"[\[\](]|\.\.\.", words) and not words.startswith(ELSEWHERE):
                yield words


def test_the_commands_of_documents_run(make_gateway, tmp_path):
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES)
    gateway = make_gateway(f'prices: {{file: "{prices}"}}\n')
    answer = callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    (record,) = gateway.settled_records(1)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    meant = {"FILE": gateway.config, "tollgate.yaml": gateway.config, "MODEL": "gpt-4o", "chatcmpl-ABC123": answer.id,
             "2026-10-01": today - datetime.timedelta(1), "2026-11-01": today + datetime.timedelta(1)}
    # Not every target of this configuration has a price.
    ends_with = {"prices check -c FILE": 1}
    commands = sorted(set(shown_commands()))
    assert len(commands) > 12
    failed = {}
    for command in commands:
        words = [str(meant.get(word, word)) for word in shlex.split(command)]
        if words[0] == "health":  # its address is the one that the system chose
            words = ["health", "--address", gateway.admin.removeprefix("http://"), *words[3:]]
        done = subprocess.run([stack.BINARIES / "tollgate", *words], timeout=60, capture_output=True, text=True,
                              env={**os.environ, **gateway.environment})
        if done.returncode != ends_with.get(command, 0):
            failed[command] = (done.returncode, done.stderr or done.stdout)
        elif command.startswith("records"):
            assert record["RecordId"] in done.stdout, command
    assert failed == {}
