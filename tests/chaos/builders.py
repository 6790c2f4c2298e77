# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Evidence for the rules' own tests: one whole, right operation, and changes to it."""

from evidence import Case, Evidence, Operation
from money import cost_of_record

NAME = "chaos-1-0-0"


def operation(**more):
    return Operation(**{"id": NAME, "kind": "chat", "whole": True, "status": 200, **more})


def entry(**more):
    return {"request_id": "req-1", "client_request_id": NAME, "deployment": "gpt-4o", "model": "gpt-4o-2024-11-20",
            "operation": "ChatCompletions_Create", "status": 200, "charged": True, "prompt_tokens": 10,
            "completion_tokens": 5, "total_tokens": 15, "cached_tokens": 4, "reasoning_tokens": 2,
            "usage_details": True, "object_id": "", "ended": "whole", "usage_sent": True, **more}


def record(**more):
    """Costs what its tokens come to, unless told otherwise."""
    told = {"RecordId": "0192-1", "CorrelationId": NAME, "BackendRequestId": "req-1", "ResponseId": "",
            "BackendDeployment": "gpt-4o", "Model": "gpt-4o-2024-11-20", "OperationId": "ChatCompletions_Create",
            "StatusCode": 200, "Outcome": "completed", "DurationMs": 40, "PromptTokens": 10, "CompletionTokens": 5,
            "TotalTokens": 15, "CachedPromptTokens": 4, "ReasoningTokens": 2, "UsageBasis": "reported",
            "UsageReason": "", "Attempts": [{"Sent": True, "Status": 200}], "ClientName": "retail",
            "AuditLevel": "redacted", "DeliveryState": "delivered", "CostBasis": "priced", "CostReason": "",
            **more}
    unknown = told["UsageBasis"] == "none"
    cost = None if unknown else cost_of_record(told)
    basis = {"CostBasis": "unpriced", "CostReason": "usage_unknown"} if unknown else {}
    return {**told, "CostNano": cost, "CostComponents": [{"CostNano": cost}] if cost else [], **basis, **more}


def interrupted(**more):
    return record(**{"Outcome": "interrupted", "UsageBasis": "none", "UsageReason": "gateway_interrupted",
                     "BackendRequestId": "", "StatusCode": 0, "PromptTokens": None, "CompletionTokens": None,
                     "TotalTokens": None, "Attempts": [], **more})


def estimated(reason="answer_cut_off", **more):
    return record(**{"UsageBasis": "estimated", "UsageReason": reason, "PromptTokens": 9, "CompletionTokens": 1,
                     "TotalTokens": 10, "CachedPromptTokens": None, "ReasoningTokens": None, **more})


def case(lived=None, billed=(), recorded=(), arrivals=None):
    billed = list(billed)
    return Case(lived or operation(), billed, len(billed) if arrivals is None else arrivals, list(recorded))


def row_of(told):
    return {name: value for name, value in told.items() if name != "DeliveryState"}


def trail_of(told):
    """An exchange as the trail has it: both sides, and what its answer says that it took."""
    sides = [{"RecordId": told["RecordId"], "Kind": kind, "Form": "raw", "Part": 1, "Sequence": sequence, "Source": "model",
              "Outcome": told["Outcome"], "Level": "redacted", "ContentMissing": "", "TotalTokens": None}
             for sequence, kind in ((1, "request"), (2, "response"))]
    return [{**sides[0]}, {**sides[1], "TotalTokens": told["TotalTokens"]}]


def evidence(operations=None, bill=None, records=None, rows=None, trail=None):
    operations = operations or [operation()]
    bill = [entry()] if bill is None else bill
    records = [record()] if records is None else records
    return Evidence({o.id: o for o in operations}, bill,
                    [[e["client_request_id"], e["request_id"]] for e in bill], records,
                    [row_of(r) for r in records] if rows is None else rows,
                    [side for r in records for side in trail_of(r)] if trail is None else trail)
