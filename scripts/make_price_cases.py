#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Writes tests/unit/pricing/price_cases.jsonl: priced records with the cost that docs/cost.md asks for, computed here with
Python's decimal by code of its own. unit_pricing computes them again. `--check` fails where the file is not what this writes."""

import hashlib
import json
import random
import sys
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

getcontext().prec = 80
FILE = Path(__file__).parents[1] / "tests/unit/pricing/price_cases.jsonl"
NANO = Decimal(10) ** -9
PER_MILLION = 1_000_000
SKUS = {"": "", "Standard": "regional", "DataZoneStandard": "data_zone", "GlobalStandard": "global",
        "DataZoneBatch": "data_zone", "GlobalBatch": "global", "DeveloperTier": "developer"}
PROVISIONED = ("ProvisionedManaged", "DataZoneProvisionedManaged", "GlobalProvisionedManaged")
SEVERAL = ("Batches_Create", "Runs_Create")
TIERS = {"": "default", "auto": "default", "default": "default", "priority": "priority", "flex": "flex"}
CLASSES = ("input", "cached_input", "cache_write", "output", "audio_input", "cached_audio_input", "audio_output",
           "image_input", "cached_image_input", "image_output", "duration", "web_search", "file_search",
           "code_interpreter", "images", "characters")
# Answers that told no tokens, counted by something else, which is all of it.
COUNTED = ("billed_by_duration", "counted_by_image", "counted_by_character")
SPOKEN = ("counted_by_character", "answer_cut_off", "encoded_answer")
MISSING = ("no_price_for_model", "no_price_for_scope", "no_price_for_tier", "no_price_at_that_time")
BILLED_OTHERWISE = ("Containers_Create",)
NOTHING = {"basis": "unpriced", "nano": None, "components": [], "reason": "", "price": ""}
FREE = ("error_answer", "not_sent", "operation_without_tokens", "counted_at_creation")


def per_of(name):
    if name.endswith(("search", "interpreter", "images")):
        return 1
    return 60_000 if name == "duration" else PER_MILLION


def has_tokens(record):
    return record["basis"] != "none" and (record.get("prompt") is not None or record.get("completion") is not None)


def is_counted_otherwise(record):
    spoken = record.get("characters") is not None and record.get("reason") in SPOKEN
    return record.get("duration_ms") is not None or record.get("images") is not None or spoken


def amounts_of(record):
    """Quantities by class, or None where the counts contradict each other."""
    instead = ("images", "characters") if record.get("reason") in SPOKEN else ("images",)
    tokens = ("prompt", "completion", "cached", "cache", "image")
    left_out = ("images", "characters") if has_tokens(record) else tuple(
        name for name in record if name not in instead and (name.startswith(tokens) or name == "characters"))
    count = lambda name: 0 if name in left_out else record.get(name) or 0
    out = {
        "cached_audio_input": count("cached_audio"), "cached_image_input": count("cached_image"),
        "audio_input": count("prompt_audio") - count("cached_audio"),
        "image_input": count("image") - count("cached_image"),
        "cached_input": count("cached_prompt") - count("cached_audio") - count("cached_image"),
        "cache_write": count("cache_write"), "audio_output": count("completion_audio"),
        "image_output": count("completion_image"),
        "output": count("completion") - count("completion_audio") - count("completion_image"),
        "duration": count("duration_ms"), "web_search": count("web_search"), "file_search": count("file_search"),
        "code_interpreter": count("code_interpreter"), "images": count("images"), "characters": count("characters")}
    named = ("cached_input", "cache_write", "audio_input", "cached_audio_input", "image_input", "cached_image_input")
    out["input"] = count("prompt") - sum(out[name] for name in named)
    return None if min(out.values()) < 0 else out


def tier_of(record):
    if record.get("operation") == "Batches_Create" or record.get("sku", "").endswith("Batch"):
        return "batch"
    return TIERS.get(record.get("service_tier") or record.get("requested") or "")


