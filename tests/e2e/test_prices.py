# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What operations cost: the program against the bill, priced here once more with decimal."""

import json
import re
import subprocess
from decimal import ROUND_HALF_EVEN, Decimal

import openai
import pytest

import callers
import stack
import through
from reloads import Change, get, problems

# Invented; sky-high digits show rounding.
PRICES = {"gpt-4o": ("2.5000001", "1.25", "10.0003"), "text-embedding-3-small": ("0.0213", None, None)}
PERCENT = "-12.5"


def price_file(gateway, models=PRICES, percent=PERCENT):
    lines = ["currency: USD", f"adjustments: [{{percent: {percent}, from: 2020-01-01}}]", "entries:"]
    for model, (input_price, cached, output) in models.items():
        classes = {"input": input_price, "cached_input": cached, "output": output}
        given = ", ".join(f"{name}: {price}" for name, price in classes.items() if price)
        lines += [f"  - {{model: {model}, from: 2020-01-01, per_million: {{{given}}}}}"]
    path = gateway.directory / "prices.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def with_prices(gateway):
    path = price_file(gateway)
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text() + f'prices: {{file: "{path}"}}\n')
    return path


def cost_of(entry, percent=PERCENT):
    """In nanos, from the provider's bill."""
    input_price, cached_price, output_price = (Decimal(price or 0) for price in PRICES[entry["priced_as"]])
    cached = entry.get("cached_tokens") or 0
    exact = ((entry["prompt_tokens"] - cached) * input_price + cached * cached_price
             + entry["completion_tokens"] * output_price) / 1_000_000 * (1 + Decimal(percent) / 100)
    return int((exact * 10 ** 9).quantize(Decimal(1), ROUND_HALF_EVEN))


def ask(gateway, **more):
    return callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, **more)


def test_every_record_costs_what_the_bill_comes_to(gateway):
    with_prices(gateway)
    for _ in range(3):
        ask(gateway)
    list(ask(gateway, stream=True))
    callers.azure_key(gateway).embeddings.create(model="text-embedding-3-small", input=["a", "b c d"])
    records = stack.settle(gateway, 5)
    bill = {entry["request_id"]: entry for entry in gateway.simulator.bill()}
    for record in records:
        entry = bill[record["BackendRequestId"]]
        entry["priced_as"] = "gpt-4o" if record["Model"].startswith("gpt-4o") else "text-embedding-3-small"
        assert (record["CostBasis"], record["CostReason"], record["CostCurrency"]) == ("priced", "", "USD"), record
        assert record["CostNano"] == cost_of(entry), record
        assert sum(part["CostNano"] for part in record["CostComponents"]) == record["CostNano"]
        assert all(part["Percent"] == PERCENT for part in record["CostComponents"])
        assert re.fullmatch("[0-9a-f]{32}", record["PriceId"])


# By size and quality, without one, and by the million characters; invented.
BY_NUMBER = """currency: USD
adjustments: [{percent: -12.5, from: 2020-01-01}]
entries:
  - model: dall-e-3
    from: 2020-01-01
    per_image: [{size: 1792x1024, quality: hd, price: 0.1200001}, {price: 0.0400003}]
  - {model: tts-hd-001, from: 2020-01-01, per_million: {characters: 30.000007}}
"""


def test_images_and_speech_without_tokens_are_priced_by_their_number(gateway):
    (gateway.directory / "prices.yaml").write_text(BY_NUMBER)
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text() + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    for model, path, body in (
            ("dall-e-3", "/images/generations", {"prompt": "sky", "n": 3}),
            ("dall-e-3", "/images/generations", {"prompt": "sky", "n": 2, "size": "1792x1024", "quality": "hd"}),
            ("tts-hd", "/audio/speech", {"input": "Grüße, \U0001f600 \"hello\"\n" * 50, "voice": "alloy"})):
        path = f"/openai/deployments/{model}{path}?api-version={stack.API_VERSION}"
        assert through.send(gateway, "POST", path, body).status == 200
    records = gateway.settled_records(3)
    bill = {entry["request_id"]: entry for entry in gateway.simulator.bill()}
    prices = {3: "0.0400003", 2: "0.1200001", 850: "0.000030000007"}
    for record in records:
        entry = bill[record["BackendRequestId"]]
        quantity = record["Images"] or record["Characters"]
        assert entry["kind"] == ("images" if record["Images"] else "characters") and quantity == entry["quantity"]
        exact = quantity * Decimal(prices[quantity]) * Decimal("0.875") * 10 ** 9
        assert record["CostNano"] == int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)), record
        assert (record["CostBasis"], record["CostReason"]) == ("priced", ""), record
    assert {(r["ImageSize"], r["ImageQuality"]) for r in records if r["Images"] == 2} == {("1792x1024", "hd")}


def test_a_changed_price_file_holds_for_what_begins_then(gateway):
    path = with_prices(gateway)
    ask(gateway)
    with Change(gateway):
        price_file(gateway, percent="0")
    ask(gateway)
    first, second = sorted(gateway.settled_records(2), key=lambda record: record["EventTime"])
    assert [part["Percent"] for part in first["CostComponents"]] == [PERCENT] * len(first["CostComponents"])
    assert [part["Percent"] for part in second["CostComponents"]] == [""] * len(second["CostComponents"])
    with Change(gateway):
        path.write_text(path.read_text().replace("2.5000001", "2,5"))
    assert any(f"prices.file {path}:4:" in problem for problem in problems(gateway)), problems(gateway)
    with Change(gateway):  # the file alone is mended
        price_file(gateway)
    ask(gateway)
    third = max(gateway.settled_records(3), key=lambda record: record["EventTime"])
    assert third["CostNano"] == first["CostNano"]


