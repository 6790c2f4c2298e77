# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""No secret gets out: after requests of every kind, good and bad, all that the gateway wrote or answered is searched
for every secret that took part, as it is and encoded. The search itself is shown to find what is planted."""

import base64
import gzip
import json
import socket
import ssl
import urllib.parse
from pathlib import Path

import pytest

import certificates
import raw
import stack
from leaks import admin_pages, files_below, found

CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=" + stack.API_VERSION
BODY = b'{"messages":[{"role":"user","content":"hi"}]}'
STREAM = b'{"messages":[{"role":"user","content":"hi"}],"stream":true}'
STRANGERS_KEY = "sk-stranger-5f0c2d7e9b31"
COGNITIVE = "https://cognitiveservices.azure.com"


def backends(facts):
    """Further backends by name: the credential of each."""
    application = f"tenant_id: {facts['tenant']}, client_id: {facts['gateway']['client_id']}"
    proofs = facts["gateway_proofs"]
    return {
        "passing": "pass_through: {}",
        "certified": f"client_certificate: {{{application}, certificate: \"{proofs['certificates'][0]['file']}\"}}",
        "federated": f"workload_identity: {{{application}, token_file: \"{proofs['federated_token_file']}\"}}"}


class SecretGateway(stack.Gateway):
    """A talkative gateway that takes every kind of caller and proves itself in every way that needs a secret."""

    def __init__(self, simulator, directory):
        self.authority = certificates.Authority(directory / "certificates")
        self.tls_key = self.authority.issue("server", "/CN=gateway", "DNS:localhost", "serverAuth")
        super().__init__(simulator, directory, changes=self.changes(simulator), environment={"TOLLGATE_LOG": "debug"})

    def changes(self, simulator):
        endpoint = simulator.resource("contoso-eastus")["endpoint"]
        credentials = backends(simulator.facts)
        more = "".join(f'  - {{name: {name}, endpoint: "{endpoint}", credential: {{{credential}}}}}\n'
                       for name, credential in credentials.items())
        models = "".join(f"  - {{name: by-{name}, targets: [{{backend: {name}, deployment: gpt-4.1-mini}}]}}\n"
                         for name in credentials)
        tls = self.authority.listener_tls(*self.tls_key)
        return (("  entra: {", "  pass_through: {}\n  entra: {"),
                ('[{address: "127.0.0.1:0"}]', f'[{{address: "127.0.0.1:0"}}, {{address: "127.0.0.1:0", {tls}}}]'),
                ("  - name: impatient\n", "  - name: by-certificate\n    certificates: {subjects: [CN=own]}\n"
                                          "  - name: impatient\n"),
                ("backends:\n", "backends:\n" + more), ("models:\n", "models:\n" + models))


@pytest.fixture
def gateway(simulator, tmp_path):
    simulator.reset()
    running = SecretGateway(simulator, tmp_path)
    yield running
    if running.process.running():
        assert running.stop() == 0


def signature(token):
    return token.rsplit(".", 1)[1]


def bearer(token):
    return f"Authorization: Bearer {token}"


def ask(gateway, replies, data):
    with raw.connect(*gateway.host_port) as sock:
        sock.sendall(data)
        sock.settimeout(20)
        answer = raw.read_all(sock)[0]
    replies.append(answer)
    return int(answer.split()[1]) if answer else 0


def chat(gateway, replies, *fields, body=BODY, path=CHAT):
    return ask(gateway, replies, raw.post(path, body, *fields, "Connection: close"))


def good_requests(gateway, replies, tokens):
    key = f"api-key: {stack.RETAIL_KEY}"
    embeddings = CHAT.replace("gpt-4o/chat/completions", "text-embedding-3-small/embeddings")
    statuses = [
        chat(gateway, replies, key), chat(gateway, replies, bearer(stack.ROLLOVER_KEY)),
        chat(gateway, replies, key, body=STREAM), chat(gateway, replies, bearer(tokens["caller"])),
        chat(gateway, replies, bearer(tokens["passed on"]), path=CHAT.replace("gpt-4o", "by-passing")),
        chat(gateway, replies, bearer(tokens["caller"]), path=CHAT.replace("gpt-4o", "by-certified")),
        chat(gateway, replies, bearer(tokens["caller"]), path=CHAT.replace("gpt-4o", "by-federated")),
        chat(gateway, replies, "x-client-id: legacy-batch"),
        chat(gateway, replies, key, path=embeddings, body=b'{"input":"hi"}'),
        chat(gateway, replies, key, path="/openai/v1/responses", body=b'{"model":"team-gpt51","input":"hi"}')]
    assert statuses == [200] * len(statuses)
    return len(statuses) + over_tls(gateway, replies)


def over_tls(gateway, replies):
    """One chat whose only proof is a certificate."""
    context = ssl.create_default_context(cafile=gateway.authority.ca)
    context.load_cert_chain(*gateway.authority.issue("own", "/CN=own", "DNS:own.internal", "clientAuth"))
    address = gateway.process.ready_line.split("listeners=")[1].split()[0].split(",")[1]
    with socket.create_connection(("127.0.0.1", int(address.split(":")[1])), timeout=20) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as sock:
            sock.sendall(raw.post(CHAT, BODY, "Connection: close"))
            replies.append(raw.read_all(sock)[0])
    assert replies[-1].split()[1] == b"200"
    return 1


def refused_requests(gateway, replies, tokens):
    key, query = f"api-key: {stack.RETAIL_KEY}", f"&api-key={stack.RETAIL_KEY}"
    statuses = [
        chat(gateway, replies), chat(gateway, replies, f"api-key: {STRANGERS_KEY}"),
        chat(gateway, replies, bearer(STRANGERS_KEY)), chat(gateway, replies, key, bearer(tokens["caller"])),
        chat(gateway, replies, key, key), chat(gateway, replies, bearer(tokens["forged"])),
        chat(gateway, replies, bearer(tokens["expired"])), chat(gateway, replies, "Cookie: " + STRANGERS_KEY),
        chat(gateway, replies, path=CHAT + query), chat(gateway, replies, key, path=f"/{stack.RETAIL_KEY}{query}"),
        chat(gateway, replies, key, path=CHAT.replace("gpt-4o", stack.RETAIL_KEY)),
        chat(gateway, replies, key, f"X-Bad: {STRANGERS_KEY}\x01"), chat(gateway, replies, key, "Content-Length: 1"),
        chat(gateway, replies, key, body=b"{" + stack.RETAIL_KEY.encode()),
        ask(gateway, replies, f"{stack.RETAIL_KEY} / HTTP/1.1\r\nHost: gw\r\n{key}\r\nConnection: close\r\n\r\n".encode()),
        ask(gateway, replies, f"GET / HTTP/1.1\r\n{key}\r\n{key}: \r\n\r\n".encode())]
    assert 200 not in statuses and 0 not in statuses, statuses
    return statuses


def failing_requests(gateway, replies):
    """Backends, issuers and Azure Monitor that fail while secrets are on their way to them."""
    key = f"api-key: {stack.RETAIL_KEY}"
    for behaviour in ({"status": 500}, {"reset_at": "before_head"}, {"status": 429}):
        gateway.simulator.fault("resource", behaviour, count=1)
        chat(gateway, replies, key)
    gateway.simulator.clear_faults()
    gateway.simulator.fault("ingestion", {"status": 403}, count=2)
    # Until the throttled target has rested, requests are refused and have no record.
    stack.wait_until(lambda: chat(gateway, replies, key) == 200, "the target to be back", 60)
    stack.wait_until(lambda: "exporter.failed" in gateway.process.log_path.read_text(), "a failed delivery")
    gateway.simulator.clear_faults()


def everything(gateway, replies):
    """All that left the process, by place. The ledger is read while it is open and once it is closed."""
    places = {f"reply {number}": data for number, data in enumerate(replies)}
    places |= admin_pages(gateway)
    places |= {f"open ledger/{name}": data for name, data in files_below(gateway.directory / "ledger").items()}
    places["command line"] = Path(f"/proc/{gateway.process.pid}/cmdline").read_bytes()
    for command in (("records",), ("usage", "--by", "client,model"), ("check",)):
        done = gateway.command(*command)
        places["tollgate " + command[0]] = (done.stdout + done.stderr).encode()
    assert gateway.stop() == 0
    places |= {f"closed ledger/{name}": data for name, data in files_below(gateway.directory / "ledger").items()}
    places["log"] = gateway.process.log_path.read_bytes()
    places["standard output"] = gateway.process.ready_line.encode()
    places["rows at Azure Monitor"] = json.dumps(gateway.simulator.rows()).encode()
    places |= {f"core {path}": b"a core file, unread" + path.read_bytes() for path in gateway.directory.glob("core*")}
    return places


def private_key(path):
    """The text of a PEM file's private key, without its line breaks."""
    text = Path(path).read_text()
    return "".join(text.split("PRIVATE KEY-----")[1].split("-----END")[0].split())