def plain(number):
    """A decimal number as records have it: no zeros behind it."""
    return format(Decimal(number).normalize(), "f")


def missing(entries, name, scope, tier):
    """Why no entry applies: how far one comes."""
    scopes = [e for e in entries if e["model"] == name]
    tiers = [e for e in scopes if e["scope"] in (scope, "")]
    times = [e for e in tiers if e["tier"] == tier]
    return 3 if times else 2 if tiers else 1 if scopes else 0


def entry_for(entries, record, scope, tier):
    """By the model's own name, then without its date; the scope's own, then the one for any; the latest that applies. And why
    there is none."""
    model, day = record["model"], record["time"][:10]
    names = [model] + ([model[:-11]] if len(model) > 11 and model[-11] == "-" and model[-10:-6].isdigit() else [])
    for name in names:
        for wanted in (scope, ""):
            fits = [e for e in entries if (e["model"], e["scope"], e["tier"]) == (name, wanted, tier)
                    and e["from"] <= day and (not e.get("until") or day < e["until"])]
            if fits:
                return max(fits, key=lambda e: e["from"]), ""
    return None, MISSING[max(missing(entries, name, scope, tier) for name in names)]


def price_id(entry):
    listed = lambda prices: [f"{name}={plain(prices[name][0])}/{prices[name][1]}" for name in CLASSES if name in prices]
    lines = ["USD", entry["model"], entry["scope"], entry["tier"], entry["from"], *listed(entry["rates"])]
    lines += [f"image {size} {quality}={plain(price)}/1" for size, quality, price in sorted(entry.get("images", []))]
    for band in entry.get("bands", []):
        lines += [f">{band['above']}", *listed(band["rates"])]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:32]


def image_price(entry, record):
    """Of its size and quality, else of the size, of the quality, of any."""
    prices = {(size, quality): price for size, quality, price in entry.get("images", [])}
    size, quality = record.get("image_size", ""), record.get("image_quality", "")
    wanted = [(size, quality), (size, ""), ("", quality), ("", "")]
    return next((prices[key] for key in wanted if key in prices), None)


def multiply(entry, record, amounts, percent):
    prompt = record.get("prompt") or 0
    several = record.get("operation") in SEVERAL
    rates, unsure = entry["rates"], False
    for band in entry.get("bands", []):
        if several:
            unsure = unsure or (record.get("longest") or prompt) > band["above"]
        elif prompt > band["above"]:
            rates = band["rates"]
    of_image = image_price(entry, record)
    rates = {**rates, "images": [of_image, 1]} if of_image else rates
    factor = 1 + Decimal(percent) / 100
    used = [(name, amounts[name]) for name in CLASSES if amounts[name]]
    exact = [(name, n, Decimal(rates[name][0]) * n / rates[name][1] * factor) for name, n in used if name in rates]
    words = ["no_price:" + name for name, _ in used if name not in rates]
    nothing_priced = not exact and words
    unsaid = record["basis"] == "partial" if has_tokens(record) else record.get("reason") not in COUNTED
    words += [record.get("reason", "")] * unsaid + ["context_band_unknown"] * unsure
    said = {"reason": ",".join(words), "price": price_id(entry)}
    if nothing_priced:
        return {**NOTHING, **said}
    total = int((sum(x for _, _, x in exact) / NANO).quantize(Decimal(1), ROUND_HALF_EVEN)) if exact else 0
    floors = [int((x / NANO).quantize(Decimal(1), ROUND_FLOOR)) for _, _, x in exact]
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i][2] / NANO, i))
    for i in order[:total - sum(floors)]:
        floors[i] += 1
    added = plain(percent) if Decimal(percent) else ""
    return {**said, "basis": "partial" if words else "priced", "nano": total,
            "components": [[name, n, plain(rates[name][0]), rates[name][1], added, nano]
                           for (name, n, _), nano in zip(exact, floors)]}


