# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Holds bill, ledger and delivered rows against each other: every rule, the drift and the table. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from delivery import count_states, faults_of_delivery, rows_by_id
from evidence import cases_of
from expectation import Owed, faults_of, owed
from money import cost_of_entry, faults_of_cost
from trail import count_sources, faults_of_trail


@dataclass
class Line:
    """One line of the table: operations of one basis and outcome."""
    operations: int = 0
    billed: int = 0          # tokens of the entries that their records are about
    recorded: int = 0
    delivered: int = 0
    unseen: int = 0          # tokens of attempts whose answers never came; their records list them


@dataclass
class Verdict:
    problems: list = field(default_factory=list)    # (operation or record, sentence)
    lines: dict = field(default_factory=dict)       # Line by (basis, outcome)
    drift: int = 0                                  # tokens
    charged: int = 0                                # billionths of a dollar that the bill comes to where the records
    priced: int = 0                                 # say the same tokens, and what those records cost
    money_drift: int = 0                            # by which single records differ
    forwarded: int = 0
    unarrived: int = 0                              # recorded, and stopped on the way to the backend
    recorded: int = 0
    repeated_rows: int = 0
    states: dict = field(default_factory=dict)
    sources: Counter = field(default_factory=Counter)    # exchanges in the audit trail
    owed: Counter = field(default_factory=Counter)  # of charged entries, by Owed.value

    @property
    def good(self):
        return not self.problems and self.drift == 0 and self.money_drift == 0

    def line(self, record):
        key = (record["UsageBasis"], record["Outcome"]) if record else ("no record", "")
        return self.lines.setdefault(key, Line())


def judge(evidence):
    out = Verdict(recorded=len(evidence.records), states=count_states(evidence.records))
    arrived = rows_by_id(evidence.rows)
    out.repeated_rows = len(evidence.rows) - len(arrived)
    for name, case in cases_of(evidence).items():
        out.problems += [(name, fault) for fault in faults_of(case)]
        out.forwarded += case.arrivals > 0
        out.unarrived += case.arrivals == 0 and bool(case.records)
        add_to_table(out, case, arrived)
        out.drift += drift_of(out, case)
        add_money(out, case)
    out.problems += repeated_ids(evidence.records)
    out.problems += faults_of_delivery(evidence.records, evidence.rows)
    out.problems += [(record["RecordId"], fault) for record in evidence.records for fault in faults_of_cost(record)]
    out.problems += faults_of_trail(evidence.records, evidence.operations, evidence.trail)
    out.sources = count_sources(evidence.trail)
    out.drift += sum(drift_of_delivery(record, arrived) for record in evidence.records)
    out.problems += conservation(out)
    return out


def repeated_ids(records):
    return [(name, f"RecordId stands {count} times") for name, count in
            Counter(record["RecordId"] for record in records).items() if count > 1]


def conservation(verdict):
    """forwarded == recorded == delivered + queued + quarantined."""
    out = []
    forwarded = verdict.forwarded + verdict.unarrived
    if forwarded != verdict.recorded:
        out.append(("conservation", f"{forwarded} forwarded, {verdict.recorded} recorded"))
    kept = sum(verdict.states[state] for state in ("delivered", "queued", "quarantined"))
    if kept != verdict.recorded:
        out.append(("conservation", f"{verdict.recorded} recorded, {kept} delivered, queued or quarantined"))
    return out


def subject(case):
    """The charged entry that the record stands for."""
    answered = case.answered()
    if answered is not None and answered["charged"]:
        return answered
    return next((e for e in case.charged() if case.record and e["object_id"]
                 and e["object_id"] == case.record["ResponseId"]), None)


def add_to_table(verdict, case, arrived):
    if not case.records and not case.charged():
        return
    line, main = verdict.line(case.record), subject(case)
    line.operations += 1
    for entry in case.charged():
        if entry is main or len(case.charged()) == 1:
            line.billed += entry["total_tokens"]
        else:
            line.unseen += entry["total_tokens"]
    for record in case.records:
        line.recorded += record["TotalTokens"] or 0
        rows = arrived.get(record["RecordId"])
        line.delivered += (rows[0]["TotalTokens"] or 0) if rows else 0


def drift_of(verdict, case):
    """Tokens that are billed and recorded differently although their usage reached the gateway."""
    main, record, drift = subject(case), case.record, 0
    for entry in case.charged():
        debt = owed(entry, case.operation, record) if case.operation else Owed.EXACT
        verdict.owed[debt.value] += 1
        binding = debt in (Owed.EXACT, Owed.EQUAL) or record is None
        if binding or entry is main and record["UsageBasis"] == "reported":
            drift += abs(entry["total_tokens"] - (tokens_of(record) if entry is main else 0))
    if main is None and record and record["UsageBasis"] == "reported":
        drift += tokens_of(record)
    return drift + sum(tokens_of(extra) for extra in case.records[1:])


def add_money(verdict, case):
    """Bill and records in money, where the usage reached the gateway."""
    main, record = subject(case), case.record
    if main is None or record is None or case.operation is None:
        return
    if owed(main, case.operation, record) in (Owed.EXACT, Owed.EQUAL) or record["UsageBasis"] == "reported":
        charged = cost_of_entry(main, record["ClientName"]) or 0
        verdict.charged += charged
        verdict.priced += record["CostNano"] or 0
        verdict.money_drift += abs(charged - (record["CostNano"] or 0))


def tokens_of(record):
    return record["TotalTokens"] or 0 if record else 0


def drift_of_delivery(record, arrived):
    if record["DeliveryState"] != "delivered":
        return 0
    rows = arrived.get(record["RecordId"])
    return abs(tokens_of(record) - (tokens_of(rows[0]) if rows else 0))
