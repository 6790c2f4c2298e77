# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Capacity that is paid by the hour, re-rating and break-even, through the program itself."""

import csv
import io
import json
import os
import subprocess
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import openai
import pytest

import callers
import node_sdk
import stack

TABLE = "adjustments"
QUERIES = Path(__file__).parents[1] / "kql"
UNUSED = "(unused capacity)"
HOUR = 150 * 10 ** 9  # nanos: 100 PTUs at 1.50
SKU = ("deployment: gpt-4o-ptu}", "deployment: gpt-4o-ptu, sku: GlobalProvisionedManaged}")


def provisioned(way="utilisation"):
    return f"""  provisioned:
    - {{backend: sweden-ptu, deployment: gpt-4o-ptu, model: gpt-4o, from: 2020-01-01, ptu: 100, hourly_per_ptu: 1.50,
       allocate: {way}}}
"""


def prices(way="utilisation"):
    return f"""
prices:
  currency: USD
  entries:
    - {{model: gpt-4o, from: 2020-01-01, per_million: {{input: 2.5, cached_input: 1.25, output: 10}}}}
{provisioned(way)}"""


@pytest.fixture(scope="session")
def slow_clock(tmp_path_factory):
    """The environment in which the gateway thinks that it is two hours earlier."""
    library = tmp_path_factory.mktemp("clock") / "earlier_clock.so"
    source = Path(__file__).parent / "earlier_clock.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, timeout=60)
    return {"LD_PRELOAD": str(library), "E2E_HOURS_EARLIER": "2"}


@pytest.fixture
def start(simulator, tmp_path):
    simulator.reset()
    started = []

    def run(extra, environment=None, changes=(SKU,)):
        started.append(stack.Gateway(simulator, tmp_path, extra, changes, environment))
        return started[-1]

    yield run
    for gateway in started:
        if gateway.process.running():
            assert gateway.stop() == 0, gateway.process.log_path.read_text()


def ask(gateway):
    return callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)


def ask_as(gateway, client):
    header_only = {"x-client-id": client, "Authorization": openai.Omit(), "api-key": openai.Omit()}
    return callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES * 3,
                                                              extra_headers=header_only)


def adjustments(simulator, count, kind):
    def enough():
        found = {row["RecordId"]: row for row in simulator.rows(TABLE) if row["Kind"] == kind}
        return found if len(found) >= count else None
    return stack.wait_until(enough, f"{count} adjustments of the kind {kind}", 40)


def provisional(gateway):
    """What reports say is charged while hours are open, in nanos, out of records and out of roll-ups."""
    told = []
    for groups in ("client,model", "client,requested_model"):
        report = gateway.command("usage", "--by", groups, "--format", "json")
        assert report.returncode == 0, report.stderr
        told.append(sum(int(Decimal(row["provisional"] or 0) * 10 ** 9) for row in json.loads(report.stdout)))
    assert told[0] == told[1]
    return told[0]


