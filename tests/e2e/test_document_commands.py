# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The commands that documents show, run as they stand there beside a gateway that has worked."""

import os
import pwd
import re
import shlex
import subprocess

import openai
import pytest

import callers
import stack
import test_reconcile
from audited import ask, configure, rows
from test_capacity import slow_clock  # noqa: F401: a fixture
from test_documents import DOCUMENTS

PRICES = """
currency: USD
entries:
  - {model: gpt-4o, from: 2020-01-01, per_million: {input: 0.4, cached_input: 0.1, output: 1.6}}
"""
BILLED = {"input": "0.4", "cached_input": "0.1", "output": "1.6"}
# What finance and auditors type: of these each form that operations.md names runs as well.
OF_THE_TRAIL_AND_THE_BILL = ("audit", "reconcile", "rerate", "prices breakeven", "ledger salvage")
# Never end: the gateway itself, and what shows what is yet to come.
ENDLESS = ("serve", "audit tail", "audit export -c FILE --follow")
# These show what others have read, or change what is there, the later ones what the earlier need.
LAST = ("audit accesses", "rerate -c FILE --prices LIST --write",
        "rerate -c tollgate.yaml --prices next.yaml --month 2026-11 --write", "audit erase", "ledger salvage")
PROMPT = "Who built the lighthouse?"
CONVERSATION = "conversation-17"
CALLER = "legacy-batch"  # what its header says


def shown_commands():
    """Those of one gateway's configuration that stand whole: no word of theirs is a choice."""
    for document in DOCUMENTS:
        for line in re.findall(r"(?:^    (?:build/release/)?|`)tollgate ([a-z][^`\n|>]*)", document.read_text(), re.M):
            words = line.partition("#")[0].strip().replace('"$(tollgate audit keys -c FILE)" ROWS...', "KEY ROWS")
            if " -c " in words or words.startswith("audit verify --key KEY ROWS"):
                if not re.search(r"[\[\](]|\.\.\.", words):
                    yield words


def forms(synopsis):
    """With none of what it may have, and with each of it alone; each of its choices."""
    synopsis = synopsis.replace("\\|", "|").replace("[...]", "").replace("]...", "]")
    choice = re.search(r"\(([^()]*)\)", synopsis)
    if choice:
        for one in choice.group(1).split("|"):
            yield from forms(synopsis.replace(choice.group(), one.strip()))
        return
    may_have = re.findall(r"\[([^\]]*)\]", synopsis)
    bare = " ".join(re.sub(r"\[[^\]]*\]", " ", synopsis).split())
    yield bare
    for option in may_have:
        name, _, values = option.partition(" ")
        for value in values.split("|"):
            yield f"{bare} {name} {value}".strip()


def synopses():
    text = next(document for document in DOCUMENTS if document.name == "operations.md").read_text()
    for synopsis in re.findall(r"^\| `tollgate ((?:\\\||[^`|])*)`", text, re.M):
        if synopsis.startswith(OF_THE_TRAIL_AND_THE_BILL):
            yield from forms(synopsis.replace("audit verify", "audit verify --key KEY").replace("FILE...", "ROWS"))


def in_order(commands):
    return sorted(commands, key=lambda words: (next((place for place, last in enumerate(LAST, 1) if words.startswith(last)), 0),
                                               words))


@pytest.fixture
def gateway(make_gateway, tmp_path):
    """It has a list of prices, a trail, limits, and its backend's place in Azure, and is yet to work."""
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES)
    key = tmp_path / "admin.key"
    key.touch(0o600)
    key.write_text("an-admin-key-0001")
    limits = 'quotas: {default_limits: [{tokens: 1000000, per: day}, {cost: "500.00", per: month, mode: shadow}]}\n'
    gateway = make_gateway(f'prices: {{file: "{prices}"}}\n{limits}')
    assert gateway.stop() == 0
    configure(gateway)
    gateway.config.write_text(stack.replaced(gateway.config.read_text(), [
        ('admin: {address: "127.0.0.1:0"}', f'admin: {{address: "127.0.0.1:0", key: {{file: "{key}"}}}}'),
        ("  - name: legacy-batch\n", "  - name: legacy-batch\n    audit: redacted\n"),
        ("  - name: sweden-ptu\n", f'  - name: sweden-ptu\n    resource_id: "{test_reconcile.RESOURCES}contoso-sweden"\n')]))
    gateway.start()
    return gateway