def expected(case):
    record = case["record"]
    if record["basis"] == "none" and record.get("reason") in FREE:
        billed = record["reason"] == "operation_without_tokens" and record["operation"] in BILLED_OTHERWISE
        return {**NOTHING, "reason": "not_by_token"} if billed else {**NOTHING, "basis": "priced", "nano": 0}
    if record.get("sku") in PROVISIONED:
        return {**NOTHING, "basis": "allocated_later"}
    if not has_tokens(record) and not is_counted_otherwise(record):
        return {**NOTHING, "reason": record["reason"]}
    amounts, tier = amounts_of(record), tier_of(record)
    if amounts is None:
        return {**NOTHING, "reason": "counts_contradict"}
    if tier is None:
        return {**NOTHING, "reason": "no_price_for_tier"}
    entry, why = entry_for(case["entries"], record, SKUS[record.get("sku", "")], tier)
    return multiply(entry, record, amounts, case.get("percent", "0")) if entry else {**NOTHING, "reason": why}


def rates(**prices):
    return {name: [price, per_of(name)] for name, price in prices.items()}


def entry(prices, **more):
    return {"model": "gpt-5", "scope": "", "tier": "default", "from": "2026-01-01", "rates": prices, **more}


def record(**more):
    return {"model": "gpt-5-2026-01-01", "time": "2026-07-01T12:00:00Z", "basis": "reported", "prompt": 0, "completion": 0,
            **more}


TEXT = rates(input="4.00", cached_input="0.40", cache_write="5.00", output="20.00")
LONG = rates(input="8.00", cached_input="0.80", cache_write="10.00", output="30.00")
ALL = rates(**{name: f"{i + 1}.{i:03d}7" for i, name in enumerate(CLASSES) if name != "images"})
IMAGES = [("1024x1024", "standard", "0.04"), ("1024x1024", "", "0.06"), ("", "hd", "0.12"), ("", "", "0.070000000001")]
BANDED = entry(TEXT, bands=[{"above": 272_000, "rates": LONG}])

UNTOLD = dict(basis="none", prompt=None, completion=None)
# Of each class a record that uses it alone, besides what it is a part of.
USES = {
    "input": dict(prompt=1237), "cached_input": dict(prompt=1237, cached_prompt=1237),
    "cache_write": dict(prompt=1237, cache_write=1237), "output": dict(completion=733),
    "audio_input": dict(prompt=91, prompt_audio=91),
    "cached_audio_input": dict(prompt=91, prompt_audio=91, cached_prompt=91, cached_audio=91),
    "audio_output": dict(completion=733, completion_audio=733), "image_input": dict(prompt=85, image=85),
    "cached_image_input": dict(prompt=85, image=85, cached_prompt=85, cached_image=85),
    "image_output": dict(completion=4160, completion_image=4160), "duration": dict(duration_ms=61_503),
    "web_search": dict(web_search=3), "file_search": dict(file_search=2), "code_interpreter": dict(code_interpreter=1),
    "characters": dict(characters=4093, **UNTOLD, reason="counted_by_character")}


def classes():
    for name, use in USES.items():
        yield f"class {name}", [entry(ALL)], record(**use), "0"
        yield f"class {name} adjusted", [entry(ALL)], record(**use), "-12.5"
        without = {key: value for key, value in ALL.items() if key != name}
        yield f"class {name} without a price", [entry(without)], record(**use), "0"
        both = {**use, "prompt": (use.get("prompt") or 0) + 10}
        yield f"class {name} without a price beside input", [entry(without)], record(**both), "0"
        yield f"class {name} not all counted", [entry(ALL)], record(
            **{**use, "basis": "partial", "reason": "answer_cut_off"}), "0"


