# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The second half of `./dev demo`: a caller hangs up, a backend refuses, Azure Monitor is away, the gateway is
killed; after each, what its records say beside what the provider billed."""

import json
import urllib.request

import callers
import stack

LONG = {"x-sim": json.dumps({"chunks": 40, "chunk_delay_ms": 20})}


class Account:
    """The records and the bill since the last look."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.seen = {record["RecordId"] for record in gateway.records()}
        self.billed = len(gateway.simulator.bill())

    def records(self, count):
        """The new records, once there are as many and none is under way."""
        def enough():
            new = [r for r in self.gateway.records() if r["RecordId"] not in self.seen]
            return new if len(new) >= count else None
        found = stack.wait_until(enough, f"{count} new records", 30)
        self.seen.update(record["RecordId"] for record in found)
        return found

    def bill(self):
        entries = self.gateway.simulator.bill(5)[self.billed:]
        self.billed += len(entries)
        return [entry for entry in entries if entry["charged"]]


def readiness(gateway):
    with urllib.request.urlopen(gateway.admin + "/readyz", timeout=10) as answer:
        return json.loads(answer.read())


def with_second_target(text):
    """gpt-4o on a second backend, tried when the first refuses."""
    old = "{name: gpt-4o, targets: [{backend: sweden-ptu, deployment: gpt-4o-ptu}]}"
    assert old in text
    return text.replace(old, "{name: gpt-4o, targets: [{backend: sweden-ptu, deployment: gpt-4o-ptu, priority: 1}, "
                             "{backend: eastus, priority: 2}]}")


class Troubles:
    def __init__(self, gateway, heading, show):
        self.gateway, self.simulator = gateway, gateway.simulator
        self.heading, self.show = heading, show
        self.account = Account(gateway)

    def ask(self, **more):
        return callers.azure_key(self.gateway).chat.completions.create(
            model="gpt-4o", messages=callers.MESSAGES, **more)

    def abort(self):
        self.heading("a caller hangs up in the middle of its answer")
        stream = self.ask(stream=True, extra_headers=LONG)
        for _ in range(3):
            next(stream)
        stream.close()
        record, = self.account.records(1)
        entry, = self.account.bill()
        self.show("", f"record: {record['Outcome']}, {record['UsageBasis']}",
                  f"{record['TotalTokens']} tokens, billed {entry['total_tokens']}",
                  record["Outcome"] == "client_aborted" and record["TotalTokens"] == entry["total_tokens"])
        print("      the rest of the answer was read on without the caller: Azure bills it all the same")

    def failover(self):
        self.heading("a backend refuses, another one answers")
        assert self.gateway.stop() == 0
        self.gateway.config.write_text(with_second_target(self.gateway.config.read_text()))
        self.gateway.start()
        self.simulator.fault("resource", {"error": "ms_429"}, resource="contoso-sweden",
                             operation="ChatCompletions_Create")
        answer = self.ask()
        self.simulator.clear_faults()
        record, = self.account.records(1)
        self.account.bill()
        self.show("python/Azure", "the caller got its answer", f"{answer.usage.total_tokens} tokens", True)
        self.show("", f"record: served by {record['Backend']}, {len(record['Attempts'])} attempts",
                  f"{record['TotalTokens']} tokens",
                  record["Backend"] == "eastus" and record["TotalTokens"] == answer.usage.total_tokens)

    def outage(self):
        self.heading("Azure Monitor is away")
        self.simulator.fault("ingestion", {"status": 503})
        for _ in range(3):
            self.ask()
        records = self.account.records(3)
        self.account.bill()
        stack.wait_until(lambda: any(u["status"] == 503 for u in self.simulator.uploads()), "a failed upload")
        ids = {record["RecordId"] for record in records}
        arrived = ids & {row["RecordId"] for row in self.simulator.rows()}
        self.show("", "meanwhile: answered and recorded, delivered", f"{len(records)}, {len(arrived)}", not arrived)
        self.show("", "the gateway stays ready", str(readiness(self.gateway)["ready"]).lower(),
                  readiness(self.gateway)["ready"])
        self.simulator.clear_faults()

        def delivered():
            return ids <= {row["RecordId"] for row in self.simulator.rows()}
        stack.wait_until(delivered, "the rows", 60)
        self.show("", "Azure Monitor is back: delivered", str(len(ids)), True)

    def kill(self):
        self.heading("the gateway is killed (SIGKILL) in the middle of an answer")
        whole = self.ask().usage.total_tokens
        stream = self.ask(stream=True, extra_headers=LONG)
        next(stream)
        self.gateway.process.kill()
        self.gateway.start()
        records = {record["Outcome"]: record for record in self.account.records(2)}
        billed = sum(entry["total_tokens"] for entry in self.account.bill())
        self.show("", "the answer before it: in the ledger", f"{records['completed']['TotalTokens']} tokens",
                  records["completed"]["TotalTokens"] == whole)
        cut = records["interrupted"]
        self.show("", f"the answer it cut: {cut['Outcome']}, {cut['UsageReason'] or cut['UsageBasis']}",
                  "tokens unknown" if cut["TotalTokens"] is None else f"{cut['TotalTokens']} tokens", True)
        print(f"      the provider bills {billed} for both: a cut answer is never a silent zero, its record says that "
              "the number is unknown")

    def all(self):
        self.abort()
        self.failover()
        self.outage()
        self.kill()
