# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What the record of an operation must say, given what the bill, the backend and the client know. Pure."""

from enum import Enum

from forms import BACKEND_TIMEOUT


class Owed(Enum):
    """What a record owes to one entry of the bill."""
    NOTHING = "nothing"      # it was not charged
    EXACT = "exact"          # its usage reached the gateway with a whole answer: reported, equal
    EQUAL = "equal"          # its usage reached the gateway, the answer's end did not: reported or partial, equal
    MARKED = "marked"        # its usage did not, or may not have, reached the gateway: no plain number


COUNTS = (("PromptTokens", "prompt_tokens"), ("CompletionTokens", "completion_tokens"),
          ("TotalTokens", "total_tokens"))
DETAILS = (("CachedPromptTokens", "cached_tokens"), ("ReasoningTokens", "reasoning_tokens"))
NAMES = (("Model", "model"), ("BackendDeployment", "deployment"), ("OperationId", "operation"))
GUESSED_FROM_ANSWER = ("answer_cut_off", "stream_without_usage", "no_usage_in_answer", "error_answer",
                       "empty_answer", "usage_malformed", "error_after_content", "object_gone")


def owed(entry, operation, record=None):
    if not entry["charged"]:
        return Owed.NOTHING
    if operation.kind == "background":
        # Without an id it was refused before it became background work.
        known = record is not None and entry["object_id"] and record["ResponseId"] == entry["object_id"]
        return Owed.EXACT if known else Owed.MARKED
    if may_give_up(operation, record) or not entry["usage_sent"]:
        return Owed.MARKED
    # A reset can destroy what was sent before it; an orderly close cannot.
    return {"whole": Owed.EXACT, "closed": Owed.EQUAL}.get(entry["ended"], Owed.MARKED)


def may_give_up(operation, record):
    """Whether the gateway may have left its backend before the end: it died, nobody waits any more, or it waited
    as long as it should, which a busy machine can make of any backend."""
    if operation.killed or operation.times_out or operation.left and operation.cancels:
        return True
    return bool(record) and record["Outcome"] == "timeout" and record["DurationMs"] >= BACKEND_TIMEOUT * 1000


def differences(record, entry):
    """The counts and names in which a record and an entry of the bill are not the same."""
    out = []
    columns = COUNTS + (DETAILS if entry["usage_details"] and record["UsageBasis"] == "reported" else ())
    for ours, theirs in columns:
        untold = 0 if record["OperationId"] == "Embeddings_Create" else None    # has no tokens but the prompt's
        if (untold if record[ours] is None else record[ours]) != entry[theirs]:
            out.append(f"{ours} is {record[ours]}, billed {entry[theirs]}")
    for ours, theirs in NAMES:
        if record[ours] != entry[theirs]:
            out.append(f"{ours} is {record[ours]!r}, billed {entry[theirs]!r}")
    return out


def died_with_the_gateway(record):
    """The form that recovery gives to an operation that a killed gateway left behind."""
    return (record["Outcome"], record["UsageBasis"], record["UsageReason"]) == (
        "interrupted", "none", "gateway_interrupted")


def asked_in_vain(case):
    """A killed gateway left the id of a stored response behind: its object was asked for, and had nothing to tell.
    Background work goes on without its client, so its object is there."""
    record, operation = case.record, case.operation
    if not operation.killed or operation.kind == "background":
        return False
    if (record["Outcome"], record["UsageBasis"]) != ("interrupted", "none"):
        return False
    return record["UsageReason"] == "object_gone" or (
        record["UsageReason"] == "no_usage_in_answer" and not operation.tells)


def faults_of(case):
    """What is wrong with an operation's record, as sentences; empty: nothing."""
    if case.operation is None:
        return ["a record or a charge that no client caused"]
    if len(case.records) > 1:
        return [f"{len(case.records)} records"]
    if case.record is None:
        return unrecorded(case)
    out = against_client(case) + against_attempts(case)
    if case.arrivals == 0:
        return out + never_arrived(case)
    if died_with_the_gateway(case.record) and case.operation.killed or asked_in_vain(case):
        return out
    return out + against_bill(case) + against_backend(case)


def unrecorded(case):
    if case.arrivals:
        return ["it reached a backend and has no record"]
    if case.operation.whole and case.operation.status < 400:
        return ["its client has an answer that no backend gave"]
    return []


