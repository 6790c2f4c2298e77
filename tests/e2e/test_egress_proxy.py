# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What goes through an egress proxy, and what past it: backends, Entra ID, exporters, the platform."""

import re

import openai
import pytest

import callers
import stack
from connect_proxy import DOMAIN, ConnectProxy

USER = "tollgate:p&ss w0rd"


def start_gateway(simulator, directory, changes):
    """A gateway whose others have names that only the proxy knows, but for `localhost`."""
    # The last three are not read: a host's own settings must not lead credentials anywhere.
    return stack.Gateway(simulator, directory, changes=changes, environment={
        "E2E_PROXY_USER": USER, "HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1",
        "NO_PROXY": "*"})


@pytest.fixture
def proxies():
    made = {"own": ConnectProxy(USER), "backend": ConnectProxy()}
    yield made
    for proxy in made.values():
        proxy.stop()


def named(url, name):
    """The same place under a name that only the proxy knows."""
    return url.replace("https://localhost:", f"https://{name}{DOMAIN}:")


def gateway_setting(proxy, *excepted):
    return ("workers: 2,", f"""workers: 2, egress_proxy: {{url: "{proxy.url}", credential: {{env: E2E_PROXY_USER}},
  except: [{", ".join(excepted)}]}},""")


def backend_setting(endpoint, name, setting):
    return f'endpoint: "{endpoint}"', f'endpoint: "{name}"\n    egress_proxy: {setting}'


def chat(gateway, model, key=stack.RETAIL_KEY):
    return callers.azure_key(gateway, key).chat.completions.create(model=model, messages=callers.MESSAGES)


@pytest.fixture
def proxied(simulator, tmp_path, proxies):
    simulator.reset()
    sweden, eastus = (simulator.resource(name)["endpoint"] for name in ("contoso-sweden", "contoso-eastus"))
    facts = simulator.facts
    gateway = start_gateway(simulator, tmp_path, [
        gateway_setting(proxies["own"]),
        ("\nidentity: {", f'\nidentity: {{authority: "{named(facts["entra"], "entra")}", '),
        (sweden, named(sweden, "sweden")),
        backend_setting(eastus, named(eastus, "eastus"), f'{{url: "{proxies["backend"].url}"}}'),
        (facts["ingestion"], named(facts["ingestion"], "ingestion"))])
    yield gateway
    assert gateway.stop() == 0, gateway.process.log_path.read_text()


def test_every_service_is_reached_through_the_proxy_that_is_its_own(proxied, proxies, simulator):
    assert chat(proxied, "gpt-4o").usage.total_tokens > 0
    assert chat(proxied, "team-gpt51").usage.total_tokens > 0
    token = simulator.token()
    callers.azure_token(proxied, token).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    stack.delivered_rows(simulator, 3)
    own, backend = proxies["own"], proxies["backend"]
    assert own.hosts() == {f"sweden{DOMAIN}", f"entra{DOMAIN}", f"ingestion{DOMAIN}"}
    assert backend.hosts() == {f"eastus{DOMAIN}"}
    # The platform's identities and the keys of callers' tokens, both on loopback, went past.
    assert own.refused == backend.refused == []
    assert {record["Backend"] for record in proxied.settled_records(3)} == {"sweden-ptu", "eastus"}
    assert stack.compare(simulator.bill(), proxied.records()) == []
    secret = USER.partition(":")[2]
    assert secret not in proxied.process.log_path.read_text()
    for request in simulator.requests():
        assert "proxy-authorization" not in {name.lower() for name, _ in request["headers"]}


def test_who_is_excepted_or_asks_for_it_is_reached_directly(simulator, tmp_path, proxies):
    simulator.reset()
    sweden, eastus = (simulator.resource(name)["endpoint"] for name in ("contoso-sweden", "contoso-eastus"))
    own = proxies["own"]
    here = sweden.replace("localhost", "0.0.0.0")  # no loopback address, and this host all the same
    for setting, direct in ((gateway_setting(own), False), (gateway_setting(own, "0.0.0.0"), True)):
        before = len(own.asked)
        gateway = start_gateway(simulator, tmp_path, [setting, (sweden, here)])
        assert chat(gateway, "gpt-4o").usage.total_tokens > 0
        assert chat(gateway, "team-gpt51").usage.total_tokens > 0, "eastus is on loopback"
        assert gateway.stop() == 0
        assert own.hosts() <= {"0.0.0.0"} and (len(own.asked) == before) == direct
    before = len(own.asked)
    gateway = start_gateway(simulator, tmp_path, [
        gateway_setting(own), backend_setting(sweden, here, "{direct: true}")])
    assert chat(gateway, "gpt-4o").usage.total_tokens > 0
    assert gateway.stop() == 0
    assert len(own.asked) == before and own.refused == []


def test_a_proxy_that_refuses_is_an_error_of_the_backend_with_its_record(simulator, tmp_path, proxies):
    simulator.reset()
    sweden = simulator.resource("contoso-sweden")["endpoint"]
    other = re.sub("localhost", "elsewhere.example", sweden)  # which this proxy does not serve
    gateway = start_gateway(simulator, tmp_path, [gateway_setting(proxies["own"]), (sweden, other)])
    with pytest.raises(openai.APIStatusError) as refused:
        chat(gateway, "gpt-4o")
    assert refused.value.status_code == 502
    [record] = gateway.settled_records(1)
    assert (record["StatusCode"], record["TotalTokens"], record["BackendRequestId"]) == (502, None, "")
    assert proxies["own"].asked == [] and proxies["own"].refused[0].startswith("CONNECT elsewhere.example:")
    assert not simulator.bill()
    assert gateway.stop() == 0
