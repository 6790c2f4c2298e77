# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What must have arrived at Azure Monitor, given the ledger. Pure."""

ONLY_IN_LEDGER = ("DeliveryState", "QuarantineReason")
STATES = ("delivered", "queued", "quarantined", "awaiting")


def rows_by_id(rows):
    """All arrivals of each RecordId: delivery may repeat a row."""
    out = {}
    for row in rows:
        out.setdefault(row["RecordId"], []).append(row)
    return out


def faults_of_delivery(records, rows):
    """(RecordId, sentence) of every disagreement between ledger and table."""
    arrived = rows_by_id(rows)
    out = [(name, "a row that the ledger does not have")
           for name in arrived.keys() - {record["RecordId"] for record in records}]
    for record in records:
        problem = fault_of_record(record, arrived.get(record["RecordId"], []))
        if problem:
            out.append((record["RecordId"], problem))
    return out


def fault_of_record(record, rows):
    state = record["DeliveryState"]
    if state == "delivered" and not rows:
        return "delivered, and it did not arrive"
    if state == "awaiting":
        return "still awaits its backend"
    if state not in STATES:
        return f"of no known state: {state!r}"
    expected = {name: value for name, value in record.items() if name not in ONLY_IN_LEDGER}
    for row in rows:
        if row != expected:
            changed = sorted(name for name in expected if row.get(name) != expected[name])
            return f"arrived otherwise than recorded: {', '.join(changed)}"
    return None


def count_states(records):
    return {state: sum(record["DeliveryState"] == state for record in records) for state in STATES}