def test_what_has_no_price_has_no_cost_and_is_told_once(gateway):
    price_file(gateway, {"another": ("1", None, None)})
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text() + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    for _ in range(3):
        ask(gateway)
    records = gateway.settled_records(3)
    assert {(r["CostNano"], r["CostBasis"], r["CostReason"]) for r in records} == {(None, "unpriced", "no_price_for_model")}
    assert len(gateway.process.logged("prices.missing", 1)) == 1
    model = records[0]["Model"]
    assert f'tollgate_unpriced_operations_total{{model="{model}"}} 3' in get(gateway, "/metrics")


def test_a_client_may_refuse_what_has_no_price(gateway):
    price_file(gateway, {"another": ("1", None, "2"), "input-alone": ("1", None, None)})
    text = gateway.config.read_text().replace("  - name: retail-chatbot\n", "  - name: retail-chatbot\n    on_unpriced: refuse\n")
    with Change(gateway):
        gateway.config.write_text(text + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    with pytest.raises(openai.PermissionDeniedError) as refused:
        ask(gateway)
    assert refused.value.code == "PriceNotKnown"
    assert gateway.simulator.bill() == [] and gateway.records() == []
    halves = text.replace("deployment: gpt-4o-ptu}", "deployment: gpt-4o-ptu, serves: input-alone}")
    with Change(gateway):
        gateway.config.write_text(halves + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    with pytest.raises(openai.PermissionDeniedError):  # its output would be missing from every sum
        ask(gateway)
    priced = text.replace("deployment: gpt-4o-ptu}", "deployment: gpt-4o-ptu, serves: another}")
    with Change(gateway):
        gateway.config.write_text(priced + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    assert ask(gateway).choices


def test_the_program_tells_which_targets_have_no_price(gateway):
    with_prices(gateway)
    checked = gateway.command("prices", "check")
    assert checked.returncode == 1
    assert "text-embedding-3-small: eastus/text-embedding-3-small: priced" in checked.stdout
    assert "whisper: eastus/whisper: no_price_for_model" in checked.stdout
    assert "tollgate: no price for " in checked.stderr
    explained = gateway.command("prices", "explain", "gpt-4o-2024-11-20")
    assert explained.returncode == 0, explained.stderr
    assert "input: 2.5000001 USD for a million" in explained.stdout
    assert "adjusted by -12.5 % from 2020-01-01" in explained.stdout
    assert gateway.command("prices", "explain", "nobody").returncode == 1


RETAIL = {"currencyCode": "USD", "type": "Consumption", "productName": "Azure OpenAI", "unitOfMeasure": "1K",
          "effectiveStartDate": "2020-01-01T00:00:00Z", "tierMinimumUnits": 0.0}


def imported(gateway, name, text, *options):
    path = gateway.directory / name
    path.write_text(text)
    return subprocess.run([stack.BINARIES / "tollgate", "prices", "import", "--from", path, *options], timeout=60,
                          capture_output=True, text=True)


def test_an_imported_list_prices_records(gateway):
    items = [{**RETAIL, "meterName": f"gpt 4o 1120 {word} Tokens", "retailPrice": price, "armRegionName": region}
             for region, dearer in (("eastus2", 0), ("westus", 1))
             for word, price in (("Inp glbl", 0.0025000001), ("Outp glbl", 0.0100003), ("cached Inp regnl", 1 + dearer))]
    list_text = json.dumps({"Items": items, "NextPageLink": None})
    prices = imported(gateway, "retail.json", list_text)
    assert prices.returncode == 0, prices.stderr
    assert "per_million: {input: 2.5000001, output: 10.0003}" in prices.stdout
    assert "cached_input" not in prices.stdout and "cached_input differs" in prices.stderr
    chosen = imported(gateway, "retail.json", list_text, "--region", "westus")
    assert "{cached_input: 2000}" in chosen.stdout and chosen.stderr == ""
    (gateway.directory / "prices.yaml").write_text(prices.stdout.replace("    scope: global\n", ""))
    with Change(gateway):
        gateway.config.write_text(gateway.config.read_text() + f'prices: {{file: "{gateway.directory}/prices.yaml"}}\n')
    ask(gateway)
    (record,) = stack.settle(gateway, 1)
    uncached = record["PromptTokens"] - (record["CachedPromptTokens"] or 0)
    exact = uncached * Decimal("2.5000001") + record["CompletionTokens"] * Decimal("10.0003")
    assert record["CostNano"] == int((exact * 1000).quantize(Decimal(1), ROUND_HALF_EVEN))


def test_a_list_that_is_not_known_is_refused(gateway):
    nothing = imported(gateway, "list", "a,b\n1,2\n")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "it is no price list that is known" in nothing.stderr
    sheet = ("MeterName,MeterSubCategory,MeterRegion,UnitOfMeasure,EffectiveStartDate,UnitPrice,CurrencyCode,PriceType\n"
             "5.4 nano Inp Gl,Azure OpenAI GPT5,,1M,2026-11-01,0.2,EUR,Consumption\n")
    dated = imported(gateway, "sheet.csv", sheet, "--since", "2026-10-01")
    assert (dated.returncode, dated.stdout) == (1, "")
    assert "the list has dates of its own" in dated.stderr
    assert imported(gateway, "sheet.csv", sheet).stdout.startswith("currency: EUR\n")
