# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""How the gateway proves itself to a backend: each kind of credential once through the real binary."""

import base64
import json
import os
import shutil
from pathlib import Path

import openai
import pytest

import callers
import stack

RENEWAL = 1  # seconds after which Entra says that a token should be renewed, where a test waits for that


def claims_of(authorization):
    payload = authorization.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def sent_headers(simulator):
    """The headers of each request that reached a backend, names in lower case."""
    return [{name.lower(): value for name, value in request["headers"]} for request in simulator.requests()]


class CredentialGateway(stack.Gateway):
    """A gateway whose gpt-4o backend takes the given credential, in an environment of the test's. Its exporter uses
    the managed identity, so that Entra's token endpoint sees the backend's credential alone."""

    def __init__(self, simulator, directory, changes, environment):
        exporter = stack.exporter_credential(simulator.facts), "    credential: {managed_identity: {}}\n"
        super().__init__(simulator, directory, changes=[exporter, *changes], environment=environment)

    def chat(self, client=None):
        answer = (client or callers.azure_key(self)).chat.completions.create(
            model="gpt-4o", messages=callers.MESSAGES)
        assert answer.choices[0].message.content.startswith("Blue")

    def proof(self):
        """One chat; what the token that the backend got was given out for."""
        self.chat()
        headers = sent_headers(self.simulator)[-1]
        assert "api-key" not in headers and headers["authorization"].startswith("Bearer ")
        claims = claims_of(headers["authorization"])
        assert claims["aud"] == "https://cognitiveservices.azure.com"
        return claims["sim_proof"]

    def settled(self, count):
        records = stack.settle(self, count)
        assert {(r["Outcome"], r["UsageBasis"], r["Backend"]) for r in records} == {
            ("completed", "reported", "sweden-ptu")}
        return records

    def log(self):
        return self.process.log_path.read_text()

    def logged(self, event, at_least=0):
        return self.process.logged(event, at_least)


@pytest.fixture
def start_gateway(simulator, tmp_path):
    """Starts the test's gateway; it is stopped at the test's end."""
    simulator.reset()
    started = []

    def start(credential, environment=None, identity=None, audience=None):
        changes = [("credential: {managed_identity: {}}", f"credential: {{{credential}}}")]
        if identity is not None:
            changes.append((f"identity: {{imds_endpoint: \"{simulator.facts['imds']}\"}}", identity))
        if audience is not None:
            changes.append(('audiences: ["api://tollgate"]', f'audiences: ["{audience}"]'))
        started.append(CredentialGateway(simulator, tmp_path, changes, environment or {}))
        return started[-1]

    yield start
    for gateway in started:
        assert gateway.stop() == 0, gateway.log()
    simulator.clear_faults()


def application(simulator):
    return f"tenant_id: {simulator.facts['tenant']}, client_id: {simulator.facts['gateway']['client_id']}"


def application_environment(simulator, **more):
    return {"AZURE_TENANT_ID": simulator.facts["tenant"],
            "AZURE_CLIENT_ID": simulator.facts["gateway"]["client_id"],
            "AZURE_AUTHORITY_HOST": simulator.facts["entra"] + "/", **more}


def federated_environment(simulator, token_file=None):
    return application_environment(simulator, AZURE_FEDERATED_TOKEN_FILE=str(
        token_file or simulator.facts["gateway_proofs"]["federated_token_file"]))


def certificate(simulator, number):
    return simulator.facts["gateway_proofs"]["certificates"][number]


def app_service(simulator):
    facts = simulator.facts["managed_identity"]["app_service"]
    return {"IDENTITY_ENDPOINT": facts["endpoint"], "IDENTITY_HEADER": facts["header"]}


def app_service_2017(simulator):
    facts = simulator.facts["managed_identity"]["app_service"]
    return {"MSI_ENDPOINT": facts["endpoint"], "MSI_SECRET": facts["secret"]}


def test_a_client_secret(start_gateway, simulator):
    gateway = start_gateway(f"client_secret: {{{application(simulator)}, secret: {{env: E2E_GATEWAY_SECRET}}}}")
    assert gateway.proof() == "secret"
    gateway.settled(1)


