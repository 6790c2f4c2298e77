# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What the run costs: a price list, and what bill and records come to by it, computed with decimal. Pure."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple


class Price(NamedTuple):
    """For a million tokens."""
    input: str
    cached_input: str
    output: str


# Invented; the digits make every rounding show. An embedding has no other classes.
PRICES = {"gpt-4o": Price("2.5000001", "1.25", "10.0003"), "gpt-4.1-mini": Price("0.4", "0.1", "1.600009"),
          "gpt-35-turbo-instruct": Price("1.5", "0.75", "2.000001"), "gpt-5.1": Price("1.25", "0.125", "10"),
          "text-embedding-3-small": Price("0.0213", "0.0213", "0")}
# A prompt of more tokens is paid by other prices, all of it.
LONG = {"gpt-5.1": (2000, Price("2.5", "0.25", "15.000007"))}
SERVED = {"team-gpt51": "gpt-5.1"}        # by deployments whose names are no models'; `serves` of their targets
AGREED = {"retail": Decimal("-12.5")}     # percent, by client


def settings():
    """`prices` of the gateway's configuration."""
    def written(price):
        return ", ".join(f"{name}: {number}" for name, number in price._asdict().items())

    entries = ""
    for model, price in PRICES.items():
        bands = ""
        if model in LONG:
            tokens, above = LONG[model]
            bands = f", bands: [{{above_prompt_tokens: {tokens}, per_million: {{{written(above)}}}}}]"
        entries += f"    - {{model: {model}, from: 2020-01-01, per_million: {{{written(price)}}}{bands}}}\n"
    agreed = "".join(f"    - {{percent: {percent}, client: {client}, from: 2020-01-01}}\n"
                     for client, percent in AGREED.items())
    return f"prices:\n  currency: USD\n  adjustments:\n{agreed}  entries:\n{entries}"


def price_of(model, prompt):
    served = SERVED.get(model, model)
    name = max((name for name in PRICES if served.startswith(name)), key=len, default=None)
    tokens, above = LONG.get(name, (None, None))
    return above if tokens is not None and prompt > tokens else PRICES.get(name)


def nanos(client, model, prompt, cached, completion):
    """Billionths of a dollar, rounded once, half to even; None: the model has no price."""
    price = price_of(model, prompt)
    if price is None:
        return None
    exact = ((prompt - cached) * Decimal(price.input) + cached * Decimal(price.cached_input)
             + completion * Decimal(price.output)) * (1 + AGREED.get(client, Decimal(0)) / 100)
    return int((exact * 1000).quantize(Decimal(1), ROUND_HALF_EVEN))


def cost_of_entry(entry, client):
    """What the provider asks for it, as far as its answer told: one without details says nothing of cached tokens."""
    cached = entry["cached_tokens"] if entry["usage_details"] else 0
    return nanos(client, entry["model"], entry["prompt_tokens"], cached, entry["completion_tokens"])


def cost_of_record(record):
    """What a record must cost by its own counts."""
    return nanos(record["ClientName"], record["Model"], record["PromptTokens"] or 0,
                 record["CachedPromptTokens"] or 0, record["CompletionTokens"] or 0)


def faults_of_cost(record):
    """Sentences on a record whose cost is not that of its tokens."""
    basis, cost = record["CostBasis"], record["CostNano"]
    components = sum(part["CostNano"] for part in record["CostComponents"])
    if basis == "unpriced":
        out = [] if cost is None else ["unpriced, and it has a cost"]
        return out + (["reported, and unpriced: " + record["CostReason"]] if record["UsageBasis"] == "reported" else [])
    if components != cost:
        return [f"its components come to {components}, its cost is {cost}"]
    expected = cost_of_record(record) if record["TotalTokens"] is not None or record["PromptTokens"] else 0
    out = [f"costs {cost}, its tokens come to {expected}"] if cost != expected else []
    if record["UsageBasis"] == "reported" and basis != "priced":
        out.append(f"reported, its cost is {basis}: {record['CostReason']}")
    return out
