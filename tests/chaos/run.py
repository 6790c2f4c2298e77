# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`./dev chaos`: clients, faults and kills against the real gateway; then bill, ledger and table must agree."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from dataclasses import replace

import canaries
import report
from clients import Client
from evidence import Evidence, was_killed
from fate import Fate
from forms import FORMS, LONGEST_OPERATION
from gateway import Gateway, proofs, stack
from storm import Storm
from tampering import unnoticed
from trail import summary
from verdict import judge


KEPT_COPIES = 3               # of the gateway's files, as a kill left them


def say(text):
    print(text, flush=True)


class Run:
    def __init__(self, form, seed, directory):
        self.form = form
        self.seed = seed
        self.simulator = stack.Simulator(directory)
        self.gateway = Gateway(self.simulator, directory, kept_kills=max(form.kills // KEPT_COPIES, 1))
        self.fate = Fate(self.gateway, self.rng("fate"), form)
        self.storm = Storm(self.simulator, {kind: self.rng(kind) for kind in Storm.LONGEST})
        responses, known = {}, proofs(self.simulator)
        self.clients = [Client(n, str(seed), self.rng(f"client {n}"), self.gateway.port, known, responses)
                        for n in range(form.clients)]
        self.problems = []
        self.retried = ""
        self.finds = 0                # of redaction in what reached Azure Monitor
        self.searched, self.leaks = 0, []

    def rng(self, part):
        """Each part has numbers of its own: how fast one goes does not change what another does."""
        return random.Random(f"{self.seed} {part}")

    async def rage(self):
        """Clients, faults and kills at the same time; ends with a gateway that lives and no faults."""
        leaving, calm = asyncio.Event(), asyncio.Event()
        clients = [asyncio.create_task(client.run(leaving)) for client in self.clients]
        storm = asyncio.create_task(self.storm.run(calm))
        if not await self.fate.run():
            self.problems.append("the lives of the gateway took too long")
        await asyncio.to_thread(self.gateway.start)
        await asyncio.sleep(self.form.last_life)
        leaving.set()
        await asyncio.wait_for(asyncio.gather(*clients), 2 * LONGEST_OPERATION)
        calm.set()
        await storm

    def settle(self):
        """Another life without faults, until nothing is under way any more; then an orderly end. Between them an
        operator has the audit's refused rows sent again: the destination had refused them alone."""
        self.gateway.terminate()
        self.gateway.wait_for_drain()
        self.retried = self.gateway.retry_refused_rows()
        self.gateway.start()

        def at_rest():
            gauges = self.gateway.gauges()
            backlog = gauges['tollgate_exporter_backlog_records{exporter="azure_monitor"}']
            if backlog or gauges["tollgate_ledger_awaiting_records"]:
                return False
            return self.gateway.backlogs() == 0

        try:
            stack.wait_until(at_rest, "deliveries", self.form.settling)
        except TimeoutError as late:
            self.problems.append(str(late))
        self.gateway.terminate()
        self.gateway.wait_for_drain()

    def evidence(self):
        ends = self.gateway.ends
        trail = self.simulator.rows("audit")
        if unproven := self.gateway.unproven(trail):
            self.problems.append(f"the audit trail: {unproven}")
        self.finds = canaries.count_found(trail)
        self.search()
        operations = {o.id: replace(o, killed=was_killed(o, ends)) for c in self.clients for o in c.operations}
        return Evidence(operations, self.simulator.bill(LONGEST_OPERATION),
                        stack.http_json(self.simulator.control + "/arrivals"), self.gateway.records(),
                        self.simulator.rows(), [summary(row) for row in trail])

    def search(self):
        """For canaries in all that the gateway wrote, and for planted ones in copies of some of it."""
        places = dict(canaries.places_of(self.gateway, self.simulator))
        self.searched, self.leaks = len(places), canaries.leaks_of(places.items())
        self.problems += self.leaks
        self.problems += [f"a planted canary was overlooked in {place}" for place in canaries.overlooked(places, self.rng("canaries"))]
        copies = {place.split("/")[0] for place in places if place.startswith("after-kill-")}
        if len(copies) < KEPT_COPIES:
            self.problems.append(f"{len(copies)} kills left their files to be searched")
        if self.finds < canaries.LEAST_FOUND:
            self.problems.append(f"redaction found {self.finds} values: there was nothing to search for")

    def close(self):
        for process in (self.gateway.process, self.simulator.process):
            if process and process.running():
                process.kill()


def show(run, evidence, verdict):
    say("\n" + report.table(verdict))
    say(report.conservation(verdict))
    say(report.money(verdict))
    say(f"  charges owed: {report.counts(verdict.owed)}; damaged segments {run.gateway.damaged_segments()}")
    say(f"  exchanges in the audit trail, by source: {report.counts(verdict.sources)}; {run.retried}")
    say(f"  values that redaction found: {run.finds:,}; places with a canary: {len(run.leaks)} of {run.searched}")
    say(f"  lives ended: {report.counts(run.fate.seen)}")
    say(f"  faults switched on: {report.counts(run.storm.seen)}")
    say(f"  operations: {len(evidence.operations):,}, "
        f"{sum(o.left for o in evidence.operations.values()):,} left by their clients, "
        f"{sum(o.killed for o in evidence.operations.values()):,} beside a kill")
    if verdict.problems:
        say(f"\n{len(verdict.problems)} disagreements\n" + report.problems_by_kind(verdict.problems))
        say("for example\n" + report.examples(verdict.problems, evidence.operations))


def conclude(run, evidence):
    """Prints everything; true: the books agree, and the run proves it."""
    verdict = judge(evidence)
    show(run, evidence, verdict)
    weak = report.thin(verdict, run.fate.kills(), run.form, run.storm.seen)
    weak += [f"tampering was overlooked: {name}" for name in unnoticed(evidence, run.rng("tampering"))]
    failures = run.problems + [f"gateway: {p}" for p in run.gateway.problems] + weak
    for failure in failures:
        say(f"  FAILED {failure}")
    say(f"\ndrift {verdict.drift:,} tokens and {verdict.money_drift:,} billionths of a dollar, "
        f"{len(verdict.problems)} disagreements, {len(failures)} failures; seed {run.seed}, form {run.form.name}")
    return verdict.good and not failures


def arguments():
    parser = argparse.ArgumentParser(prog="./dev chaos")
    parser.add_argument("--form", choices=FORMS, default="ci")
    parser.add_argument("--seed", type=int, default=None, help="replays a run's operations, faults and kills")
    return parser.parse_args()


def main():
    given = arguments()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1 << 32)
    form, directory, started = FORMS[given.form], tempfile.mkdtemp(prefix="tollgate-chaos-"), time.monotonic()
    say(f"chaos, form {form.name}, seed {seed}: {form.clients} clients, {form.kills} kills, {form.stops} stops")
    say(f"again with: ./dev chaos --form {form.name} --seed {seed}")
    run = Run(form, seed, directory)
    try:
        asyncio.run(run.rage())
        run.settle()
        evidence = run.evidence()
        good = conclude(run, evidence)
    finally:
        run.close()
    say(f"{time.monotonic() - started:.0f} s")
    if good:
        shutil.rmtree(directory)
    else:
        evidence.save(f"{directory}/evidence.json")
        say(f"logs, configuration, ledger and evidence.json stay in {directory}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
