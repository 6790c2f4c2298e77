# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""An egress proxy of the test's own: tunnels by CONNECT, and notes whom it was asked for."""

import base64
import selectors
import socket
import threading

DOMAIN = ".azure.example"  # nobody resolves it: who gets there came through the proxy


class ConnectProxy:
    """Knows the names below DOMAIN, all on this host; asks for a user where one is given."""

    def __init__(self, credential=""):
        self.credential = credential
        self.asked = []  # "host:port" of each tunnel that was opened
        self.refused = []  # the request line of what was not
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def hosts(self):
        return {target.rpartition(":")[0] for target in self.asked}

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            line, *fields = head.decode().split("\r\n")
            method, target, _ = line.split(" ")
            host, _, port = target.rpartition(":")
            if method != "CONNECT" or not (host.endswith(DOMAIN) or host == "0.0.0.0"):
                self.refused.append(line)
                return client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            wanted = "Proxy-Authorization: Basic " + base64.b64encode(self.credential.encode()).decode()
            if self.credential and wanted.lower() not in (field.lower() for field in fields):
                self.refused.append(line)
                return client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            self.asked.append(target)
            with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self.tunnel(client, server)

    @staticmethod
    def tunnel(client, server):
        """Until either side has said all, which is the end of a TLS connection."""
        other = {client: server, server: client}
        with selectors.DefaultSelector() as ready:
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    try:
                        piece = key.fileobj.recv(65536)
                        if not piece:
                            return
                        other[key.fileobj].sendall(piece)
                    except OSError:
                        return

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
