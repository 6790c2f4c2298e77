# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Real stores for replicas: Redis, Valkey, a cluster of three, and a link that can be cut, slowed or made to lie."""

import socket
import subprocess
import threading
import time
from pathlib import Path

import stack

REDIS = "/usr/bin/redis-server"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answers:
    """One connection that asks a server and reads its answers (RESP2)."""

    def __init__(self, port, seconds=10.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.file = self.socket.makefile("rb")

    def ask(self, *words):
        parts = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self.read() for _ in range(int(rest))]
        return rest.decode()

    def close(self):
        self.file.close()
        self.socket.close()


class Store:
    """One server in memory alone. `program`: Redis or Valkey."""

    def __init__(self, directory, *options, program=REDIS, port=None):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.program, self.options, self.port = program, options, port or free_port()
        self.child = None
        self.start()

    def start(self):
        log = open(self.directory / "store.log", "ab")
        self.child = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--dir", str(self.directory), "--maxmemory-policy", "noeviction", *map(str, self.options)],
            stdout=log, stderr=log)
        log.close()
        stack.wait_until(self.answers, "the store to answer")

    def answers(self):
        try:
            return self.ask("PING") == "PONG"
        except (OSError, RuntimeError):
            return False

    def ask(self, *words):
        connection = Answers(self.port)
        try:
            return connection.ask(*words)
        finally:
            connection.close()

    def kill(self):
        """As a power cut: nothing of it is kept."""
        self.child.kill()
        self.child.wait(timeout=10)

    stop = kill


class Cluster:
    """Three primaries that share the slots."""

    def __init__(self, directory):
        self.nodes = [Store(Path(directory) / f"node-{number}", "--cluster-enabled", "yes", "--cluster-port", free_port(),
                            "--cluster-node-timeout", 2000) for number in range(3)]
        first, *others = self.nodes
        ports = [option for option in (node.options[3] for node in self.nodes)]
        for node, bus in zip(others, ports[1:]):
            first.ask("CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        for number, node in enumerate(self.nodes):
            node.ask("CLUSTER", "ADDSLOTSRANGE", number * 5461, 16383 if number == 2 else number * 5461 + 5460)
        stack.wait_until(lambda: all("cluster_state:ok" in node.ask("CLUSTER", "INFO") and
                                     "cluster_known_nodes:3" in node.ask("CLUSTER", "INFO") for node in self.nodes),
                         "the cluster to agree")

    @property
    def port(self):
        return self.nodes[0].port

    def owner_of(self, slot):
        ids = {node.ask("CLUSTER", "MYID"): node for node in self.nodes}
        for low, high, primary, *_ in self.nodes[0].ask("CLUSTER", "SLOTS"):
            if low <= slot <= high:
                return ids[primary[2]]
        raise LookupError(f"nobody has slot {slot}")

    def keys(self):
        return [key for node in self.nodes for key in node.ask("KEYS", "*")]

    def move(self, slot, pause=0.0):
        """Moves a slot to another node while it is in use. `pause`: seconds between its keys, which are asked for on
        both nodes meanwhile."""
        source = self.owner_of(slot)
        target = next(node for node in self.nodes if node is not source)
        source_id, target_id = source.ask("CLUSTER", "MYID"), target.ask("CLUSTER", "MYID")
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", source_id)
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", target_id)
        while keys := source.ask("CLUSTER", "GETKEYSINSLOT", slot, 1):
            source.ask("MIGRATE", "127.0.0.1", target.port, keys[0], 0, 5000)
            time.sleep(pause)
        for node in (target, source, *self.nodes):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", target_id)

    def kill(self):
        for node in self.nodes:
            node.kill()

    stop = kill


class Link:
    """Stands between a gateway and a store; told what to do with each byte: `pass`, `cut` (connections end and new ones
    are refused), `silent` (nothing arrives, nothing ends), `slow` (so many seconds later), or an error that answers
    whatever is asked, such as "LOADING the dataset"."""

    def __init__(self, port):
        self.target, self.how, self.delay, self.error = port, "pass", 0.0, ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def passes(self):
        self.how = "pass"

    def silent(self):
        self.how = "silent"

    def slow(self, seconds):
        self.delay, self.how = seconds, "slow"

    def says(self, error):
        self.error, self.how = error, "error"

    def cut(self):
        self.how = "cut"
        self.end_all()

    def end_all(self):
        with self.lock:
            for one in self.open:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.how == "cut":
                client.close()
                continue
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        with self.lock:
            self.open |= {client, server}
        back = threading.Thread(target=self.carry, args=(server, client, None), daemon=True)
        back.start()
        self.carry(client, server, client)
        back.join()
        with self.lock:
            self.open -= {client, server}
        client.close()
        server.close()

    def carry(self, source, target, asker):
        """`asker`: whom an error is told; None: these are the store's answers."""
        try:
            while data := source.recv(65536):
                while self.how == "silent":
                    time.sleep(0.01)
                if self.how == "slow":
                    time.sleep(self.delay)
                if self.how == "error":
                    if asker:
                        # A call begins with its number of words; each is one line of this shape.
                        calls = sum(1 for line in data.split(b"\r\n") if line[:1] == b"*")
                        asker.sendall(b"-%s\r\n" % self.error.encode() * calls)
                    continue
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.listener.close()
        self.how = "cut"
        self.end_all()
