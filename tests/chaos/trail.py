# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What must stand in the audit trail, given the ledger: both name the same operations. Pure."""

import json
from collections import Counter

SIDES = {"request", "response"}
FAILS_CLOSED = "science"      # the client whose answers do not end before they are stored


def summary(row):
    """What is judged of a row as Azure Monitor has it."""
    out = {name: row.get(name) for name in ("RecordId", "Kind", "Form", "Part", "Sequence", "Source", "Outcome", "Level",
                                            "ContentMissing")}
    out["TotalTokens"] = total_of(row) if (row["Kind"], row["Form"], row.get("Parts")) == ("response", "raw", 1) else None
    return out


def total_of(row):
    """The usage in a whole answer; None: it tells none."""
    try:
        return json.loads(row["Content"])["usage"]["total_tokens"]
    except (ValueError, TypeError, KeyError):
        return None


def sides_by_id(rows):
    out = {}
    for row in rows:
        if row["Kind"] in SIDES:
            out.setdefault(row["RecordId"], []).append(row)
    return out


def faults_of_trail(records, operations, rows):
    """(RecordId, sentence) of every disagreement between ledger and trail."""
    kept = sides_by_id(rows)
    out = [(name, "in the trail, and not in the ledger") for name in kept.keys() - {r["RecordId"] for r in records}]
    for record in records:
        problem = fault_of_sides(record, operations.get(record["CorrelationId"]), kept.get(record["RecordId"], []))
        if problem:
            out.append((record["RecordId"], problem))
    return out


def fault_of_sides(record, operation, rows):
    if record["AuditLevel"] == "off":
        return "in the trail, and was not to be" if rows else None
    missing = SIDES - {row["Kind"] for row in rows}
    if missing:
        return f"the trail lacks its {' and '.join(sorted(missing))}"
    lost = {row["Kind"] for row in rows if row["Source"] == "lost"}
    closed = record["ClientName"] == FAILS_CLOSED
    if closed and lost and operation and operation.whole:
        return "its client has the whole answer, and its audit, which fails closed, lost it"
    if closed and "request" in lost and any(attempt["Sent"] for attempt in record["Attempts"]):
        return "it left for a backend before its request was stored, and its audit fails closed"
    twice = [kind for kind in SIDES if len({row["Source"] for row in rows if row["Kind"] == kind}) > 1]
    if twice:
        return f"the trail has it lost and kept: {' and '.join(sorted(twice))}"
    if len({(row["Kind"], row["Form"], row["Part"]) for row in rows}) != len({row["Sequence"] for row in rows}):
        return "the trail has a part of it at two places"
    missing = {row["ContentMissing"] for row in rows if row["Source"] == "model" and row["Level"] == "redacted"}
    if operation and not operation.killed and missing - {None, ""}:
        return f"the trail has no content of it: {sorted(missing - {None, ''})}"
    totals = {row["TotalTokens"] for row in rows} - {None}
    if record["UsageBasis"] == "reported" and totals and totals != {record["TotalTokens"]}:
        return f"the trail's answer tells other usage: {sorted(totals)}"
    return None


def count_sources(rows):
    """How many exchanges the trail has of each source."""
    return Counter(sides[0]["Source"] for sides in sides_by_id(rows).values())
