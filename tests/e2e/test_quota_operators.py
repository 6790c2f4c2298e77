# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What operators do and see of limits: top-ups and resets that outlive the process, whose 429 it was, refusals by
minute, and how budgets burn down."""

import csv
import io
import json
import sqlite3
import subprocess

import openai
import pytest

import stack
from reloads import Change
from test_quotas import RETAIL, ask, idle_states, limited, states, tokens_in

KEY = "an-admin-key-0001"


def with_key(gateway):
    """From now on the admin server takes changes."""
    secret = gateway.config.parent / "admin.key"
    secret.touch(0o600)
    secret.write_text(KEY)
    with Change(gateway):
        text = gateway.config.read_text()
        assert 'admin: {address: "127.0.0.1:0"}' in text
        gateway.config.write_text(text.replace(
            'admin: {address: "127.0.0.1:0"}', f'admin: {{address: "127.0.0.1:0", key: {{file: "{secret}"}}}}'))
    return gateway


def quota(gateway, action, *arguments):
    return subprocess.run(
        [stack.BINARIES / "tollgate", "quota", action, "-c", gateway.config, *arguments,
         "--address", gateway.admin.removeprefix("http://")], timeout=60, capture_output=True, text=True)


def exhausted(gateway):
    with pytest.raises(openai.RateLimitError) as refused:
        ask(gateway)
    assert refused.value.code == "insufficient_quota"


def killed_and_started(gateway):
    gateway.process.kill()
    gateway.start()


def test_a_top_up_helps_at_once_and_outlives_a_kill(make_gateway):
    gateway = with_key(limited(make_gateway, "{requests: 1, per: year}"))
    ask(gateway)
    exhausted(gateway)
    done = quota(gateway, "top-up", "retail-chatbot", "requests/year", "2", "--reason", "a launch")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{RETAIL}: 1 requests per year: 1 used, 0 reserved, 2 left of 3\n"
    changed, = gateway.process.logged("quotas.changed", 1)
    assert (changed["action"], changed["amount"], changed["reason"]) == ("top_up", "2", "a launch")
    ask(gateway)
    gateway.settled_records(2)
    killed_and_started(gateway)
    assert states(gateway)["requests"]["amount"] == 3 and states(gateway)["requests"]["used"] == 2
    ask(gateway)
    exhausted(gateway)


def test_a_reset_forgives_what_was_used_by_then_also_after_a_kill(make_gateway):
    gateway = with_key(limited(make_gateway, "{tokens: 1000000, per: year}", "{requests: 30, per: month}"))
    ask(gateway)
    idle_states(gateway)
    done = quota(gateway, "reset", "retail-chatbot", "tokens/year", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["limit"]["used"] == 0
    ask(gateway)
    records = gateway.settled_records(2)
    assert idle_states(gateway)["tokens"]["used"] == tokens_in(records[1:])
    killed_and_started(gateway)
    assert states(gateway)["tokens"]["used"] == tokens_in(records[1:])
    assert states(gateway)["requests"]["used"] == 2, "another limit is as it was"


def test_nothing_is_changed_without_the_key(make_gateway):
    gateway = limited(make_gateway, "{requests: 4, per: year}")
    done = quota(gateway, "reset", "retail-chatbot", "requests/year")
    assert done.returncode == 1 and "has no admin.key" in done.stderr
    with_key(gateway)
    secret = gateway.config.parent / "admin.key"
    secret.write_text("another-key-0002")  # the gateway has read the one before
    done = quota(gateway, "reset", "retail-chatbot", "requests/year")
    assert done.returncode == 1 and "takes admin.key" in done.stderr
    secret.write_text(KEY)
    done = quota(gateway, "top-up", "retail-chatbt", "requests/year", "5")
    assert done.returncode == 1 and "limits are of: client " in done.stderr
    done = quota(gateway, "top-up", "retail-chatbot", "requests/yaer", "5")
    assert done.returncode == 1 and "did you mean requests/year?" in done.stderr
    assert states(gateway)["requests"]["amount"] == 4


def test_whose_429_it_was(make_gateway):
    gateway = limited(make_gateway, "{requests: 3, per: year}")
    gateway.simulator.fault("resource", {"error": "ms_429"}, resource="contoso-sweden", count=1)
    with pytest.raises(openai.RateLimitError):
        ask(gateway)
    for _ in range(2):
        ask(gateway, retries=5)  # the deployment is left alone for a moment
    for _ in range(4):
        exhausted(gateway)
    gateway.settled_records(3)
    stack.wait_until(lambda: "4 requests refused" in quota(gateway, "why", "retail-chatbot").stdout, "the rows")
    done = quota(gateway, "why", "retail-chatbot", "--json")
    assert done.returncode == 0, done.stderr
    ours, theirs = json.loads(done.stdout)["causes"]
    assert (ours["whose"], ours["limit"], ours["reason"]) == ("ours", f"{RETAIL}: 3 requests per year", "exhausted")
    assert ours["requests"] == 4 and ours["now"]["left"] == 0 and "top-up" in ours["to_do"]
    assert (theirs["whose"], theirs["backend"], theirs["operations"]) == ("azure", "sweden-ptu", 1)
    assert theirs["told_to_the_client"] == 1
    wrong = quota(gateway, "why", "retail-chatbt")
    assert wrong.returncode == 1 and "did you mean retail-chatbot?" in wrong.stderr
    assert gateway.stop() == 0
    done = quota(gateway, "why", "retail-chatbot")
    assert done.returncode == 0 and "No gateway answered" in done.stdout


def test_refusals_are_minute_rows_that_arrive_once(make_gateway):
    gateway = limited(make_gateway, "{requests: 1, per: year}")
    ask(gateway)
    for _ in range(3):
        exhausted(gateway)
    ledger = sqlite3.connect(gateway.config.parent / "ledger" / "ledger.db", timeout=10)

    def count():
        return ledger.execute("SELECT COALESCE(SUM(requests), 0) FROM refusals").fetchone()[0]

    stack.wait_until(lambda: count() == 3, "the rows")
    killed_and_started(gateway)
    exhausted(gateway)
    stack.wait_until(lambda: count() == 4, "the row of after the kill")
    with ledger:  # as though their minute were over
        ledger.execute("UPDATE refusals SET minute = minute - 120000000")
    rows = stack.wait_until(lambda: gateway.simulator.rows("refusals"), "the delivery", 30)
    assert sum(row["Requests"] for row in rows) == 4
    assert {(row["ClientName"], row["RequestedModel"], row["LimitSubject"], row["Limit"], row["Reason"])
            for row in rows} == {("retail-chatbot", "gpt-4o", RETAIL, "1 requests per year", "exhausted")}
    assert len({row["RowId"] for row in rows}) == len(rows)
    assert gateway.stop() == 0
    assert gateway.simulator.rows("refusals") == rows, "each once"
    done = gateway.command("usage", "--refusals", "--format", "csv")
    assert done.returncode == 0, done.stderr
    line, = csv.DictReader(io.StringIO(done.stdout))
    assert (line["client"], line["requested_model"], line["refused"], line["operations"]) == (
        "retail-chatbot", "gpt-4o", "4", "1")


def test_budgets_burn_down(make_gateway):
    gateway = limited(make_gateway, "{requests: 4, per: year}", "{tokens: 1000000, per: month}",
                      "{requests: 60, per: minute}")
    ask(gateway)
    record, = gateway.settled_records(1)
    done = gateway.command("usage", "--budgets", "--format", "json")
    assert done.returncode == 0, done.stderr
    lines = {line["limit"]: line for line in json.loads(done.stdout) if line["whose"] == RETAIL}
    assert set(lines) == {"requests/year", "tokens/month"}
    assert (lines["requests/year"]["spent"], lines["requests/year"]["left"]) == ("1", "3")
    assert lines["tokens/month"]["spent"] == str(tokens_in([record]))
    assert lines["requests/year"]["basis"] == "the window so far"
    table = gateway.command("usage", "--budgets")
    assert table.returncode == 0 and "requests/year" in table.stdout
    both = gateway.command("usage", "--budgets", "--by", "client")
    assert both.returncode == 1 and "stands alone" in both.stderr
    assert gateway.command("usage").returncode == 2


def test_a_policy_of_api_management_becomes_limits(make_gateway, tmp_path):
    policy = tmp_path / "policy.xml"
    policy.write_text('''<policies><inbound><base/>
<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="5000" estimate-prompt-tokens="true"
   remaining-tokens-header-name="left"/>
<azure-openai-token-limit counter-key="@(context.Request.Headers.GetValueOrDefault("x","y"))" tokens-per-minute="1"/>
</inbound></policies>''')
    made = subprocess.run([stack.BINARIES / "tollgate", "import", "apim-policy", policy], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "line 2: llm-token-limit remaining-tokens-header-name: it is x-ratelimit-remaining-tokens" in made.stderr
    assert "line 4: azure-openai-token-limit counter-key: it is a header of the request" in made.stderr
    gateway = make_gateway(made.stdout)
    ask(gateway)
    assert states(gateway)["tokens"]["amount"] == 5000
    with pytest.raises(openai.BadRequestError):
        ask(gateway, max_tokens=6000)