def secrets_of(gateway, tokens):
    facts = gateway.simulator.facts
    proofs = facts["gateway_proofs"]
    out = {"client key": stack.RETAIL_KEY, "roll-over key": stack.ROLLOVER_KEY, "stranger's key": STRANGERS_KEY,
           "client secret": facts["gateway"]["client_secret"], "listener's key": private_key(gateway.tls_key[1]),
           "certificate's key": private_key(proofs["certificates"][0]["file"]),
           "federated token": signature(Path(proofs["federated_token_file"]).read_text().strip())}
    for resource in facts["resources"]:
        out |= {f"{resource['name']} key1": resource["key1"], f"{resource['name']} key2": resource["key2"]}
    # Header and payload of a token are no secret by themselves, and parts of them stand in records
    # on purpose.
    out |= {f"token: {name}": signature(token) for name, token in tokens.items()}
    for number, request in enumerate(gateway.simulator.requests()):
        value = dict((name.lower(), text) for name, text in request["headers"]).get("authorization", "")
        if value.count(".") == 2:
            out[f"token sent to a backend, {number}"] = signature(value)
    return out


def test_no_secret_gets_out(gateway, simulator):
    tokens = {"caller": simulator.token(), "passed on": simulator.token(audience=COGNITIVE, version=1),
              "forged": simulator.token(bad_signature=True), "expired": simulator.token(lifetime_s=-4000)}
    replies = []
    good = good_requests(gateway, replies, tokens)
    refused_requests(gateway, replies, tokens)
    failing_requests(gateway, replies)
    gateway.settled_records(good + 4)
    secrets = secrets_of(gateway, tokens)
    places = everything(gateway, replies)

    # The search looks at the right things: each place holds what belongs there.
    assert b"retail-chatbot" in places["tollgate records"] and b"tollgate_requests_total" in places["admin /metrics"]
    assert any(b"retail-chatbot" in data for name, data in places.items() if name.startswith("open ledger/"))
    assert b"retail-chatbot" in places["closed ledger/ledger.db"] and b"retail-chatbot" in places["rows at Azure Monitor"]
    assert b"request.refused" in places["log"]
    assert sum(name.startswith("token sent to a backend") for name in secrets) >= 4
    assert len(secrets) >= 18 and len(places) >= 40

    assert found(secrets, places) == []