def queries_say_the_same(gateway, simulator):
    """The shipped query over the rows that arrived has the sums of the report from the ledger."""
    def nanos_of_report():
        report = gateway.command("usage", "--by", "tag:cost_center", "--format", "json")
        assert report.returncode == 0, report.stderr
        rows = [row for row in json.loads(report.stdout) if row["cost"]]
        return {(row["tag:cost_center"] or "(none)", row["currency"]): int(Decimal(row["cost"]) * 10 ** 9) for row in rows}

    def nanos_of_query():
        rows = {"TollgateUsage_CL": simulator.rows() * 2, "TollgateCostAdjustment_CL": simulator.rows(TABLE) * 2}
        done = subprocess.run([node_sdk.NODE, QUERIES / "answer.mjs", "cost-by-cost-centre"], input=json.dumps(rows),
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        sums = {}
        for row in json.loads(done.stdout):
            key = row["CostCentre"], row["CostCurrency"]
            sums[key] = sums.get(key, 0) + row["CostNano"]
        return sums

    def the_same():
        told = nanos_of_query()
        return told if told == nanos_of_report() else None
    return stack.wait_until(the_same, "the query to have the report's sums", 40)


def weight(record):
    return record["PromptTokens"] - (record["CachedPromptTokens"] or 0) + 4 * record["CompletionTokens"]


def test_an_hour_is_shared_out_though_the_gateway_was_killed_in_it(start, simulator, slow_clock):
    gateway = start(prices(), slow_clock)
    for _ in range(3):
        ask(gateway)
    ask_as(gateway, "legacy-batch")
    before = gateway.settled_records(4)
    assert {(r["CostBasis"], r["CostNano"], r["Sku"]) for r in before} == {
        ("allocated_later", None, "GlobalProvisionedManaged")}
    begun = datetime.fromisoformat(before[0]["EventTime"].replace("Z", "+00:00"))
    assert (datetime.now(timezone.utc) - begun).total_seconds() > 7000, "its clock was not slow"
    takes = 100 * 2_500 * 60
    for record in before:
        assert abs(record["ProvisionalCostNano"] - Decimal(HOUR) * weight(record) / takes) <= Decimal("0.5")
        assert record["ProvisionalCurrency"] == "USD" and record["CostCurrency"] == ""
    assert provisional(gateway) == sum(record["ProvisionalCostNano"] for record in before)
    gateway.process.kill()
    gateway.environment = {k: v for k, v in gateway.environment.items() if k != "LD_PRELOAD"}
    gateway.start()
    rows = adjustments(simulator, 4, "allocation")
    hours = {}
    for record in before:
        hours.setdefault(record["EventTime"][:13], []).append(record)
    for records in hours.values():  # two where the clock went over the hour meanwhile
        whole = sum(weight(record) for record in records)
        for record in records:
            row = rows[record["RecordId"]]
            assert abs(row["CostNano"] - Decimal(HOUR) * weight(record) / whole) < 1, (row, whole)
            assert (row["CostBasis"], row["CostCurrency"], row["ClientName"]) == ("priced", "USD", record["ClientName"])
            assert [(c["Class"], c["Quantity"], c["Per"]) for c in row["CostComponents"]] == [
                ("provisioned", weight(record), whole)]
            assert (row["PreviousCostNano"], row["PreviousCostBasis"]) == (None, "allocated_later")
        assert sum(rows[record["RecordId"]]["CostNano"] for record in records) == HOUR
    after = {record["RecordId"]: record for record in gateway.records()}
    for record in before:
        assert after[record["RecordId"]]["CostBasis"] == "allocated_later"  # history does not change
        assert after[record["RecordId"]]["Adjustment"]["CostNano"] == rows[record["RecordId"]]["CostNano"]
    assert provisional(gateway) == 0
    told = queries_say_the_same(gateway, simulator)
    assert sum(nano for (name, _), nano in told.items() if name != UNUSED) == HOUR * len(hours)
    explained = gateway.command("explain", before[0]["RecordId"])
    assert explained.returncode == 0, explained.stderr
    assert "Adjustment: allocation, which counts now" in explained.stdout
    assert "computed again just now: the same" in explained.stdout and "NOT" not in explained.stdout
    gateway.stop()
    gateway.start()
    gateway.process.logged("gateway.started", 3)
    assert len(adjustments(simulator, 4, "allocation")) == 4


def test_what_nobody_used_is_a_row_of_its_own(start, simulator, slow_clock):
    gateway = start(prices("utilisation_of_capacity"), slow_clock)
    ask(gateway)
    (record,) = gateway.settled_records(1)
    gateway.stop()
    gateway.environment.pop("LD_PRELOAD")
    gateway.start()
    (row,) = adjustments(simulator, 1, "allocation").values()
    takes = 100 * 2_500 * 60
    assert abs(row["CostNano"] - Decimal(HOUR) * weight(record) / takes) < 1
    rests = adjustments(simulator, 1, "unused_capacity").values()
    (rest,) = [one for one in rests if one["EventTime"][:13] == record["EventTime"][:13]]
    assert rest["CostNano"] == HOUR - row["CostNano"]
    assert rest["MadeAt"] == rest["TimeGenerated"] and row["MadeAt"] == row["TimeGenerated"]
    assert (rest["ClientName"], rest["CostReason"], rest["BackendDeployment"]) == ("", "unused_capacity", "gpt-4o-ptu")
    reports_say_what_nobody_used(gateway)
    assert queries_say_the_same(gateway, simulator)[UNUSED, "USD"] >= rest["CostNano"]


def reports_say_what_nobody_used(gateway):
    def printed(*arguments):
        done = gateway.command(*arguments)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def by(group):
        return printed("usage", "--by", group, "--format", "csv")
    totals = {group: sum(Decimal(line["cost"]) for line in by(group))
              for group in ("client", "tag:cost_center", "day", "price_id", "cost_reason", "client,ip")}
    assert len(set(totals.values())) == 1, totals
    (unused,) = [line for line in by("client,deployment") if line["client"] == UNUSED]
    assert (unused["deployment"], unused["operations"]) == ("gpt-4o-ptu", "0")
    period = ["--from", "2020-01-01", "--to", "2100-01-01"]
    lines = printed("export", "focus", *period)
    assert sum(Decimal(line["BilledCost"]) for line in lines) == totals["client"]
    assert {line["CapacityReservationStatus"] for line in lines} == {"Used", "Unused"}
    items = [line for line in printed("statement", "--unused-capacity", *period, "--format", "csv") if line["kind"] == "item"]
    assert sum(Decimal(line["amount"]) for line in items) == Decimal(unused["cost"])
    (share,) = [line for line in printed("statement", "--client", "retail-chatbot", *period, "--format", "csv") if line["kind"] == "item"]
    assert (share["class"], share["deployment"]) == ("provisioned", "gpt-4o-ptu") and share["hour"]
    assert gateway.command("statement", "--client", "retail-chatbt", *period).returncode == 1


def rerated(gateway, *more):
    done = gateway.command("rerate", "--prices", gateway.directory / "next.yaml", "--format", "json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_records_are_rerated_beside_a_running_gateway(start, simulator):
    extra = "prices: {currency: USD, entries: [{model: gpt-4o, from: 2020-01-01, per_million: {input: 2.5, output: 10}}]}\n"
    gateway = start(extra, changes=())
    for _ in range(2):
        ask(gateway)
    callers.azure_key(gateway).embeddings.create(model="text-embedding-3-small", input=["a"])
    records = gateway.settled_records(3)
    old = {record["RecordId"]: record["CostNano"] for record in records if record["CostNano"] is not None}
    assert len(old) == 2
    (gateway.directory / "next.yaml").write_text(
        "currency: USD\nentries:\n  - {model: gpt-4o, from: 2020-01-01, per_million: {input: 5, output: 20}}\n")
    rows, told = rerated(gateway)
    assert "no_price_for_model" in told
    (chat,) = [row for row in rows if row["model"].startswith("gpt-4o")]
    assert Decimal(chat["new"]) == 2 * Decimal(chat["old"]) == Decimal(2 * sum(old.values())) / 10 ** 9
    assert (chat["records"], chat["changed"]) == (2, 2)
    assert simulator.rows(TABLE) == []  # a comparison writes nothing
    _, told = rerated(gateway, "--write")
    assert "2 adjustments written" in told
    written = adjustments(simulator, 2, "rerate")
    assert {key: row["CostNano"] for key, row in written.items()} == {key: 2 * nano for key, nano in old.items()}
    assert {key: row["PreviousCostNano"] for key, row in written.items()} == old
    assert sum(queries_say_the_same(gateway, simulator).values()) == 2 * sum(old.values())
    rows, told = rerated(gateway, "--write")
    assert "0 adjustments written" in told and [row["changed"] for row in rows if row["model"].startswith("gpt-4o")] == [0]
    # A list that knows nothing takes no cost away.
    (gateway.directory / "next.yaml").write_text(
        "currency: USD\nentries:\n  - {model: another, from: 2020-01-01, per_million: {input: 5}}\n")
    _, told = rerated(gateway, "--write")
    assert "2 records whose cost stays" in told and "0 adjustments written" in told


def test_what_capacity_served_is_compared_with_the_list(start, slow_clock):
    gateway = start(prices(), slow_clock)
    ask(gateway)
    gateway.settled_records(1)
    gateway.stop()
    gateway.environment.pop("LD_PRELOAD")
    done = gateway.command("prices", "breakeven", "--hourly-per-ptu", "1.5")
    assert done.returncode == 0, done.stderr
    assert "sweden-ptu/gpt-4o-ptu" in done.stdout and "by token" in done.stdout
    explained = gateway.command("prices", "explain", "gpt-4o").stdout
    assert "100 PTU at 1.5 USD a PTU and hour, allocate utilisation, one token out counts as 4" in explained
    assert "paid by the hour: 100 PTU at 1.5 USD" in gateway.command("prices", "check").stdout


@pytest.mark.parametrize("changes, fault", [
    ((), "whose sku in model gpt-4o is not given"),
    ((SKU, ("model: gpt-4o, from: 2020-01-01, ptu", "model: unheard, from: 2020-01-01, ptu")), "it needs output_weight"),
    ((SKU, ("hourly_per_ptu: 1.50", "hourly_per_ptu: 1.50, monthly_total: 3")), "one of hourly_per_ptu and monthly_total"),
    ((SKU, ("allocate: utilisation", "allocate: fairly")), "utilisation, utilisation_of_capacity, list_price or none"),
    ((SKU, ("{backend: sweden-ptu, deployment: gpt-4o-ptu, model", "{backend: sweden, deployment: gpt-4o-ptu, model")),
     "unknown backend: sweden"),
])
def test_wrong_capacity_is_refused_with_its_line(simulator, tmp_path, changes, fault):
    text = stack.replaced(stack.make_config(simulator, tmp_path, prices()), changes)
    (tmp_path / "tollgate.yaml").write_text(text)
    line = 1 + text[:text.index("hourly_per_ptu")].count("\n")
    done = subprocess.run([stack.BINARIES / "tollgate", "check", "-c", tmp_path / "tollgate.yaml"], timeout=60,
                          capture_output=True, text=True, env={**os.environ, "E2E_EASTUS_KEY": "a", "E2E_GATEWAY_SECRET": "b",
                                                               "E2E_ROLLOVER_KEY": "c"})
    assert done.returncode == 1 and fault in done.stderr, done.stderr
    assert f":{line}:" in done.stderr or f":{line + 1}:" in done.stderr, done.stderr
