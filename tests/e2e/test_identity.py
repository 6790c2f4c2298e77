# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Who a caller is: client certificates, Entra applications and users, pass-through, and keys the program makes."""

import hashlib
import re
import ssl
import subprocess

import openai
import pytest

import callers
import certificates
import stack

COGNITIVE = "https://cognitiveservices.azure.com"
ADMINS = "00000000-0000-0000-0000-0000000000a1"
PAYING = "  - name: impatient\n"  # new clients go before this one


def record_of(gateway, client):
    """One chat of that client; its record."""
    client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    return gateway.settled_records(1)[-1]


@pytest.fixture
def start_gateway(simulator, tmp_path):
    simulator.reset()
    started = []

    def start(*changes):
        started.append(stack.Gateway(simulator, tmp_path, changes=changes))
        return started[-1]

    yield start
    for gateway in started:
        assert gateway.stop() == 0, gateway.process.log_path.read_text()


def who(record):
    return record["ClientName"], record["AuthMethod"], record["CallerProof"]


@pytest.fixture
def authority(tmp_path):
    return certificates.Authority(tmp_path / "certificates")


def without_key(request):
    del request.headers["api-key"]


def sdk_over_tls(gateway, authority, own=None, key=None, **headers):
    """The SDK with a client certificate, or none; without a key of its own none is sent, which the SDK cannot do."""
    context = ssl.create_default_context(cafile=authority.ca)
    if own is not None:
        context.load_cert_chain(*own)
    hooks = {"request": [without_key] if key is None else []}
    url = gateway.url.replace("http://127.0.0.1", "https://localhost")
    return openai.AzureOpenAI(azure_endpoint=url, api_key=key or "unused", api_version=stack.API_VERSION,
                              max_retries=0, default_headers=headers,
                              http_client=openai.DefaultHttpxClient(verify=context, event_hooks=hooks))


def test_certificates_are_a_credential_and_make_the_header_proof(start_gateway, authority):
    certificate, key = authority.issue("server", "/CN=gateway", "DNS:localhost", "serverAuth")
    batch = authority.issue("batch", "/O=Contoso, Ltd/CN=batch", "DNS:batch.internal", "clientAuth")
    proxy = authority.issue("proxy", "/CN=proxy", "URI:spiffe://contoso/proxy", "clientAuth")
    printed = subprocess.run(["openssl", "x509", "-in", batch[0], "-noout", "-subject", "-nameopt", "RFC2253"],
                             check=True, capture_output=True, text=True).stdout
    subject = printed.strip().removeprefix("subject=")
    gateway = start_gateway(
        ('address: "127.0.0.1:0"', f'address: "127.0.0.1:0", {authority.listener_tls(certificate, key)}'),
        ("trusted_networks: [127.0.0.0/8]", 'trusted_certificates: {uris: ["spiffe://contoso/proxy"]}'),
        (PAYING, f"  - name: batch\n    certificates: {{subjects: ['{subject}']}}\n{PAYING}"))
    record = record_of(gateway, sdk_over_tls(gateway, authority, batch))
    assert who(record) == ("batch", "client_certificate", "verified")
    assert record["CallerCustomId"] == f"subject:{subject}"
    claim = {"x-client-id": "legacy-batch"}  # anybody may write it; only the proxy's certificate makes it proof
    for own, key in ((proxy, None), (batch, None), (None, stack.RETAIL_KEY)):
        client = sdk_over_tls(gateway, authority, own, key, **claim)
        client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    with pytest.raises(openai.AuthenticationError):
        record_of(gateway, sdk_over_tls(gateway, authority, **claim))
    records = gateway.settled_records(4)
    assert sorted(who(r) for r in records) == [
        ("batch", "client_certificate", "verified"), ("batch", "client_certificate", "verified"),
        ("legacy-batch", "custom_header", "verified"), ("retail-chatbot", "api_key", "verified")]


def entra_clients(simulator):
    app = simulator.facts["callers"][0]["app_id"]
    return (f'entra: {{app_ids: ["{app}"]}}',
            f'entra: {{app_ids: ["{app}"], token_type: app}}\n'
            f'  - {{name: research-users, entra: {{app_ids: ["{app}"], token_type: user}}}}\n'
            f"  - {{name: by-role, entra: {{roles: [Gateway.Special]}}}}\n"
            f'  - {{name: by-group, entra: {{groups: ["{ADMINS}"], token_type: user}}}}')


@pytest.mark.parametrize("version", [1, 2])
def test_applications_users_roles_and_groups_are_told_apart(start_gateway, simulator, version):
    gateway = start_gateway(entra_clients(simulator))
    stranger = "00000000-0000-0000-0000-0000000000cc"
    wishes = {
        "data-science": {},
        "research-users": {"claims": {"scp": "user_impersonation"}},
        "by-role": {"app_id": stranger, "claims": {"roles": ["Other", "Gateway.Special"]}},
        "by-group": {"app_id": stranger, "claims": {"scp": "x", "groups": [ADMINS]}},
    }
    for wish in wishes.values():
        client = callers.azure_token(gateway, simulator.token(version=version, **wish))
        client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    records = gateway.settled_records(len(wishes))
    assert {who(r) for r in records} == {(name, "entra", "verified") for name in wishes}
    assert {r["CallerTenantId"] for r in records} == {simulator.facts["tenant"]}
    assert {r["ClientName"] for r in records if r["CallerAppId"] == stranger} == {"by-role", "by-group"}
    for wish in ({"app_id": stranger}, {"app_id": stranger, "claims": {"groups": [ADMINS]}}):
        with pytest.raises(openai.PermissionDeniedError):
            record_of(gateway, callers.azure_token(gateway, simulator.token(version=version, **wish)))