@pytest.mark.parametrize("more", ["", ", algorithm: RS256", ", send_certificate_chain: true"])
def test_a_client_certificate(start_gateway, simulator, more):
    used = certificate(simulator, 0)
    gateway = start_gateway(f"client_certificate: {{{application(simulator)}, certificate: '{used['file']}'{more}}}")
    assert gateway.proof() == f"certificate {used['thumbprint']}"
    gateway.settled(1)


def test_workload_identity_from_the_environment_alone(start_gateway, simulator):
    gateway = start_gateway("workload_identity: {}", environment=federated_environment(simulator))
    assert gateway.proof().startswith("federated ")
    gateway.settled(1)


@pytest.mark.parametrize("service, environment", [("app_service", app_service), ("app_service_2017", app_service_2017)])
def test_a_managed_identity_of_app_service(start_gateway, simulator, service, environment):
    gateway = start_gateway("managed_identity: {}", environment=environment(simulator))
    assert gateway.proof() == service
    gateway.settled(1)


@pytest.mark.parametrize("which", ["client_id", "object_id", "resource_id"])
def test_a_user_assigned_identity_of_a_virtual_machine(start_gateway, simulator, which):
    facts = {**simulator.facts["gateway"], **simulator.facts["managed_identity"]}
    gateway = start_gateway(f"managed_identity: {{{which}: '{facts[which]}'}}", identity="identity: {}",
                   environment={"AZURE_POD_IDENTITY_AUTHORITY_HOST": simulator.facts["imds"] + "/"})
    assert gateway.proof() == "imds"
    gateway.settled(1)


@pytest.mark.parametrize("environment, expected, reason", [
    (lambda s: application_environment(s, AZURE_CLIENT_SECRET=s.facts["gateway"]["client_secret"]),
     "secret", "client_secret: "),
    (lambda s: application_environment(s, AZURE_CLIENT_CERTIFICATE_PATH=certificate(s, 1)["file"]),
     "certificate ", "client_certificate: "),
    (lambda s: {**federated_environment(s), "AZURE_TOKEN_CREDENTIALS": "prod"}, "federated ", "workload_identity: "),
    (lambda s: {**federated_environment(s), "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential"},
     "imds", "managed_identity: "),
    (app_service, "app_service", "managed_identity: ")])
def test_default_follows_azures_order_and_says_why(start_gateway, simulator, environment, expected, reason):
    gateway = start_gateway("default: {}", environment=environment(simulator))
    assert gateway.proof().startswith(expected)
    gateway.settled(1)
    said = gateway.logged("credential.default", 1)
    assert len(said) == 1 and said[0]["choice"].startswith(reason)


def test_default_that_cannot_be_decided_stops_the_start(start_gateway, simulator):
    gateway = start_gateway("default: {}")
    gateway.environment["AZURE_TOKEN_CREDENTIALS"] = "dev"
    check = gateway.command("check")
    assert check.returncode == 1
    assert "backends[0].credential.default cannot be decided: AZURE_TOKEN_CREDENTIALS" in check.stderr


def test_pass_through_sends_the_callers_own_token(start_gateway, simulator):
    audience = "https://cognitiveservices.azure.com"
    gateway = start_gateway("pass_through: {}", audience=audience)
    token = simulator.token(audience=audience, version=1)
    gateway.chat(callers.azure_token(gateway, token))
    assert sent_headers(simulator)[-1]["authorization"] == f"Bearer {token}"
    assert gateway.settled(1)[0]["ClientName"] == "data-science"
    with pytest.raises(openai.APIStatusError):
        gateway.chat(callers.plain(gateway))  # its bearer value is the gateway's own key
    assert len(simulator.requests()) == 1


def chat_until(gateway, condition, what):
    """Chats until the backend's tokens meet a condition; how many chats that took. None may fail."""
    count = 0

    def once():
        nonlocal count
        count += 1
        return condition(gateway.proof())

    stack.wait_until(once, what)
    return count


