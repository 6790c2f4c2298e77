# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What a run prints; docs/chaos.md explains it."""

from collections import Counter

SHOWN_PROBLEMS = 25
COLUMNS = ("usage basis", "outcome", "operations", "billed", "recorded", "delivered", "unseen")


def row(cells):
    first, rest = cells[:2], cells[2:]
    return "  " + "".join(f"{cell:<15}" for cell in first) + "".join(f"{cell:>12}" for cell in rest)


def table(verdict):
    lines = [row(COLUMNS)]
    totals = [0] * 5
    for (basis, outcome), line in sorted(verdict.lines.items()):
        numbers = [line.operations, line.billed, line.recorded, line.delivered, line.unseen]
        totals = [a + b for a, b in zip(totals, numbers)]
        lines.append(row([basis, outcome, *(f"{n:,}" for n in numbers)]))
    return "\n".join(lines + [row(["total", "", *(f"{n:,}" for n in totals)])])


def conservation(verdict):
    states = verdict.states
    return (f"  {verdict.forwarded:,} forwarded + {verdict.unarrived:,} stopped on the way = {verdict.recorded:,} "
            f"recorded = {states['delivered']:,} delivered + {states['queued']:,} queued + "
            f"{states['quarantined']:,} quarantined ({states['awaiting']:,} awaiting); "
            f"{verdict.repeated_rows:,} repeated rows")


def money(verdict):
    def dollars(nanos):
        return f"{nanos // 10**9:,}.{nanos % 10**9:09}"

    return (f"  in USD, where the usage reached the gateway: {dollars(verdict.charged)} by the bill, "
            f"{dollars(verdict.priced)} by the records")


def problems_by_kind(problems):
    kinds = Counter(sentence for _, sentence in problems)
    return "\n".join(f"  {count:>6} x {sentence}" for sentence, count in kinds.most_common(SHOWN_PROBLEMS))


def examples(problems, operations):
    asked = {name: operation.asked for name, operation in operations.items()}
    return "\n".join(f"  {name}: {sentence}; {asked.get(name, '')}" for name, sentence in problems[:SHOWN_PROBLEMS])


def counts(counter):
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


def thin(verdict, kills, form, storm):
    """What a run must have met to prove anything; empty: it has."""
    out = [f"no charge was owed as {debt!r}" for debt in ("exact", "equal", "marked") if not verdict.owed[debt]]
    bases = {basis for basis, _ in verdict.lines}
    outcomes = {outcome for _, outcome in verdict.lines}
    out += [f"no record is {basis}" for basis in ("reported", "estimated", "none") if basis not in bases]
    if not verdict.charged:
        out.append("nothing had a price")
    ends = ["completed", "client_aborted", "backend_error", "refused", *(["interrupted"] if form.kills else [])]
    out += [f"no operation ended {outcome}" for outcome in ends if outcome not in outcomes]
    if kills < form.kills:
        out.append(f"{kills} kills of {form.kills}")
    for kind in ("backend", "ingestion"):
        if not any(name.startswith(kind) for name in storm):
            out.append(f"no {kind} fault was switched on")
    if not verdict.repeated_rows:
        out.append("no row was delivered twice")
    return out