@pytest.mark.parametrize("form", ["plain", "base64", "base64 behind a word", "base64url", "hexadecimal", "percent", "escaped",
                                  "gzip"])
def test_the_search_finds_what_is_planted(form):
    secret = "sk-canary/0001+?>~ä"
    data = secret.encode()
    planted = {"plain": data, "base64": base64.b64encode(data),
               "base64 behind a word": base64.b64encode(b"Bearer " + data + b" and more"),
               "base64url": base64.urlsafe_b64encode(b"u:" + data), "hexadecimal": data.hex().encode(),
               "percent": urllib.parse.quote(secret, safe="").encode(),
               "escaped": secret.replace("/", "\\/").replace("+", "\\u002B").encode(),
               "gzip": gzip.compress(b"one line\n" + data)}[form]
    places = {"log": b"before " + planted + b" after", "ledger": b"\0\1\2" * 100}
    assert found({"canary": secret}, places) == [("canary", "log")]


def test_the_search_finds_a_planted_secret_in_copies_of_the_real_places(gateway, simulator):
    replies = []
    assert chat(gateway, replies, f"api-key: {stack.RETAIL_KEY}") == 200
    gateway.settled_records(1)
    places = everything(gateway, replies)
    canary = {"canary": "sk-canary-93be44715f0c"}
    assert found(canary, places) == []
    planted = base64.b64encode(canary["canary"].encode())
    for place in places:
        middle = len(places[place]) // 2
        copy = {**places, place: places[place][:middle] + planted + places[place][middle:]}
        assert found(canary, copy) == [("canary", place)]


def test_a_long_secret_is_found_by_any_of_its_pieces():
    token = signature("a.b." + base64.urlsafe_b64encode(bytes(range(256))).decode())
    for at in (0, 64, 128, 192):
        assert found({"token": token}, {"page": b"\0" * 10 + token[at:at + 64].encode() + b"\0"}) == [("token", "page")]
