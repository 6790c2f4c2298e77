# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`tollgate explain`, and the ledger beside the provider's bill: gaps are planted, and must be named."""

import json
from decimal import Decimal

import openai
import pytest

import callers
import stack

MODEL = "gpt-4o"
DEPLOYMENT = "gpt-4o-ptu"
PRICES = {"input": "2.5", "cached_input": "1.25", "output": "10"}
METERS = {"input": "gpt 4o 1120 Inp glbl Tokens", "cached_input": "gpt 4o 1120 cached Inp glbl Tokens",
          "output": "gpt 4o 1120 Outp glbl Tokens"}
RESOURCES = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/"


@pytest.fixture
def priced(simulator, tmp_path):
    """A gateway that knows its resource and the prices of one model, and has answered three requests with it."""
    rates = ", ".join(f"{name}: {price}" for name, price in PRICES.items())
    prices = f"prices: {{currency: USD, entries: [{{model: {MODEL}, from: 2020-01-01, per_million: {{{rates}}}}}]}}\n"
    simulator.reset()
    gateway = stack.Gateway(simulator, tmp_path, prices, [
        ("  - name: sweden-ptu\n", f'  - name: sweden-ptu\n    resource_id: "{RESOURCES}contoso-sweden"\n')])
    for number in range(3):
        callers.azure_key(gateway).chat.completions.create(
            model=MODEL, messages=callers.MESSAGES, extra_headers={"x-request-id": f"trace-{number}"})
    gateway.settled_records(3)
    yield gateway
    assert gateway.stop() == 0


def served_model(gateway):
    return gateway.records()[0]["Model"]


def cost_export(gateway, shape="actual", prices=PRICES):
    meters = [{"model": served_model(gateway), "class": name, "meter": METERS[name], "price": price}
              for name, price in prices.items()]
    text = stack.http_json(gateway.simulator.control + "/bill/cost-export",
                           {"shape": shape, "currency": "USD", "meters": meters})
    path = gateway.directory / f"{shape}.csv"
    path.write_text(text, newline="")
    return path


def reconciled(gateway, *arguments):
    done = gateway.command("reconcile", *arguments, "--format", "json")
    return done, json.loads(done.stdout) if done.stdout else None


def causes(report):
    return {(row["counted"], cause["cause"]) for row in report["rows"] for cause in row["causes"]}


def past_the_gateway(gateway):
    """A request with the resource's own key, which no gateway sees."""
    resource = gateway.simulator.resource("contoso-sweden")
    client = openai.AzureOpenAI(azure_endpoint=resource["endpoint"], api_key=resource["key1"], api_version=stack.API_VERSION,
                                http_client=openai.DefaultHttpxClient(verify=gateway.simulator.facts["ca"]), max_retries=0)
    client.chat.completions.create(model=DEPLOYMENT, messages=callers.MESSAGES)


@pytest.mark.parametrize("shape", ["actual", "focus"])
def test_equal_sides_have_no_gap(priced, shape):
    done, report = reconciled(priced, "--cost-export", cost_export(priced, shape))
    assert done.returncode == 0, done.stderr + done.stdout
    assert report["currency"] == "USD" and report["rows"] and causes(report) == set()
    bill = [entry for entry in priced.simulator.bill() if entry["charged"]]
    by_meter = {row["counted"]: row for row in report["rows"]}
    output = by_meter[METERS["output"]]
    assert int(output["azure"]) == int(output["here"]) == sum(entry["completion_tokens"] for entry in bill)
    assert Decimal(output["azure_cost"]) == Decimal(output["cost_here"]) == \
        sum(entry["completion_tokens"] for entry in bill) * Decimal(PRICES["output"]) / 1_000_000
    assert {row["deployment"] for row in report["rows"]} == {DEPLOYMENT}


def test_a_caller_past_the_gateway_is_named(priced):
    past_the_gateway(priced)
    done, report = reconciled(priced, "--cost-export", cost_export(priced))
    assert done.returncode == 1 and "gaps that the records here do not explain" in done.stderr
    assert (METERS["output"], "other_callers") in causes(report)
    row = next(row for row in report["rows"] if row["counted"] == METERS["output"])
    extra = priced.simulator.bill()[-1]
    assert int(row["gap"]) == extra["completion_tokens"] and row["explained"] is False


def test_another_price_at_azure_is_named(priced):
    done, report = reconciled(priced, "--cost-export", cost_export(priced, prices={**PRICES, "output": "12"}))
    assert done.returncode == 1
    assert causes(report) == {(METERS["output"], "price_differs")}
    text = next(cause["evidence"] for row in report["rows"] for cause in row["causes"])
    assert "Azure charged 12 USD a million; 10 USD a million was charged here, on average" in text


