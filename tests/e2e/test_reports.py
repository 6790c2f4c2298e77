# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Reports of many random records: the same sums in records, roll-ups, CSV, statements and FOCUS, against decimal."""

import csv
import io
import json
import subprocess
from decimal import Decimal

import pytest

import stack

RECORDS = 100_000
NANO = Decimal(1).scaleb(-9)
ZONE = "Europe/Berlin"
# With what of the year (UTC) lies outside it there.
ALL = ["--from", "2025-12-31", "--to", "2027-01-02", "--time-zone", ZONE]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    directory = tmp_path_factory.mktemp("random")
    made = subprocess.run([stack.BINARIES / "random-ledger", directory, str(RECORDS)], check=True, capture_output=True,
                          text=True, timeout=300)
    return directory / "usage.ledger", json.loads(made.stdout)


@pytest.fixture(scope="module")
def records(ledger):
    lines = run(ledger, "records", "--time-zone", ZONE).splitlines()
    return [json.loads(line) for line in lines]


def run(ledger, *arguments, status=0):
    done = subprocess.run([stack.BINARIES / "tollgate", *arguments, "--ledger", ledger[0]], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == status, done.stderr
    return done.stdout


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def cost(lines, column="cost"):
    return sum((Decimal(line[column]) for line in lines if line[column]), Decimal(0))


def test_every_way_adds_up_to_the_same(ledger, records):
    exact = sum(Decimal(record["CostNano"]) * NANO for record in records if record["CostNano"] is not None)
    assert len(records) == RECORDS == ledger[1]["records"]
    assert exact == Decimal(ledger[1]["cost_nano"]) * NANO
    for by in ("client,model", "month,client", "day", "tag:cost_center,week", "client,ip", "hour"):
        lines = rows(run(ledger, "usage", "--by", by, "--format", "csv", *ALL))
        assert cost(lines) == exact, by
        assert sum(int(line["operations"]) for line in lines) == RECORDS
        assert sum(int(line["total_tokens"]) for line in lines) == ledger[1]["total_tokens"]
        assert sum(int(line["unpriced"]) for line in lines) == ledger[1]["unpriced"]
    assert cost(json.loads(run(ledger, "usage", "--by", "model", "--format", "json", *ALL))) == exact
    assert cost(rows(run(ledger, "usage", "--by", "model", "--components", "--format", "csv", *ALL))) == exact
    assert cost(rows(run(ledger, "export", "focus", *ALL)), "BilledCost") == exact
    assert cost(rows(run(ledger, "export", "focus", *ALL)), "EffectiveCost") == exact
    statements = Decimal(0)
    for center in range(4700, 4705):
        lines = rows(run(ledger, "statement", "--tag", f"cost_center={center}", "--format", "csv", *ALL))
        items = cost([line for line in lines if line["kind"] == "item"], "amount")
        assert items == cost([line for line in lines if line["kind"] == "total"], "amount")
        statements += items
    assert statements == exact


def test_a_group_is_what_its_records_are(ledger, records):
    mine = [record for record in records
            if record["ClientName"] == "client-7" and record["EventTime"][:7] == "2026-05"]
    lines = {line["client"]: line
             for line in rows(run(ledger, "usage", "--by", "client", "--month", "2026-05", "--format", "csv"))}
    assert Decimal(lines["client-7"]["cost"]) == sum(Decimal(r["CostNano"]) * NANO for r in mine if r["CostNano"] is not None)
    assert int(lines["client-7"]["prompt_tokens"]) == sum(record["PromptTokens"] for record in mine)
    assert int(lines["client-7"]["cached_prompt_tokens"]) == sum(record["CachedPromptTokens"] for record in mine)
    assert int(lines["client-7"]["estimated"]) == sum(record["UsageBasis"] == "estimated" for record in mine)


def test_quantities_times_prices_are_the_amounts(ledger):
    for line in rows(run(ledger, "usage", "--by", "client", "--components", "--month", "2026-05", "--format", "csv")):
        product = Decimal(line["quantity"]) * Decimal(line["price"]) / Decimal(line["per"])
        # Each record's component is rounded down to a nano.
        assert 0 <= product - Decimal(line["cost"]) < int(line["operations"]) * NANO


def test_a_ledger_that_is_rolled_up_is_whole(ledger):
    assert "0 faults" in run(ledger, "ledger", "verify")


def test_focus_has_a_line_for_each_day_and_class(ledger):
    lines = rows(run(ledger, "export", "focus", "--month", "2026-10", "--time-zone", ZONE))
    assert {line["SkuMeter"] for line in lines} == {"input", "cached_input", "output"}
    starts = sorted({line["ChargePeriodStart"] for line in lines})
    assert len(starts) == 31 and starts[0] == "2026-09-30T22:00:00Z" and starts[-1] == "2026-10-30T23:00:00Z"
    for line in lines:
        assert line["BillingPeriodStart"] == "2026-09-30T22:00:00Z"
        assert Decimal(line["ListCost"]) == (Decimal(line["ListUnitPrice"]) * Decimal(line["PricingQuantity"]))
        assert abs(Decimal(line["BilledCost"]) - Decimal(line["ContractedCost"])) < int(line["x_Operations"]) * NANO
        assert json.loads(line["Tags"])["cost_center"]


def test_the_largest_come_first_and_the_others_are_one(ledger):
    lines = rows(run(ledger, "usage", "--by", "client", "--sort", "cost", "--top", "3", "--format", "csv", *ALL))
    assert [line["client"] for line in lines][3:] == ["(others)"]
    costs = [Decimal(line["cost"]) for line in lines[:3]]
    assert costs == sorted(costs, reverse=True)


def test_a_month_stands_beside_the_one_before(ledger):
    before = {line["model"]: line for line in rows(run(ledger, "usage", "--by", "model", "--month", "2026-04", "--format", "csv"))}
    for line in rows(run(ledger, "usage", "--by", "model", "--month", "2026-05", "--compare", "previous", "--format", "csv")):
        assert line["previous_cost"] == before[line["model"]]["cost"]
        assert Decimal(line["cost_difference"]) == Decimal(line["cost"]) - Decimal(line["previous_cost"])


def test_a_forecast_says_what_it_is_made_of(ledger):
    line, = rows(run(ledger, "usage", "--by", "operation", "--month", "2026-05", "--forecast", "7", "--format", "csv"))
    assert (line["of"], line["from_days"], line["basis"]) == ("EUR", "31", "least squares over 2026-05-01 to 2026-05-31")
    assert Decimal(line["low_80"]) < Decimal(line["expected"]) < Decimal(line["high_80"])
    june = rows(run(ledger, "usage", "--by", "operation", "--from", "2026-06-01", "--to", "2026-06-08", "--format", "csv"))
    assert abs(Decimal(line["expected"]) / cost(june) - 1) < Decimal("0.1")
    run(ledger, "usage", "--by", "operation", "--from", "2026-05-01", "--to", "2026-05-10", "--forecast", "7", status=1)


def test_what_does_not_fit_together_is_refused(ledger):
    run(ledger, "usage", "--by", "client,day", "--month", "2026-05", "--compare", "previous", status=1)
    run(ledger, "usage", "--by", "client", "--compare", "previous", status=1)
    run(ledger, "usage", "--by", "client", "--time-zone", "Europe/Atlantis", status=1)
    run(ledger, "statement", "--month", "2026-05", status=1)
    run(ledger, "statement", "--client", "client-1", status=1)
