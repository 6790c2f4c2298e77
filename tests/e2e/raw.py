# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Requests as bytes, for what no client library would send."""

import socket
import ssl


def connect(host, port, ca=None):
    plain = socket.create_connection((host, port), timeout=20)
    if ca is None:
        return plain
    return ssl.create_default_context(cafile=ca).wrap_socket(plain, server_hostname="localhost")


def post(path, body, *fields, host="gw"):
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def read_all(sock):
    """Everything until the other side closes; None marks a connection that was reset."""
    data = b""
    try:
        while piece := sock.recv(65536):
            data += piece
    except ConnectionResetError:
        return data, False
    return data, True


def read_response(sock):
    """One response off a kept-alive connection: status, fields in lower case, and the body without framing."""
    stream = sock.makefile("rb")
    status = int(stream.readline().split()[1])
    fields = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, value = line.decode("latin-1").split(":", 1)
        fields[name.lower()] = value.strip()
    if status < 200:
        return read_response(sock)
    if fields.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(stream.readline().split(b";")[0], 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
        return status, fields, body
    if "content-length" in fields:
        return status, fields, stream.read(int(fields["content-length"]))
    return status, fields, stream.read()
