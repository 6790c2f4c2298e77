#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Writes tests/unit/pricing/capacity_cases.jsonl: hours of provisioned capacity with their cost and its shares as docs/cost.md asks
for, computed here with Python's decimal by code of its own. unit_pricing computes them again. `--check` fails where the file is not
what this writes."""

import json
import random
import sys
from calendar import monthrange
from datetime import datetime, timedelta, timezone
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

getcontext().prec = 90
FILE = Path(__file__).parents[1] / "tests/unit/pricing/capacity_cases.jsonl"
NANO = Decimal(10) ** 9
WAYS = ("utilisation", "utilisation_of_capacity")


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%MZ")


def time_in(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=timezone.utc)


def whole(number):
    return int(number.quantize(Decimal(1), ROUND_HALF_EVEN))


def up_to(price, time):
    """What a month's price comes to, in nanos, from the month's beginning to a time in it or its end."""
    first = (time - timedelta(minutes=1)).replace(day=1, hour=0, minute=0)
    minutes = Decimal((time - first) // timedelta(minutes=1))
    return whole(price * NANO * minutes / (monthrange(first.year, first.month)[1] * 1440))


def pieces(entries, hour):
    """Entry and the minutes for which it applies."""
    for place, one in enumerate(entries):
        begin, end = time_in(one["from"]), hour + timedelta(hours=1)
        if "until" in one:
            end = min(end, time_in(one["until"]))
        if place + 1 < len(entries):
            end = min(end, time_in(entries[place + 1]["from"]))
        begin = max(begin, hour)
        if begin < end:
            yield one, begin, end


def expected(case):
    hour = time_in(case["hour"])
    parts = list(pieces(case["entries"], hour))
    if not parts:
        return None
    hourly, monthly, room = Decimal(0), 0, 0
    for one, begin, end in parts:
        minutes = (end - begin) // timedelta(minutes=1)
        room += one["ptu"] * one["tokens"] * minutes
        if "month" in one:
            before = 0 if begin == begin.replace(day=1, hour=0, minute=0) else up_to(Decimal(one["month"]), begin)
            monthly += up_to(Decimal(one["month"]), end) - before
        else:
            hourly += Decimal(one["hour"]) * one["ptu"] * minutes / 60
    nano = monthly + whole(hourly * NANO)
    last = parts[-1][0]
    weights = [prompt - cached + last["weight"] * completion for prompt, cached, completion in case["records"]]
    base = sum(weights)
    if last["allocate"] == "utilisation_of_capacity":
        base = max(base, room)
    shares, rest = handed_out(nano, weights, base)
    return {"nano": nano, "weights": weights, "whole": base, "shares": shares, "rest": rest}


def handed_out(nano, weights, base):
    if base == 0:
        return [0] * len(weights), nano
    exact = [Decimal(nano) * weight / base for weight in [*weights, base - sum(weights)]]
    down = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in exact]
    # By whole numbers, for a quotient of decimals is none.
    lost = [nano * weight - part * base for weight, part in zip([*weights, base - sum(weights)], down)]
    for place in sorted(range(len(down)), key=lambda i: (-lost[i], i))[:nano - sum(down)]:
        down[place] += 1
    return down[:-1], down[-1]


def entry(begin, ptu=100, allocate="utilisation", weight=8, tokens=4750, **price):
    return {"from": begin, "ptu": ptu, "allocate": allocate, "weight": weight, "tokens": tokens, **(price or {"hour": "1.00"})}


def named():
    one = [(1_000, 200, 50), (3_000, 0, 10), (0, 0, 0)]
    day = "2026-10-01T00:00Z"
    for way in WAYS:
        yield f"by hand, {way}", [entry(day, allocate=way)], "2026-10-01T14:00Z", one
        yield f"nobody came, {way}", [entry(day, allocate=way)], "2026-10-01T14:00Z", []
        yield f"only cached tokens, {way}", [entry(day, allocate=way)], "2026-10-01T14:00Z", [(500, 500, 0)]
        resized = [entry(day, allocate=way), entry("2026-10-01T14:20Z", ptu=150, allocate=way)]
        yield f"a resize in mid-hour, {way}", resized, "2026-10-01T14:00Z", one
        yield f"the hour before it, {way}", resized, "2026-10-01T13:00Z", one
        yield f"the hour behind it, {way}", resized, "2026-10-01T15:00Z", one
        dearer = [entry(day, allocate=way), entry("2026-10-01T14:59Z", allocate=way, hour="1.000000000001")]
        yield f"a price for the last minute, {way}", dearer, "2026-10-01T14:00Z", one
    yield "more than the capacity takes", [entry(day, ptu=1, tokens=1, allocate=WAYS[1])], "2026-10-01T14:00Z", one
    yield "before there was any", [entry("2026-10-01T14:00Z")], "2026-10-01T13:00Z", one
    yield "from the last minute on", [entry("2026-10-01T13:59Z")], "2026-10-01T13:00Z", one
    yield "given back", [{**entry(day), "until": "2026-10-01T14:07Z"}], "2026-10-01T14:00Z", one
    yield "given back before", [{**entry(day), "until": "2026-10-01T14:00Z"}], "2026-10-01T14:00Z", one
    gap = [{**entry(day), "until": "2026-10-01T14:07Z"}, entry("2026-10-01T14:37Z", ptu=50)]
    yield "given back and bought anew", gap, "2026-10-01T14:00Z", one
    yield "thirds", [entry(day, ptu=1, hour="0.00000001")], "2026-10-01T14:00Z", [(1, 0, 0)] * 3
    yield "an odd half", [entry(day, ptu=1, hour="0.0000000005")], "2026-10-01T14:00Z", [(1, 0, 0)]
    yield "an even half", [entry(day, ptu=1, hour="0.0000000015")], "2026-10-01T14:00Z", [(1, 0, 0)]
    # Europe's clocks go back on this night, America's a week later: no hour (UTC) is longer for it.
    for hour in ("2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-11-01T05:00Z", "2026-11-01T06:00Z"):
        yield f"clocks are set at {hour}", [entry(day)], hour, one
    for month, hours in (("2026-02", 672), ("2028-02", 696), ("2026-11", 720), ("2026-12", 744)):
        for hour in (0, 1, hours // 2, hours - 1):
            begin = time_in(f"{month}-01T00:00Z") + timedelta(hours=hour)
            yield f"hour {hour} of {month}", [entry("2026-01-01T00:00Z", month="12345.67")], stamp(begin), one
    mixed = [entry(day, month="10000"), entry("2026-10-10T10:30Z")]
    yield "a month's price up to mid-hour", mixed, "2026-10-10T10:00Z", one


def anything(numbers):
    for number in range(200):
        day = datetime(2026, numbers.randrange(1, 13), numbers.randrange(1, 28), tzinfo=timezone.utc)
        hour = day + timedelta(hours=numbers.randrange(24))
        way = numbers.choice(WAYS)
        digits = lambda: f"{numbers.randrange(90)}.{numbers.randrange(10 ** 12):012d}"
        begins = sorted({day, *(hour + timedelta(minutes=numbers.randrange(60)) for _ in range(numbers.randrange(4)))})
        entries = []
        for begin in begins:
            price = {"month": digits().replace(".", "7.", 1)} if numbers.random() < 0.3 else {"hour": digits()}
            entries.append(entry(stamp(begin), numbers.randrange(1, 1000), way, numbers.randrange(1, 12),
                                 numbers.choice((1, 230, 4750, 59400)), **price))
        records = []
        for _ in range(numbers.randrange(0, 12)):
            prompt = numbers.randrange(10 ** numbers.randrange(1, 7))
            records.append((prompt, numbers.randrange(prompt + 1), numbers.randrange(10 ** 4)))
        yield f"random {number}", entries, stamp(hour), records


def cases():
    for source in (named(), anything(random.Random(4711))):
        for name, entries, hour, records in source:
            case = {"name": name, "entries": entries, "hour": hour, "records": records}
            yield {**case, "expected": expected(case)}


def main():
    text = "".join(json.dumps(case, separators=(",", ":")) + "\n" for case in cases())
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text() == text else f"{FILE} is not what {Path(__file__).name} writes")
    FILE.write_text(text)
    print(f"{text.count(chr(10))} cases")


if __name__ == "__main__":
    main()