def test_a_list_that_was_corrected_closes_the_gap_and_no_currency_changes_by_itself(priced):
    bill = cost_export(priced, prices={**PRICES, "output": "12"})
    assert reconciled(priced, "--cost-export", bill)[0].returncode == 1
    corrected = priced.directory / "next.yaml"
    text = "currency: USD\nentries: [{model: gpt-4o, from: 2020-01-01, per_million: {input: 2.5, cached_input: 1.25, output: 12}}]\n"
    corrected.write_text(text.replace("USD", "EUR"))
    kept = priced.command("rerate", "--prices", corrected, "--write")
    assert "3 records whose cost stays: it is in another currency" in kept.stderr and "0 adjustments written" in kept.stderr
    corrected.write_text(text)
    done = priced.command("rerate", "--prices", corrected, "--write")
    assert "3 adjustments written" in done.stderr and "(all)" in done.stdout, done.stdout
    after, report = reconciled(priced, "--cost-export", bill)
    assert after.returncode == 0 and causes(report) == set(), after.stdout
    [every] = [total for total in report["totals"] if total["counted"] is None]
    assert every["currency"] == "USD" and every["cost_gap"] == "0"
    assert Decimal(every["azure_cost"]) == sum(Decimal(row["azure_cost"]) for row in report["rows"])


def test_a_file_that_lacks_rows_never_ends_well(priced):
    path = cost_export(priced)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0])
    done, _ = reconciled(priced, "--cost-export", path)
    assert done.returncode == 1 and done.stdout == "" and "nothing was compared" in done.stderr
    path.write_text("".join(line for line in lines if METERS["output"] not in line))
    done, report = reconciled(priced, "--cost-export", path)
    assert done.returncode == 1
    [row] = [row for row in report["rows"] if row["counted"] == "output"]
    assert [cause["cause"] for cause in row["causes"]] == ["no_row_at_azure", "more_here"]
    assert row["azure"] is None and int(row["gap"]) == -int(row["here"]) and row["explained"] is False


def metrics_file(gateway):
    path = gateway.directory / "metrics.json"
    path.write_text(json.dumps(stack.http_json(gateway.simulator.control + "/bill/metrics")))
    return path


def test_metrics_agree_and_show_requests_of_others(priced):
    done, report = reconciled(priced, "--metrics", metrics_file(priced))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {row["counted"] for row in report["rows"]} == {"ProcessedPromptTokens", "GeneratedTokens", "AzureOpenAIRequests"}
    past_the_gateway(priced)
    done, report = reconciled(priced, "--metrics", metrics_file(priced))
    assert done.returncode == 1
    requests = next(row for row in report["rows"] if row["counted"] == "AzureOpenAIRequests")
    assert (requests["azure"], requests["here"]) == ("4", "3")
    assert ("AzureOpenAIRequests", "other_callers") in causes(report)


def test_the_table_is_for_people(priced):
    past_the_gateway(priced)
    done = priced.command("reconcile", "--cost-export", cost_export(priced))
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["azure", "here", "gap", "percent"] and max(map(len, lines)) <= 80, done.stdout
    assert any(line.startswith("    other_callers: every record here is reported and none is lost") for line in lines), done.stdout


def test_what_is_no_export_is_refused(priced):
    path = priced.directory / "notes.csv"
    path.write_text("a,b\n1,2\n")
    done = priced.command("reconcile", "--cost-export", path)
    assert done.returncode == 1 and "has no column" in done.stderr
    path.write_text('[{"value": []}]')
    done = priced.command("reconcile", "--cost-export", path)
    assert done.returncode == 1 and "this is JSON" in done.stderr and "--metrics" in done.stderr
    assert priced.command("reconcile").returncode == 2


def test_a_record_is_explained_by_each_of_its_ids(priced):
    record = priced.records()[0]
    for column in ("RecordId", "BackendRequestId", "CorrelationId", "ResponseId"):
        done = priced.command("explain", record[column], "--format", "json")
        assert done.returncode == 0, done.stderr
        [explained] = json.loads(done.stdout)
        assert explained["Record"]["RecordId"] == record["RecordId"] and column in explained["FoundBy"]
    cost = explained["Cost"]
    assert cost["Holds"] is True and cost["PriceEntry"]["Model"] == MODEL
    exact = sum(Decimal(line["Quantity"]) * Decimal(line["Price"]) / line["Per"] for line in cost["Lines"])
    assert Decimal(cost["ExactSum"]) == exact
    text = priced.command("explain", record["RecordId"]).stdout
    assert "computed again just now: the same, and so is every component" in text, text
    nobody = priced.command("explain", "nobody")
    assert nobody.returncode == 1 and "no record has the id nobody" in nobody.stderr