def test_a_users_token_needs_the_scope_and_every_token_the_role(start_gateway, simulator):
    gateway = start_gateway(('audiences: ["api://tollgate"]',
                             'audiences: ["api://tollgate"], required_role: Gateway.Invoke, '
                             'required_scope: Gateway.Use'))
    role = {"roles": ["Gateway.Invoke"]}
    for claims, allowed in ((role, True), ({**role, "scp": "Gateway.Use"}, True), ({**role, "scp": "Other"}, False),
                            ({}, False), ({"scp": "Gateway.Use"}, False)):
        client = callers.azure_token(gateway, simulator.token(claims=claims))
        if allowed:
            client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
            continue
        with pytest.raises(openai.PermissionDeniedError):
            client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    assert len(gateway.settled_records(2)) == len(simulator.requests()) == 2


def test_pass_through_records_what_the_backend_thought_of_the_token(start_gateway, simulator):
    gateway = start_gateway(("  entra: {", "  pass_through: {}\n  entra: {"),
                            ("credential: {managed_identity: {}}", "credential: {pass_through: {}}"))
    good = simulator.token(audience=COGNITIVE, version=1)
    forged = simulator.token(audience=COGNITIVE, version=1, bad_signature=True)
    record = record_of(gateway, callers.azure_token(gateway, good))
    assert who(record) == ("data-science", "entra", "backend_accepted")
    assert record["CallerAppId"] == simulator.facts["callers"][0]["app_id"] and record["CallerObjectId"]
    with pytest.raises(openai.AuthenticationError):
        record_of(gateway, callers.azure_token(gateway, forged))
    refused = next(r for r in gateway.settled_records(2) if r["RecordId"] != record["RecordId"])
    assert who(refused) == ("data-science", "entra", "asserted")
    assert (refused["StatusCode"], refused["UsageBasis"]) == (401, "none")
    sent = [dict((n.lower(), v) for n, v in r["headers"])["authorization"] for r in simulator.requests()]
    assert sent == [f"Bearer {good}", f"Bearer {forged}"]
    with pytest.raises(openai.PermissionDeniedError):  # eastus has a key of the gateway's own
        callers.azure_token(gateway, forged).chat.completions.create(model="gpt-4.1-mini", messages=callers.MESSAGES)
    assert len(simulator.requests()) == 2


def test_a_stored_object_is_its_makers_alone(gateway, simulator):
    made = callers.plain(gateway).responses.create(model="team-gpt51", input="hi")
    assert callers.plain(gateway).responses.retrieve(made.id).id == made.id
    reached = len(simulator.requests())
    stranger = callers.plain(gateway, simulator.token())
    with pytest.raises(openai.PermissionDeniedError):
        stranger.responses.retrieve(made.id)
    with pytest.raises(openai.PermissionDeniedError):
        stranger.responses.create(model="team-gpt51", input="and?", previous_response_id=made.id)
    assert len(simulator.requests()) == reached


def make_key(*arguments, given=None):
    return subprocess.run([stack.BINARIES / "tollgate", "key", *arguments], input=given, timeout=20,
                          capture_output=True, text=True)


def test_the_program_makes_keys_that_work(start_gateway):
    done = make_key("spare")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    key, entry = lines
    assert re.fullmatch(r"tollgate_[\w-]{43}", key) and done.stdout.count(key) == 1
    assert entry == f"- {{name: spare, sha256: {hashlib.sha256(key.encode()).hexdigest()}}}"
    assert make_key("spare").stdout != done.stdout
    gateway = start_gateway(("    api_keys:\n", f"    api_keys:\n      {entry}\n"))
    for client in (callers.azure_key(gateway, key), callers.plain(gateway, key)):
        client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    assert {who(r) for r in gateway.settled_records(2)} == {("retail-chatbot", "api_key", "verified")}
    assert key not in gateway.config.read_text()


def test_a_key_that_exists_is_hashed_and_not_shown():
    done = make_key("old", "--existing", given="sk-existing\n")
    assert done.returncode == 0 and "sk-existing" not in done.stdout
    assert f"sha256: {hashlib.sha256(b'sk-existing').hexdigest()}" in done.stdout
    for arguments, given in ((("old", "--existing"), "\n"), (("old", "--existing"), "two words\n"), (("a b",), None)):
        refused = make_key(*arguments, given=given)
        assert refused.returncode == 1 and refused.stdout == "" and refused.stderr.startswith("tollgate: ")
