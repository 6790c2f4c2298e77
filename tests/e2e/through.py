# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Requests of every kind through the gateway without a library between, so that a test sees the very bytes."""

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import urlparse

VERSION = "2025-04-01-preview"
ALL_GROUPS = """
operations:
  open: [inference, models, assistants, files, batches, vector_stores, fine_tuning]
  backend: eastus
"""

TEXT = {"model": "team-gpt51", "input": "hi"}


def chat(**more):
    return {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "What colour is the sky?"}], **more}


@dataclass
class Answer:
    status: int
    fields: dict = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True  # reached the end that its framing promised

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        """The object's own id, as the first event of a stream has it too."""
        try:
            return self.json.get("id", "")
        except ValueError:
            return ""


def send(gateway, method, path, body=None, client="legacy-batch", content_type="application/json", sim=None, **fields):
    """`path` begins with /openai; a body that is no bytes is sent as JSON. `fields` are header fields."""
    host, port = gateway.host_port
    connection = http.client.HTTPConnection(host, port, timeout=30)
    who = {} if client is None else {"x-client-id": client}
    head = {**who, **{name.replace("_", "-"): str(value) for name, value in fields.items()}}
    if sim is not None:
        head["x-sim"] = json.dumps(sim)
    if body is not None:
        head["content-type"] = content_type
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request(method, path, body, head)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()})
        try:
            answer.body = response.read()
        except http.client.IncompleteRead as cut:
            answer.body, answer.whole = cut.partial, False
        except ConnectionResetError:
            answer.whole = False
        return answer
    finally:
        connection.close()


def form(fields, boundary="----e2e-boundary"):
    """multipart/form-data of (name, value) or (name, (filename, bytes)): its bytes and content type."""
    out = b""
    for name, value in fields:
        filename, data = ("", value.encode()) if isinstance(value, str) else value
        extra = f'; filename="{filename}"' if filename else ""
        kind = "\r\nContent-Type: application/octet-stream" if filename else ""
        out += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{extra}{kind}\r\n\r\n').encode()
        out += data + b"\r\n"
    return out + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Family:
    """One of the URL families; `deployment` is for operations whose legacy path names one."""

    def __init__(self, name):
        self.name = name

    def path(self, operation, deployment=None, query=""):
        if self.name == "v1":
            return "/openai/v1" + operation + ("?" + query if query else "")
        inside = f"/deployments/{deployment}" if deployment else ""
        return f"/openai{inside}{operation}?api-version={VERSION}" + ("&" + query if query else "")


FAMILIES = [Family("v1"), Family("legacy")]