def bands():
    for prompt in (0, 1, 271_999, 272_000, 272_001, 500_000):
        for cached in (0, prompt // 2, prompt):
            use = dict(prompt=prompt, cached_prompt=cached, completion=17)
            yield f"band at {prompt}, cached {cached}", [BANDED], record(**use), "0"
    half = entry(rates(input="2", output="10"), tier="batch",
                 bands=[{"above": 272_000, "rates": rates(input="4", output="15")}])
    for longest in (None, 271_999, 272_000, 272_001):
        use = dict(prompt=900_001, completion=77, operation="Batches_Create", longest=longest)
        yield f"batch with longest {longest}", [half], record(**use), "0"
    yield "run below the band", [BANDED], record(prompt=272_000, completion=3, operation="Runs_Create"), "0"
    yield "run above the band", [BANDED], record(prompt=272_001, completion=3, operation="Runs_Create"), "0"


def tiers_and_scopes():
    by_tier = [entry(rates(input=price, output="20"), tier=tier)
               for tier, price in (("default", "4"), ("priority", "8"), ("flex", "2"), ("batch", "2.5"))]
    for served in ("", "auto", "default", "priority", "flex", "scale"):
        for asked in ("", "auto", "priority", "flex"):
            use = dict(prompt=101, completion=7, service_tier=served, requested=asked)
            yield f"tier {served or 'none'} asked {asked or 'none'}", by_tier, record(**use), "0"
    by_scope = [entry(rates(input=price), scope=scope)
                for scope, price in (("global", "4"), ("data_zone", "4.4"), ("regional", "5"), ("developer", "3"))]
    batch = [entry(rates(input="2"), scope="global", tier="batch"), entry(rates(input="2.2"), tier="batch")]
    for sku in (*SKUS, *PROVISIONED):
        yield f"sku {sku or 'none'}", by_scope + batch, record(prompt=1001, sku=sku), "0"
        any_scope = [*by_scope[:1], entry(rates(input="9"))]
        yield f"sku {sku or 'none'}, one for any", any_scope, record(prompt=1001, sku=sku), "0"
    yield "batch at half price", by_scope + batch, record(prompt=1001, operation="Batches_Create"), "0"


def dates():
    dated = [entry(rates(input="1"), until="2026-03-01"), entry(rates(input="2"), **{"from": "2026-03-01"}),
             entry(rates(input="3"), **{"from": "2026-06-30", "until": "2026-12-31"})]
    for time in ("2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00Z", "2026-02-28T23:59:59.999999Z", "2026-03-01T00:00:00Z",
                 "2026-06-29T23:59:59.999999Z", "2026-06-30T00:00:00Z", "2026-12-30T23:59:59Z", "2026-12-31T00:00:00Z"):
        yield f"at {time}", dated, record(prompt=1_000_003, time=time), "0"
    named = [entry(rates(input="1")), entry(rates(input="2"), model="gpt-5-2026-03-03"),
             entry(rates(input="3"), model="gpt-5-mini")]
    for model in ("gpt-5", "gpt-5-2026-03-03", "gpt-5-2026-03-04", "gpt-5-mini", "gpt-5-mini-2026-01-01", "gpt-5-nano",
                  "gpt-5-2026-01", "GPT-5"):
        yield f"model {model}", named, record(prompt=11, model=model), "0"


def adjustments():
    for percent in ("-12", "-12.5", "-33.3333", "-99.9999", "-100", "0.0001", "7", "1000"):
        for prompt, completion in ((1, 0), (3, 1), (999_983, 7919), (1 << 40, 1 << 39)):
            yield f"adjusted by {percent}: {prompt}, {completion}", [entry(TEXT)], record(
                prompt=prompt, completion=completion), percent


def rounding():
    for price in ("0.0005", "0.0015", "0.0025", "0.000000000001", "0.333333333333", "0.000499999999", "0.000500000001"):
        for count in (1, 2, 3, 1000, 999_999):
            yield f"rounding {count} x {price}", [entry(rates(input=price, output=price, cached_input=price))], record(
                prompt=count + count // 2, cached_prompt=count // 2, completion=count), "0"


def unknowns():
    nothing = dict(basis="none", prompt=None, completion=None)
    for reason in FREE:
        yield f"free: {reason}", [entry(TEXT)], record(**nothing, reason=reason, operation="Files_Create"), "0"
    yield "not by token", [entry(TEXT)], record(**nothing, reason="operation_without_tokens", operation="Containers_Create"), "0"
    for reason in ("no_answer", "gateway_interrupted", "opaque_body"):
        yield f"unknown: {reason}", [entry(TEXT)], record(basis="none", reason=reason, prompt=None, completion=None), "0"
    for use in (dict(prompt=5, cached_prompt=6), dict(prompt=5, prompt_audio=6), dict(completion=5, completion_audio=6),
                dict(prompt=5, cached_prompt=3, cache_write=3)):
        yield f"contradiction {use}", [entry(ALL)], record(**use), "0"


def images():
    """Every size and quality, of prices by all, some or none of them; beside tokens; cut off; and speech that was not spoken."""
    untold = dict(**UNTOLD, operation="ImageGenerations_Create", model="dall-e-3")
    of = lambda prices: [entry(rates(input="4"), model="dall-e-3", images=prices)]
    for size in ("", "1024x1024", "1792x1024"):
        for quality in ("", "standard", "hd"):
            use = record(**untold, images=3, image_size=size, image_quality=quality, reason="counted_by_image")
            for known in (IMAGES, IMAGES[:3], IMAGES[:1], []):
                yield f"images of {size or 'no size'}, {quality or 'no quality'}, {len(known)} prices", of(known), use, "-12.5"
    one = dict(images=1, image_size="1024x1024", image_quality="standard")
    cut = record(**untold, **one, reason="answer_cut_off")
    yield "images cut off", of(IMAGES), cut, "0"
    yield "images of an error", of(IMAGES), record(**untold, **one, reason="error_answer"), "0"
    yield "images beside tokens", of(IMAGES), record(model="dall-e-3", prompt=40, **one), "0"
    speech = dict(**UNTOLD, operation="Speech_Create", characters=4093)
    for reason in ("answer_cut_off", "encoded_answer", "opaque_body", "no_answer", "error_answer"):
        yield f"speech: {reason}", [entry(ALL)], record(**speech, reason=reason), "0"
    yield "characters beside tokens", [entry(ALL)], record(prompt=40, characters=4093), "0"


def anything(random_numbers):
    """Whole prices and records at random: always a realtime turn, with every class, at odd prices."""
    for number in range(150):
        digits = lambda: f"{random_numbers.randrange(90)}.{random_numbers.randrange(10 ** 12):012d}".rstrip("0").rstrip(".")
        prices = rates(**{name: digits() for name in CLASSES if name != "images" and random_numbers.random() < 0.95})
        part = lambda whole: random_numbers.randrange(whole + 1)
        prompt, completion = random_numbers.randrange(1, 10 ** random_numbers.randrange(1, 8)), random_numbers.randrange(10 ** 5)
        audio = part(prompt)
        image = part(prompt - audio)
        cached_audio, cached_image, cached_text = part(audio), part(image), part(prompt - audio - image)
        audio_out = part(completion)
        use = dict(prompt=prompt, completion=completion, prompt_audio=audio, image=image, cached_audio=cached_audio,
                   cached_image=cached_image, cached_prompt=cached_audio + cached_image + cached_text,
                   cache_write=part(prompt - audio - image - cached_text), completion_audio=audio_out,
                   completion_image=part(completion - audio_out), web_search=part(4), duration_ms=part(10 ** 6) or None)
        percent = random_numbers.choice(("0", "0", "-12", "-7.25", "3.3333"))
        yield f"random {number}", [entry(prices)], record(**use), percent


def cases():
    numbers = random.Random(4711)
    for source in (classes(), bands(), tiers_and_scopes(), dates(), adjustments(), rounding(), unknowns(), anything(numbers), images()):
        for name, entries, used, percent in source:
            case = {"name": name, "entries": entries, "record": used, "percent": percent}
            yield {**case, "expected": expected(case)}


def main():
    text = "".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases())
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text() == text else f"{FILE} is not what {Path(__file__).name} writes")
    FILE.write_text(text)
    print(f"{text.count(chr(10))} cases")


if __name__ == "__main__":
    main()