def against_client(case):
    """What the client has seen, the record must say, whatever happened to the gateway afterwards."""
    operation, record, out = case.operation, case.record, []
    if record["Outcome"] == "interrupted" and not operation.killed:
        out.append("interrupted, and the gateway was not")
    if record["Outcome"] == "client_aborted" and not operation.left:
        out.append("client_aborted, and the client stayed")
    if operation.whole and record["StatusCode"] != operation.status:
        out.append(f"its client saw the whole of a {operation.status}, the record says {record['StatusCode']}")
    if operation.whole and record["Outcome"] == "interrupted":
        out.append("its client saw the whole answer, the record says interrupted")
    return out


def against_attempts(case):
    """Whatever reached a backend is listed. A killed gateway cannot list any more."""
    if died_with_the_gateway(case.record) or case.operation.killed and not case.record["Attempts"]:
        return []
    sent = sum(attempt["Sent"] for attempt in case.record["Attempts"])
    return [f"{case.arrivals} requests arrived, {sent} attempts are listed"] if case.arrivals > sent else []


def never_arrived(case):
    """Nothing is known of a backend that never had the request; that it may have had it can be guessed."""
    record = case.record
    if record["UsageBasis"] == "none":
        return []
    guessed = record["UsageBasis"] == "estimated" and record["UsageReason"].startswith("no_answer")
    if guessed and any(attempt["Sent"] for attempt in record["Attempts"]):
        return []
    return [f"no backend had the request, its usage is {record['UsageBasis']}"]


def against_bill(case):
    record, answered, out = case.record, case.answered(), []
    for entry in case.charged():
        debt = owed(entry, case.operation, record)
        if entry is answered or entry["object_id"] and entry["object_id"] == record["ResponseId"]:
            out += settles(record, entry, debt)
        elif debt in (Owed.EXACT, Owed.EQUAL):
            out.append("a backend's whole usage is in no record")
    if not case.charged():
        return out + uncharged(case, answered)
    if record["UsageBasis"] == "none":
        out.append(f"charged, and recorded as nothing: {record['UsageReason']}")
    if answered is None and record["UsageBasis"] in ("reported", "partial") and not record["ResponseId"]:
        out.append("a usage that no backend's answer gave")
    return out


def settles(record, entry, debt):
    basis = record["UsageBasis"]
    allowed = {Owed.EXACT: ("reported",), Owed.EQUAL: ("reported", "partial"),
               Owed.MARKED: ("reported", "partial", "estimated")}[debt]
    if basis not in allowed:
        return [f"owed {debt.value}, its usage is {basis} ({record['UsageReason']})"]
    if basis == "reported" or debt is Owed.EQUAL:
        return differences(record, entry)
    if basis == "partial":
        return [f"partial, and {ours} is more than billed" for ours, theirs in COUNTS
                if (record[ours] or 0) > entry[theirs]]
    return estimated(record, GUESSED_FROM_ANSWER)


def estimated(record, reasons):
    out = []
    if not record["UsageReason"].startswith(reasons):
        out.append(f"estimated because of {record['UsageReason']!r}")
    if not record["PromptTokens"] or record["TotalTokens"] is None:
        out.append("estimated, and without a count")
    return out


def uncharged(case, answered):
    """Only what the gateway cannot know to be free may be guessed at: an answer that broke off, one that went wrong
    when the model had written some of it, or none."""
    basis, operation = case.record["UsageBasis"], case.operation
    if basis == "none":
        return []
    if basis in ("reported", "partial"):
        return [f"not charged, its usage is {basis}"]
    if answered is None:
        # Beside a kill the bill may not tell which try the answer was of.
        reasons = ("no_answer", "error_after_content") if operation.killed else ("no_answer",)
        return [] if case.record["UsageReason"].startswith(reasons) else ["not charged, estimated"]
    broke_off = (answered["ended"] != "whole" or may_give_up(operation, case.record)
                 or case.record["UsageReason"].startswith("error_after_content"))
    return [] if broke_off else ["not charged, estimated from a whole answer"]


def against_backend(case):
    """What the gateway did to its backends: asked for the usage, and stayed as long as it should."""
    operation, out = case.operation, []
    for entry in case.charged():
        whole = entry["ended"] == "whole" and entry["status"] < 400
        # Of background work the creation's answer cannot tell it; reading the object does.
        told = entry["usage_sent"] or operation.kind == "background"
        if whole and operation.tells and not told:
            out.append("the backend was not asked for the usage")
    if not may_give_up(operation, case.record) and any(entry["ended"] == "client_gone" for entry in case.entries):
        out.append("the gateway left its backend without need")
    return out
