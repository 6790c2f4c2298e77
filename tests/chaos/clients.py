# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Clients that carry out their plan against the gateway, whether it is there or not, and note what they saw."""

import asyncio
import re
import time

from evidence import Operation
from forms import LONGEST_OPERATION
from plan import make_operation
from wire import AnswerReader, Connection, request_bytes

RESPONSE_ID = re.compile(rb'"id": ?"(resp_[0-9A-Za-z]+)"')
RETRY_PAUSE = 0.05            # while no gateway listens
READ_SIZE = 16 * 1024


class Left(Exception):
    """The client has hung up, as planned."""


class Client:
    """One of the concurrent clients; its own connection, its own random numbers."""

    def __init__(self, number, seed_name, rng, port, proofs, responses):
        self.number = number
        self.prefix = f"chaos-{seed_name}-{number}"
        self.rng = rng
        self.port = port
        self.proofs = proofs          # header line by caller name
        self.responses = responses    # ids of stored responses by caller name; all clients share it
        self.operations = []
        self.connection = None

    async def run(self, stopping):
        count = 0
        while not stopping.is_set():
            planned = make_operation(self.rng, f"{self.prefix}-{count}")
            count += 1
            await asyncio.sleep(planned.pause)
            path = self.path_of(planned)
            if path and await self.reach(stopping):
                await self.perform(planned, path)
        self.hang_up()

    def path_of(self, planned):
        if planned.kind not in ("read", "cancel"):
            return planned.path
        known = self.responses.get(planned.caller.name)
        return planned.path.format(id=self.rng.choice(known)) if known else None

    async def reach(self, stopping):
        """True once a gateway takes the connection."""
        while self.connection is None and not stopping.is_set():
            try:
                self.connection = await Connection.open(self.port)
            except OSError:
                await asyncio.sleep(RETRY_PAUSE)
        return self.connection is not None

    def hang_up(self, resets=False):
        if self.connection:
            self.connection.close(resets)
        self.connection = None

    async def perform(self, planned, path):
        answer, started, left = AnswerReader(), time.time(), False
        try:
            async with asyncio.timeout(LONGEST_OPERATION):
                await self.exchange(planned, path, answer)
        except (Left, TimeoutError):
            left = True
        except OSError:
            pass
        reusable = answer.whole and not answer.closes and planned.keeps
        if left or not reusable:
            self.hang_up(left and planned.departure is not None and planned.departure.resets)
        self.note(planned, answer, left, started)

    async def exchange(self, planned, path, answer):
        data = request_bytes(planned.method, path, (self.proofs[planned.caller.name],
                             f"x-ms-client-request-id: {planned.id}", *planned.fields), planned.body)
        leaves = planned.departure
        if leaves and leaves.of_request is not None:
            await self.connection.send(data[:int(len(data) * leaves.of_request)], planned.piece)
            raise Left
        await self.connection.send(data, planned.piece)
        await self.read(answer, leaves.after_bytes if leaves else None)

    async def read(self, answer, most):
        seen = 0
        while not answer.whole:
            if most is not None and seen >= most:
                raise Left
            size = READ_SIZE if most is None else min(READ_SIZE, most - seen)
            data = await self.connection.reader.read(size)
            if not data:
                answer.at_end_of_stream()
                return
            seen += len(data)
            answer.feed(data)

    def note(self, planned, answer, left, started):
        if found := RESPONSE_ID.search(answer.body):
            self.responses.setdefault(planned.caller.name, []).append(found[1].decode())
        self.operations.append(Operation(
            planned.id, planned.kind, planned.caller.cancels, left, answer.whole, answer.status, planned.tells,
            planned.times_out, started=started, ended=time.time(), takes=planned.takes))
