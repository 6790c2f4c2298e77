# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""A target that fails or refuses the gateway: what whoever is on call finds of it in the log and in /readyz."""

import openai
import pytest

import callers
import stack
from reloads import ask, problems

TARGET = "sweden-ptu/gpt-4o-ptu"


def refused(gateway, error, times):
    client = callers.azure_key(gateway, stack.RETAIL_KEY).with_options(max_retries=0)
    for _ in range(times):
        with pytest.raises(error):
            client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)


def test_a_target_that_fails_is_told_once_and_its_return(gateway, simulator):
    simulator.fault("resource", {"error": "server_503"}, resource="contoso-sweden")
    refused(gateway, openai.InternalServerError, 8)
    [line] = gateway.process.logged("target.rests", 1)
    assert (line["level"], line["backend"], line["deployment"]) == ("warn", "sweden-ptu", "gpt-4o-ptu")
    assert (line["cause"], line["client"], line["status"]) == ("failing", "retail-chatbot", 503)
    assert line["rests_ms"] > 0
    assert problems(gateway) == [
        f"the target {TARGET} fails for some clients: see /admin/routes, and target.rests in the log"]
    simulator.clear_faults()
    # What is answered before the rest is over is no probe.
    stack.wait_until(lambda: ask(gateway, stack.RETAIL_KEY) and gateway.process.logged("target.serves_again"),
                     "the end of the rest")
    [back] = gateway.process.logged("target.serves_again", 1)
    assert (back["level"], back["client"]) == ("info", "retail-chatbot")
    assert len(gateway.process.logged("target.rests", 1)) == 1
    assert problems(gateway) == []


def test_a_refusal_of_the_gateways_own_key_is_told_until_it_is_taken(gateway, simulator):
    simulator.fault("resource", {"error": "rbac_401"}, resource="contoso-sweden")
    refused(gateway, openai.AuthenticationError, 1)  # the backend's own, as every last refusal
    [problem] = problems(gateway)
    assert problem.startswith(f"the target {TARGET} refuses the gateway's own credential: ")
    simulator.clear_faults()
    assert ask(gateway, stack.RETAIL_KEY)
    assert problems(gateway) == []
