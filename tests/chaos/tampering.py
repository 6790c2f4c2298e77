# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Falsifies a run's evidence in ways the verdict must notice: proof that a good verdict means something."""

from dataclasses import replace

from verdict import judge


def changed(items, victim, **columns):
    return [{**item, **columns} if item is victim else item for item in items]


def without(items, victim):
    return [item for item in items if item is not victim]


def drop_a_record(evidence, record):
    return replace(evidence, records=without(evidence.records, record))


def duplicate_a_record(evidence, record):
    return replace(evidence, records=evidence.records + [{**record, "RecordId": "0" + record["RecordId"][1:]}])


def repeat_a_record_id(evidence, record):
    return replace(evidence, records=evidence.records + [record])


def change_a_token(evidence, record):
    more = (record["CompletionTokens"] or 0) + 1
    return replace(evidence, records=changed(evidence.records, record, CompletionTokens=more))


def change_the_cost(evidence, record):
    return replace(evidence, records=changed(evidence.records, record, CostNano=record["CostNano"] + 1))


def change_cost_and_component(evidence, record):
    first, *others = record["CostComponents"]
    told = dict(CostNano=record["CostNano"] + 1, CostComponents=[{**first, "CostNano": first["CostNano"] + 1}, *others])
    return replace(evidence, records=changed(evidence.records, record, **told))


def take_the_price_away(evidence, record):
    told = dict(CostNano=None, CostComponents=[], CostBasis="unpriced", CostReason="no_price_for_model")
    return replace(evidence, records=changed(evidence.records, record, **told))


def drop_all_tokens(evidence, record):
    empty = dict(PromptTokens=None, CompletionTokens=None, TotalTokens=None, UsageBasis="none",
                 UsageReason="no_usage_in_answer")
    return replace(evidence, records=changed(evidence.records, record, **empty))


def call_it_estimated(evidence, record):
    told = dict(UsageBasis="estimated", UsageReason="answer_cut_off")
    return replace(evidence, records=changed(evidence.records, record, **told))


def drop_its_rows(evidence, record):
    return replace(evidence, rows=[r for r in evidence.rows if r["RecordId"] != record["RecordId"]])


def change_its_rows(evidence, record):
    rows = [{**r, "TotalTokens": (r["TotalTokens"] or 0) + 1} if r["RecordId"] == record["RecordId"] else r
            for r in evidence.rows]
    return replace(evidence, rows=rows)


def deliver_a_stranger(evidence, record):
    return replace(evidence, rows=evidence.rows + [{**record, "RecordId": "f" + record["RecordId"][1:]}])


def forget_an_attempt(evidence, record):
    return replace(evidence, records=changed(evidence.records, record, Attempts=[]))


def record_without_client(evidence, record):
    stray = {**record, "RecordId": "e" + record["RecordId"][1:], "CorrelationId": "nobody"}
    return replace(evidence, records=evidence.records + [stray])


def drop_it_from_the_trail(evidence, record):
    return replace(evidence, trail=[r for r in evidence.trail if r["RecordId"] != record["RecordId"]])


def lose_what_was_asked(evidence, record):
    trail = [{**r, "ContentMissing": "memory"} if r["RecordId"] == record["RecordId"] and r["Kind"] == "request" else r
             for r in evidence.trail]
    return replace(evidence, trail=trail)


def write_a_side_twice(evidence, record):
    sides = [r for r in evidence.trail if r["RecordId"] == record["RecordId"] and r["Kind"] == "request"]
    return replace(evidence, trail=evidence.trail + [{**sides[0], "Sequence": -1}])


def audit_a_stranger(evidence, record):
    stranger = {"RecordId": "d" + record["RecordId"][1:], "Kind": "request", "Form": "raw", "Source": "model",
                "Outcome": "completed", "Level": "redacted", "TotalTokens": None}
    return replace(evidence, trail=evidence.trail + [stranger])


TAMPERINGS = (drop_a_record, duplicate_a_record, repeat_a_record_id, change_a_token, change_the_cost,
              change_cost_and_component, take_the_price_away, drop_all_tokens,
              call_it_estimated, drop_its_rows, change_its_rows, deliver_a_stranger, forget_an_attempt,
              record_without_client, drop_it_from_the_trail, lose_what_was_asked,
              write_a_side_twice, audit_a_stranger)


def victims(evidence):
    """Records on which every tampering must show: reported, delivered, of an operation without kills."""
    bill = {e["request_id"] for e in evidence.bill if e["charged"] and e["usage_sent"] and e["ended"] == "whole"}
    out = []
    for record in evidence.records:
        operation = evidence.operations.get(record["CorrelationId"])
        calm = operation and not (operation.killed or operation.times_out or operation.left)
        exact = record["UsageBasis"] == "reported" and record["BackendRequestId"] in bill
        kept = record["AuditLevel"] == "redacted"
        if calm and exact and kept and record["DeliveryState"] == "delivered":
            out.append(record)
    return out


def narrowed(evidence, record):
    """The evidence of this one operation, so that it is judged quickly."""
    name = record["CorrelationId"]
    return replace(evidence, operations={name: evidence.operations[name]},
                   bill=[e for e in evidence.bill if e["client_request_id"] == name],
                   arrivals=[a for a in evidence.arrivals if a[0] == name],
                   records=[r for r in evidence.records if r["CorrelationId"] == name],
                   rows=[r for r in evidence.rows if r["RecordId"] == record["RecordId"]],
                   trail=[r for r in evidence.trail if r["RecordId"] == record["RecordId"]])


def unnoticed(evidence, random):
    """Names of the tamperings that the verdict overlooks; each is tried on a victim of its own."""
    candidates = victims(evidence)
    if not candidates:
        return [f"{tampering.__name__} (nothing to try it on)" for tampering in TAMPERINGS]
    out = []
    for tampering in TAMPERINGS:
        record = random.choice(candidates)
        piece = narrowed(evidence, record)
        if not judge(piece).good or judge(tampering(piece, record)).good:
            out.append(tampering.__name__)
    return out
