# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What a run leaves behind, and how it belongs together: one Case per operation of a client."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Operation:
    """One request as its client lived it. Times are the wall clock's, in seconds."""
    id: str                   # x-ms-client-request-id, the record's CorrelationId
    kind: str                 # chat | completion | embedding | response | background | read | cancel
    cancels: bool = False     # its client's policy is `cancel`, not `drain`
    left: bool = False        # it hung up before it had all
    whole: bool = False       # it has the whole answer
    status: int = 0           # of the answer's head; 0: none came
    tells: bool = True        # the backend, asked as the gateway should ask, says the usage
    times_out: bool = False   # the backend is silent for longer than the gateway waits
    killed: bool = False      # the gateway may have died while it was at work on it
    started: float = 0.0
    ended: float = 0.0
    takes: float = 0.0        # the longest that the backend is busy with it
    asked: str = ""           # for a reader of the verdict


NOTED_LATE = 0.5              # how much later than the gateway's death a client may notice it


def was_killed(operation, ends):
    """Whether the gateway's life that took the operation ended by force while it may have been at work on it.
    `ends` are (time, by force) in order; a client that saw the whole answer is owed its record in any case."""
    if operation.whole:
        return False
    end, by_force = next((end for end in ends if end[0] >= operation.started), (0.0, False))
    at_work = operation.ended + (operation.takes if operation.left else NOTED_LATE)
    return by_force and end <= at_work


@dataclass
class Evidence:
    operations: dict          # Operation by id
    bill: list                # the simulator's entries
    arrivals: list            # [client_request_id, request_id] of every request that reached a backend
    records: list             # `tollgate records`
    rows: list                # what Azure Monitor accepted, repeats included
    trail: list = field(default_factory=list)    # of the audit trail's rows there, what trail.summary tells

    def save(self, path):
        operations = {name: asdict(operation) for name, operation in self.operations.items()}
        Path(path).write_text(json.dumps({**vars(self), "operations": operations}))

    @classmethod
    def load(cls, path):
        told = json.loads(Path(path).read_text())
        operations = {name: Operation(**lived) for name, lived in told.pop("operations").items()}
        return cls(operations, **told)


@dataclass
class Case:
    operation: Operation | None
    entries: list = field(default_factory=list)    # of the bill: one for each attempt that began its work
    arrivals: int = 0
    records: list = field(default_factory=list)

    @property
    def record(self):
        return self.records[0] if self.records else None

    def answered(self):
        """The bill's entry that the record is about: the one whose answer reached the gateway."""
        wanted = self.record and self.record["BackendRequestId"]
        return next((e for e in self.entries if wanted and e["request_id"] == wanted), None)

    def charged(self):
        return [entry for entry in self.entries if entry["charged"]]


def cases_of(evidence):
    """Case by operation id; ids that no client used have no operation."""
    cases = {name: Case(operation) for name, operation in evidence.operations.items()}

    def case(name):
        return cases.setdefault(name, Case(None))

    for entry in evidence.bill:
        if entry["client_request_id"]:
            case(entry["client_request_id"]).entries.append(entry)
    for name, _ in evidence.arrivals:
        case(name).arrivals += 1
    for record in evidence.records:
        case(record["CorrelationId"]).records.append(record)
    return cases