def test_a_renewed_certificate_is_used_without_a_reload(start_gateway, simulator, tmp_path):
    simulator.fault("entra", {"refresh_in": RENEWAL}, resource="token")
    old, renewed = certificate(simulator, 0), certificate(simulator, 1)
    path = tmp_path / "own.pem"
    shutil.copy(old["file"], path)
    gateway = start_gateway(f"client_certificate: {{{application(simulator)}, certificate: '{path}'}}")
    assert gateway.proof() == f"certificate {old['thumbprint']}"
    shutil.copy(renewed["file"], tmp_path / "next.pem")
    os.replace(tmp_path / "next.pem", path)
    count = chat_until(gateway, lambda proof: proof == f"certificate {renewed['thumbprint']}", "the new certificate")
    gateway.settled(1 + count)


def test_a_rotated_federated_token_is_used_without_a_reload(start_gateway, simulator, tmp_path):
    simulator.fault("entra", {"refresh_in": RENEWAL}, resource="token")
    path = tmp_path / "federated"
    path.write_text(simulator.token(federated={}))
    gateway = start_gateway("workload_identity: {}", environment=federated_environment(simulator, path))
    first = gateway.proof()
    path.write_text(simulator.token(federated={}) + "\n")
    count = chat_until(gateway, lambda proof: proof != first, "the new federated token")
    gateway.settled(1 + count)


def test_the_last_good_token_bridges_an_issuer_that_fails(start_gateway, simulator):
    simulator.fault("entra", {"refresh_in": RENEWAL}, resource="token", count=1)
    simulator.fault("entra", {"status": 503, "headers": {"Retry-After": "1"}}, resource="token")
    gateway = start_gateway("workload_identity: {}", environment=federated_environment(simulator))
    gateway.proof()
    count = chat_until(gateway, lambda _: len(gateway.logged("token.fetch_failed")) >= 3, "three failed renewals")
    tokens = {headers["authorization"] for headers in sent_headers(simulator)}
    assert len(tokens) == 1
    assert {entry["last_token"] for entry in gateway.logged("token.fetch_failed")} == {"still good"}
    simulator.clear_faults()
    count += chat_until(gateway, lambda _: sent_headers(simulator)[-1]["authorization"] not in tokens, "a new token")
    gateway.settled(1 + count)


def test_a_refused_credential_is_a_bad_gateway_and_named_by_code_alone(start_gateway, simulator):
    gateway = start_gateway(f"client_secret: {{{application(simulator)}, secret: {{env: E2E_ROLLOVER_KEY}}}}")
    with pytest.raises(openai.InternalServerError) as refused:
        gateway.chat()
    assert refused.value.status_code == 502 and simulator.requests() == []
    failed = gateway.logged("token.fetch_failed", 1)[0]
    assert (failed["error"], failed["detail"]) == ("unauthenticated", "the issuer answered 401, AADSTS7000215")
    assert stack.ROLLOVER_KEY not in gateway.log() and stack.ROLLOVER_KEY not in str(refused.value)


def test_no_credential_reaches_a_log(start_gateway, simulator, tmp_path):
    simulator.fault("entra", {"refresh_in": RENEWAL}, resource="token", count=1)
    simulator.fault("entra", {"status": 401, "body": json.dumps({
        "error": simulator.facts["gateway"]["client_secret"], "error_description": "AADSTS1: nothing"})}, resource="token")
    gateway = start_gateway("workload_identity: {}", environment={
        **federated_environment(simulator), **app_service(simulator),
        "AZURE_CLIENT_SECRET": simulator.facts["gateway"]["client_secret"]})
    gateway.proof()
    chat_until(gateway, lambda _: "AADSTS1" in gateway.log(), "a failed renewal")
    token = sent_headers(simulator)[-1]["authorization"].removeprefix("Bearer ")
    secrets = [Path(simulator.facts["gateway_proofs"]["federated_token_file"]).read_text(), token,
               token.split(".")[2], app_service(simulator)["IDENTITY_HEADER"],
               simulator.facts["gateway"]["client_secret"]]
    assert [secret for secret in secrets if secret in gateway.log()] == []
