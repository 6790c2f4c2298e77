# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Faults switched on by the simulator's control port, for all who meet them while they last."""

import asyncio
from collections import Counter

from plan import PHASES

BACKEND_FAULTS = (
    ("429", {"status": 429, "headers": {"retry-after-ms": "150"}}, 0.8),
    ("500", {"status": 500}, 0.6),
    ("503", {"status": 503}, 0.8),
    *((f"reset {phase}", {"reset_at": phase}, 0.5) for phase in PHASES),
    *((f"close {phase}", {"close_at": phase}, 0.5) for phase in PHASES),
    ("stall", {"stall_at": "mid_body", "stall_ms": 700}, 0.5),
    ("slow head", {"delay_ms": 600}, 0.5),
    ("one byte", {"write_bytes": 1, "chunks": 2}, 0.1),
    ("leaves kept connections", {"keep_alive_close": True}, 0.6),
)
LOST_ACCEPTANCE = ("reset after accept", {"reset_after_accept": True}, 0.7)
INGESTION_FAULTS = (
    ("413", {"status": 413}, 0.7),
    ("429", {"status": 429, "headers": {"retry-after": "1"}}, 1.0),
    ("403", {"status": 403}, 0.5),
    ("400", {"status": 400}, 0.3),
    ("500", {"status": 500}, 0.8),
    ("503", {"status": 503}, 1.0),
    ("slow", {"delay_ms": 2500}, 0.8),
    ("reset", {"reset_at": "before_head"}, 0.7),
    LOST_ACCEPTANCE,
    ("slow after accept", {"stall_ms": 1500}, 0.7),
)
IDENTITY_FAULTS = (
    ("keys out", "entra", "keys", {"status": 500}),
    ("metadata out", "entra", "metadata", {"status": 503}),
    ("tokens out", "entra", "token", {"status": 503}),
    ("entra resets", "entra", "", {"reset_at": "before_head"}),
    ("imds 429", "imds", "", {"status": 429}),
    ("imds resets", "imds", "", {"reset_at": "before_head"}),
)


def faults_of(kind, rng):
    """A name and a control-port fault of one kind."""
    if kind == "identity":
        name, service, part, behaviour = rng.choice(IDENTITY_FAULTS)
        return name, {"service": service, "resource": part, "behaviour": behaviour}
    table, service = {"backend": (BACKEND_FAULTS, "resource"), "ingestion": (INGESTION_FAULTS, "ingestion")}[kind]
    name, behaviour, probability = rng.choice(table)
    resource = rng.choice(("", "contoso-sweden", "contoso-eastus")) if kind == "backend" else ""
    return f"{kind} {name}", {"service": service, "resource": resource, "behaviour": behaviour,
                              "probability": probability, "seed": rng.randrange(1 << 30)}


class Storm:
    """At most one fault of each kind at a time; which, and for how long, is drawn from the seed."""

    LONGEST = {"backend": 1.5, "ingestion": 1.5, "identity": 1.0}
    CALM = {"backend": 0.8, "ingestion": 0.4, "identity": 3.0}
    SURELY_MET = 5                # seconds; uploads follow each other faster

    def __init__(self, simulator, rngs):
        self.simulator = simulator
        self.rngs = rngs              # by kind
        self.active = {}
        self.seen = Counter()
        self.changing = asyncio.Lock()

    async def run(self, stopping):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.lose_acceptances(stopping))
            for kind in ("backend", "identity"):
                tasks.create_task(self.blow(kind, stopping))
        await self.apply(None, None)

    async def lose_acceptances(self, stopping):
        """The first ingestion fault is the one that makes rows come twice: without it a run proves too little."""
        name, behaviour, probability = LOST_ACCEPTANCE
        self.seen[f"ingestion {name}"] += 1
        await self.apply("ingestion", {"service": "ingestion", "resource": "", "behaviour": behaviour,
                                       "probability": probability})
        await asyncio.sleep(self.SURELY_MET)
        await self.apply("ingestion", None)
        await self.blow("ingestion", stopping)

    async def blow(self, kind, stopping):
        rng = self.rngs[kind]
        while not stopping.is_set():
            await asyncio.sleep(rng.uniform(0.1, self.CALM[kind]))
            name, fault = faults_of(kind, rng)
            self.seen[name] += 1
            await self.apply(kind, fault)
            await asyncio.sleep(rng.uniform(0.2, self.LONGEST[kind]))
            await self.apply(kind, None)

    async def apply(self, kind, fault):
        """Replaces the fault of a kind; the control port can only forget all at once."""
        async with self.changing:
            self.active.pop(kind, None)
            if fault:
                self.active[kind] = fault
            await asyncio.to_thread(self.replace_all, list(self.active.values()))

    def replace_all(self, faults):
        self.simulator.clear_faults()
        for fault in faults:
            self.simulator.fault(**fault)
