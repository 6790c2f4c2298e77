# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`./dev soak`: one gateway for a long time under the faults of `./dev chaos`, with clients that hang up and a reload
every few seconds. Its memory and descriptors must not grow, and its books must agree as after every storm."""

import argparse
import asyncio
import random
import signal
import sys
import time

import run as chaos
from forms import soak_form
from gateway import stack
from watch import MORE_DESCRIPTORS, Watch, look

RELOAD_EVERY = 10             # seconds


class Soak(chaos.Run):
    """A run whose one life is looked at."""

    watch = None
    reloads = 0

    async def rage(self):
        await asyncio.to_thread(self.gateway.start)
        self.watch = Watch(self.gateway.process.pid)
        before = look(self.watch.pid).descriptors
        ended = asyncio.Event()
        beside = [asyncio.create_task(self.watch.run(ended)), asyncio.create_task(self.reload(ended))]
        await self.storm_over_clients(self.form.last_life)
        ended.set()
        await asyncio.gather(*beside)
        await asyncio.to_thread(self.expect_descriptors, before)
        self.problems += self.watch.faults()

    async def reload(self, ended):
        """Another configuration each time: one client's tag changes."""
        text = self.gateway.config.read_text()
        while not ended.is_set():
            await asyncio.sleep(RELOAD_EVERY)
            self.reloads += 1
            self.gateway.config.write_text(text.replace('cost_center: "4711"', f'cost_center: "{4711 + self.reloads % 2}"'))
            self.gateway.process.child.send_signal(signal.SIGHUP)

    def expect_descriptors(self, before):
        try:
            stack.wait_until(lambda: look(self.watch.pid).descriptors <= before + MORE_DESCRIPTORS,
                             f"at most {before + MORE_DESCRIPTORS} descriptors", 90)
        except TimeoutError as late:
            self.problems.append(str(late))

    def notes(self):
        return f"{self.watch.text()}; {self.reloads} reloads"


def main():
    parser = argparse.ArgumentParser(prog="./dev soak")
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1 << 32)
    chaos.say(f"soak of {given.seconds} s, seed {seed}, begun {time.strftime('%H:%M:%S')}")
    return chaos.carry_out(Soak, soak_form(given.seconds), seed)


if __name__ == "__main__":
    sys.exit(main())
