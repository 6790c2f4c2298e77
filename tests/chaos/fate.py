# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""How and when the gateway's lives end: drawn from the seed."""

import asyncio
import time
from collections import Counter

ENDINGS_OF_STOPS = ("drained", "drained", "second signal", "killed while draining")


def draw_endings(rng, form):
    """As many kills and stops as the form wants, in any order."""
    stops = [rng.choice(ENDINGS_OF_STOPS) for _ in range(form.stops)]
    kills = form.kills - stops.count("killed while draining")
    endings = stops + [rng.choices(("killed", "killed while starting"), (0.85, 0.15))[0] for _ in range(kills)]
    rng.shuffle(endings)
    return endings


class Fate:
    def __init__(self, gateway, rng, form):
        self.gateway = gateway
        self.rng = rng
        self.form = form
        self.endings = draw_endings(rng, form)
        self.seen = Counter()

    async def run(self):
        """All lives but the last, which begins after this; false: they took too long."""
        deadline = time.monotonic() + self.form.deadline
        for ending in self.endings:
            if time.monotonic() > deadline:
                return False
            await self.live(ending)
            self.seen[ending] += 1
        return True

    async def live(self, ending):
        if ending == "killed while starting":
            await asyncio.to_thread(self.gateway.spawn)
            await asyncio.sleep(self.rng.uniform(0, 0.12))
        else:
            await asyncio.to_thread(self.gateway.start)
            await asyncio.sleep(self.rng.uniform(0.1, self.form.longest_life))
        if not ending.startswith("killed") or ending == "killed while draining":
            self.gateway.terminate()
        await self.end(ending)

    async def end(self, ending):
        if ending == "drained":
            await asyncio.to_thread(self.gateway.wait_for_drain)
            return
        if ending in ("second signal", "killed while draining"):
            await asyncio.sleep(self.rng.uniform(0, 1.5))
        if ending == "second signal":
            await asyncio.to_thread(self.gateway.terminate_again)
        else:
            await asyncio.to_thread(self.gateway.kill)

    def kills(self):
        return sum(count for ending, count in self.seen.items() if ending.startswith("killed"))
