# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""HTTP/1.1 as bytes, for clients that misbehave: the end of an answer is found, and nothing else is judged."""

import asyncio
import re
import socket
import struct

KEPT_BYTES = 8192             # of an answer's body: enough to find its id in


def request_bytes(method, path, fields, body):
    lines = [f"{method} {path} HTTP/1.1", "Host: gateway", *fields]
    if body or method == "POST":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class AnswerReader:
    """Takes an answer's bytes as they come and knows when it is whole."""

    def __init__(self):
        self.status = 0
        self.whole = False
        self.body = b""           # its beginning
        self.closes = False       # the connection ends with it
        self._buffer = b""
        self._left = None         # of the body or the chunk; None: the head is still to come
        self._chunked = False

    def feed(self, data):
        self._buffer += data
        while not self.whole and self._step():
            pass

    def at_end_of_stream(self):
        """The connection ended in order: an answer without length or chunks is whole then."""
        if self.status and not self._chunked and self._left == -1:
            self.whole = True

    def _step(self):
        if self._left is None:
            return self._take_head()
        if self._chunked and self._left == 0:
            return self._take_chunk_head()
        return self._take_body()

    def _take_head(self):
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head, self._buffer = self._buffer[:end].lower(), self._buffer[end + 4:]
        status = int(head[9:12])
        if status < 200:
            return True
        self.status = status
        self.closes = b"\r\nconnection: close" in head
        self._chunked = b"\r\ntransfer-encoding: chunked" in head
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        self._left = 0 if self._chunked else int(length[1]) if length else 0 if status == 204 else -1
        self.whole = not self._chunked and self._left == 0
        return True

    def _take_chunk_head(self):
        match = re.match(rb"(?:\r\n)?([0-9a-f]+)\r\n", self._buffer)
        if not match:
            return False
        size = int(match[1], 16)
        if size == 0:
            self.whole = self._buffer[match.end():match.end() + 2] == b"\r\n"
            return False
        self._buffer, self._left = self._buffer[match.end():], size
        return True

    def _take_body(self):
        if not self._buffer:
            return False
        size = len(self._buffer) if self._left < 0 else min(self._left, len(self._buffer))
        self.body += self._buffer[:min(size, KEPT_BYTES - len(self.body))]
        self._buffer = self._buffer[size:]
        if self._left > 0:
            self._left -= size
            self.whole = not self._chunked and self._left == 0
        return not self.whole


class Connection:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port):
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, data, piece=0):
        """All at once, or the first writes as small as `piece`."""
        for _ in range(40 if piece else 0):
            self.writer.write(data[:piece])
            data = data[piece:]
            await self.writer.drain()
            await asyncio.sleep(0)
        self.writer.write(data)
        await self.writer.drain()

    def close(self, resets=False):
        if resets:
            linger = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort() if resets else self.writer.close()
