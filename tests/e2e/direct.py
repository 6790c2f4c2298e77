# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The official SDK straight at azure-simulator, no gateway between: its types are the proof of the shapes."""

import json
import ssl

import openai
import pydantic

PREVIEW = "2025-03-01-preview"
# What OpenAI's types require and Azure's answers lack (azure-protocol.md 1.5, shape R).
AZURE_LACKS = {"cache_write_tokens"}


def http_client(simulator):
    return openai.DefaultHttpxClient(verify=ssl.create_default_context(cafile=simulator.facts["ca"]))


def azure(simulator, resource="contoso-eastus", api_version=PREVIEW, sim=None, **headers):
    facts = simulator.resource(resource)
    return openai.AzureOpenAI(azure_endpoint=facts["endpoint"], api_key=facts["key1"], api_version=api_version,
                              max_retries=0, http_client=http_client(simulator),
                              default_headers=sim_headers(sim, headers))


def v1(simulator, resource="contoso-eastus", sim=None, **headers):
    facts = simulator.resource(resource)
    return openai.OpenAI(base_url=facts["endpoint"] + "/openai/v1/", api_key=facts["key2"], max_retries=0,
                         http_client=http_client(simulator), default_headers=sim_headers(sim, headers))


def sim_headers(behaviour, headers):
    out = {"x-sim-" + name.replace("_", "-"): str(value) for name, value in headers.items()}
    if behaviour is not None:
        out["x-sim"] = json.dumps(behaviour)
    return out


def faults_of(answer):
    """What the SDK's type says against the answer, a line each; the SDK alone would take anything."""
    try:
        type(answer).model_validate(answer.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False))
        return []
    except pydantic.ValidationError as errors:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in errors.errors()
                if e["loc"][-1] not in AZURE_LACKS][:5]


def proven(answer):
    """The answer itself, if it is all that its type says."""
    assert faults_of(answer) == [], type(answer).__name__
    return answer


def all_proven(answers):
    return [proven(answer) for answer in answers]
