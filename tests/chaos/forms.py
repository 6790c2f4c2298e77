# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""How large a run is. Times are in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    name: str
    clients: int              # concurrent, each with one operation at a time
    kills: int                # SIGKILL, some while the gateway starts or stops
    stops: int                # SIGTERM, some with a second one that ends the drain
    longest_life: float       # of a gateway between its start and its end
    last_life: float          # one without an end by force, for what takes longer; a soak's whole time
    deadline: float           # of the storm: one that does not end in time fails
    settling: float           # for the last deliveries and background work


FORMS = {
    "ci": Form("ci", clients=200, kills=30, stops=4, longest_life=2.2, last_life=8, deadline=120, settling=40),
    "full": Form("full", clients=260, kills=200, stops=20, longest_life=3.4, last_life=20, deadline=780,
                 settling=60),
}



def soak_form(seconds):
    """One long life under faults, aborts and reloads: what grows, grows here (soak.py)."""
    return Form("soak", clients=24, kills=0, stops=0, longest_life=0, last_life=seconds, deadline=1, settling=60)


BACKEND_TIMEOUT = 8           # of the gateway's backends, first byte and idle
LONG_STALL = 12               # a backend's silence that the gateway must not wait for
SHORT_STALL = 1.5             # one that it must
LONGEST_OPERATION = 30        # no client waits longer
