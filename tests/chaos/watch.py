# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What a process holds while it works: memory and descriptors, looked at once a second."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

WARM_UP = 1 / 3               # of the whole time: pools, caches and the allocator's arenas fill
MOST_SLOPE = 1.0              # MiB of an hour
UNSTEADY = 4.0                # MiB: how far the middle of ten looks strays from one time to another
FILLING = 32.0                # MiB, the same while pools still fill: an operation that kept its buffers shows, no more
FILLED_AFTER = 1 / 6          # hours
MORE_DESCRIPTORS = 8          # connections kept for the next request


@dataclass(frozen=True)
class Look:
    at: float
    memory: float             # MiB of its own (RssAnon)
    descriptors: int


def look(pid):
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return Look(time.monotonic(), int(rows["RssAnon"].split()[0]) / 1024, len(list(Path(f"/proc/{pid}/fd").iterdir())))


def middle(looks):
    return statistics.median(one.memory for one in looks)


class Watch:
    def __init__(self, pid):
        self.pid = pid
        self.looks = []

    async def run(self, stopping):
        while not stopping.is_set():
            self.looks.append(look(self.pid))
            await asyncio.sleep(1)

    def warm(self):
        return self.looks[int(len(self.looks) * WARM_UP):]

    def growth(self):
        """MiB between the first and the last ten looks after the warm-up, and the hours between."""
        warm = self.warm()
        return middle(warm[-10:]) - middle(warm[:10]), (warm[-1].at - warm[0].at) / 3600

    def faults(self):
        """What grew beyond what it may; empty: nothing."""
        if len(self.warm()) < 20:
            return [f"only {len(self.looks)} looks: too short a time to say anything"]
        grown, hours = self.growth()
        most = MOST_SLOPE * hours + (UNSTEADY if hours >= FILLED_AFTER else FILLING)
        return [] if grown <= most else [f"memory grew by {grown:.1f} MiB in {hours * 60:.1f} minutes, at most {most:.1f}"]

    def text(self):
        grown, hours = self.growth()
        peak = max(one.descriptors for one in self.looks)
        return (f"  memory {middle(self.warm()[:10]):.1f} MiB after the warm-up, {grown:+.2f} MiB in {hours * 60:.1f} "
                f"minutes ({grown / hours:+.2f} MiB an hour); at most {peak} descriptors")