def files_of(gateway):
    """What the commands name, by the name that it has in the documents."""
    directory = gateway.directory
    (directory / "next.yaml").write_text(PRICES.replace("output: 1.6", "output: 1.8"))
    bill = test_reconcile.cost_export(gateway, prices=BILLED)
    metrics = test_reconcile.metrics_file(gateway)
    rows_files = sorted((directory / "audited").glob("*.jsonl"))
    assert len(rows_files) == 1
    return {"FILE": gateway.config, "tollgate.yaml": gateway.config, "LIST": directory / "next.yaml",
            "next.yaml": directory / "next.yaml", "CSV": bill, "costs.csv": bill, "JSON": metrics,
            "metrics.json": metrics, "ROWS": rows_files[0]}


def test_the_commands_of_documents_run(gateway, slow_clock):
    by_header = {"x-client-id": CALLER, "x-conversation-id": CONVERSATION,
                 "Authorization": openai.Omit(), "api-key": openai.Omit()}
    answer = callers.plain(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": PROMPT}], extra_headers=by_header)
    ask(gateway, "Good night")  # another client's: whoever erases the caller's leaves it
    record = next(record for record in gateway.settled_records(2) if record["ClientName"] == CALLER)
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(gateway)), "a checkpoint")
    began = record["TimeGenerated"][:10]
    meant = {**files_of(gateway), "MODEL": "gpt-4o", "CLIENT": "retail-chatbot", "chatcmpl-ABC123": answer.id, "RECORD": record["RecordId"],
             "RECORDID": record["RecordId"], "WORD": "lighthouse", "TEXT": "lighthouse",
             "KEY": gateway.command("audit", "keys").stdout.strip()}
    meant_by = {"--from": "2020-01-01", "--to": "2100-01-01", "--month": began[:7], "--client": CALLER,
                "--caller": CALLER, "--ledger": gateway.directory / "ledger" / "ledger.db",
                "--conversation": CONVERSATION, "--reader": pwd.getpwuid(os.getuid()).pw_name}

    def words_of(command):
        words = shlex.split(command)
        return [str(meant_by.get(before) or meant.get(word, word)) for before, word in zip(["", *words], words)]

    # Not every target of this configuration has a price.
    ends_with = {"prices check -c FILE": 1}
    # Whole hours alone are compared.
    later = {**slow_clock, "E2E_HOURS_EARLIER": "-2"}
    commands = set(filter(lambda words: not words.startswith(ENDLESS), {*shown_commands(), *synopses()}))
    assert len(commands) > 50
    failed = {}
    for command in in_order(commands):
        words = words_of(command)
        if words[0] == "health":  # its address is the one that the system chose
            words = ["health", "--address", gateway.admin.removeprefix("http://"), *words[3:]]
        if words[0] == "quota":
            words += ["--address", gateway.admin.removeprefix("http://")]
        if command.startswith("audit erase -c FILE --client"):  # of the caller's nothing is left by then
            words[words.index(CALLER)] = "retail-chatbot"
        if command.startswith("ledger salvage") and gateway.process.running():
            assert gateway.stop() == 0
        environment = {**os.environ, **gateway.environment, **(later if command.startswith("prices breakeven") else {})}
        done = subprocess.run([stack.BINARIES / "tollgate", *words], timeout=60, capture_output=True, text=True,
                              env=environment)
        if done.returncode != ends_with.get(command, 0):
            failed[command] = (done.returncode, done.stderr or done.stdout)
        elif command.startswith(("records", "audit search", "audit show")):
            assert record["RecordId"] in done.stdout, command
    assert not failed, "\n".join(f"{command}: {why}" for command, why in failed.items())
