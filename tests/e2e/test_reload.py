# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Live configuration: what a reload changes, and what it leaves alone."""

import json
import os
import signal
import subprocess

import openai
import pytest

import callers
import direct
import stack
from reloads import (NEW_KEY, Change, ask, attempts, get, metric, mount, problems, rename_over, signal_after_writing,
                     swap_links, with_new_key, write_in_place)

PROMPT = "What colour is the sky at noon?"


@pytest.mark.parametrize("write", [signal_after_writing, write_in_place, rename_over])
def test_a_key_works_once_it_is_added_and_no_longer(gateway, write):
    text = gateway.config.read_text()
    assert ask(gateway, NEW_KEY) is None
    with Change(gateway):
        write(gateway, with_new_key(text))
    assert ask(gateway, NEW_KEY)
    with Change(gateway):
        write(gateway, text)
    assert ask(gateway, NEW_KEY) is None
    assert ask(gateway, stack.RETAIL_KEY)
    added, removed = gateway.process.logged("config.reloaded", 2)
    assert added["changes"] == "added clients[retail-chatbot].api_keys[added]"
    assert removed["changes"] == "removed clients[retail-chatbot].api_keys[added]"
    assert added["trigger"] == ("signal" if write is signal_after_writing else "file")


def test_what_is_changed_back_is_said_to_be_what_runs_already(gateway):
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, text + "nonsense: 1\n")
    assert any("nonsense is unknown" in problem for problem in problems(gateway))
    with Change(gateway):
        write_in_place(gateway, text)
    assert problems(gateway) == []
    assert gateway.process.logged("config.unchanged", 1)[0]["trigger"] == "file"
    assert gateway.process.logged("config.reloaded") == []


def test_health_says_whose_address_it_asked(gateway):
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, text.replace('admin: {address: "127.0.0.1:0"}', 'admin: {address: "127.0.0.1:1"}'))
    assert problems(gateway) == ["needs a restart: admin.address"]
    asked = gateway.command("health")
    assert asked.returncode == 1
    assert asked.stderr.startswith("http://127.0.0.1:1/healthz: "), asked.stderr
    assert f"that is admin.address of {gateway.config}: a gateway that was started before it was changed" in asked.stderr
    there = gateway.admin.removeprefix("http://")
    asked = subprocess.run([stack.BINARIES / "tollgate", "health", "--address", there], capture_output=True, timeout=20)
    assert asked.returncode == 0


def test_a_mounted_configuration_is_followed(gateway):
    mount(gateway)
    with Change(gateway):
        swap_links(gateway, with_new_key(gateway.config.read_text()))
    assert ask(gateway, NEW_KEY)


def test_a_secret_that_changes_needs_no_other_change(gateway):
    secret = gateway.directory / "retail.key"
    secret.write_text("sk-first-of-two")
    secret.chmod(0o600)
    with Change(gateway):
        text = gateway.config.read_text()
        write_in_place(gateway, text.replace("- {name: rollover, env: E2E_ROLLOVER_KEY}",
                                             f"- {{name: rollover, file: {secret}}}", 1))
    assert ask(gateway, "sk-first-of-two")
    with Change(gateway):
        secret.write_text("sk-second-of-two")
    assert ask(gateway, "sk-first-of-two") is None
    assert ask(gateway, "sk-second-of-two")
    assert "sk-second-of-two" not in gateway.process.log_path.read_text()


def test_tokens_are_checked_without_a_pause_for_keys(gateway, simulator):
    token = simulator.token(app_id=simulator.facts["callers"][0]["app_id"])
    client = callers.azure_token(gateway, token)
    client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    fetched = len([r for r in simulator.requests() if "keys" in json.dumps(r)])
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, text.replace("Research", "Development"))
    simulator.fault("entra", {"status": 503})
    client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    assert len([r for r in simulator.requests() if "keys" in json.dumps(r)]) == fetched
    with Change(gateway):
        write_in_place(gateway, text.replace(simulator.facts["callers"][0]["app_id"],
                                             "00000000-0000-0000-0000-000000000000"))
    with pytest.raises(openai.PermissionDeniedError):
        client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)


def test_a_file_that_is_refused_changes_nothing_and_is_told(gateway):
    text = gateway.config.read_text()
    broken = text.replace("models: [gpt-4o,", "modles: [gpt-4o,") + "limits: {connections: none}\n"
    with Change(gateway):
        write_in_place(gateway, broken)
    line = 1 + broken[: broken.index("modles")].count("\n")
    found = problems(gateway)
    assert len(found) == 2
    assert found[0].startswith(f"new configuration refused: {gateway.config}:{line}:")
    assert "clients[0].modles is unknown; did you mean models?" in found[0]
    assert "limits.connections must be a whole number" in found[1]
    assert [line["detail"] for line in gateway.process.logged("config.refused", 2)] == [
        problem.removeprefix("new configuration refused: ") for problem in found]
    assert metric(gateway, "tollgate_config_last_reload_successful") == 0
    assert ask(gateway, stack.RETAIL_KEY)
    with Change(gateway):
        write_in_place(gateway, text)
    assert problems(gateway) == []
    assert metric(gateway, "tollgate_config_last_reload_successful") == 1


def test_a_certificate_that_cannot_be_used_changes_nothing(gateway):
    text = gateway.config.read_text()
    missing = gateway.directory / "missing.pem"
    with Change(gateway):
        write_in_place(gateway, text.replace("region: eastus", f"region: eastus\n    ca_certificates: {missing}", 1))
    line = 1 + gateway.config.read_text().split(f"ca_certificates: {missing}")[0].count("\n")
    assert problems(gateway) == [
        f"new configuration refused: {gateway.config}:{line}: certificates {missing} is not there"]
    with Change(gateway):
        missing.write_bytes(open(gateway.simulator.facts["ca"], "rb").read())
    assert problems(gateway) == []
    files = gateway.process.logged("config.reloaded", 1)[0]["files"].split(", ")
    assert sorted(files) == sorted([str(gateway.config), str(missing)]), "what was refused before takes effect now, too"


def test_what_needs_a_restart_is_told_and_the_rest_applies(gateway):
    text = gateway.config.read_text()
    with Change(gateway):
        write_in_place(gateway, with_new_key(text).replace("workers: 2", "workers: 3"))
    assert ask(gateway, NEW_KEY)
    assert problems(gateway) == ["needs a restart: gateway.workers"]
    assert metric(gateway, "tollgate_config_settings_waiting") == 1
    assert gateway.process.logged("config.needs_restart", 1)[0]["settings"] == "gateway.workers"
    with Change(gateway):
        write_in_place(gateway, text)
    assert problems(gateway) == []


def test_a_configuration_may_say_that_its_files_are_not_watched(make_gateway):
    gateway, watched = make_gateway(), make_gateway(folder="watched")
    text = gateway.config.read_text().replace("workers: 2", "workers: 2, watch_files: false")
    with Change(gateway):
        write_in_place(gateway, text)
    write_in_place(gateway, with_new_key(text))
    for _ in range(2):  # a gateway that watches its file has seen two changes, one after the other
        with Change(watched):
            write_in_place(watched, with_new_key(watched.config.read_text()))
    assert attempts(gateway) == 1
    with Change(gateway):
        gateway.process.child.send_signal(signal.SIGHUP)
    assert ask(gateway, NEW_KEY)


def test_check_explains_what_would_change(gateway):
    old, new = gateway.directory / "old.yaml", gateway.directory / "new.yaml"
    text = gateway.config.read_text()
    old.write_text(text)
    new.write_text(with_new_key(text).replace("workers: 2", "workers: 4").replace("tier: ptu", "tier: reserved"))

    def check(*arguments):
        return subprocess.run([stack.BINARIES / "tollgate", "check", *arguments], capture_output=True, text=True,
                              timeout=20, env={**os.environ, **gateway.environment})

    done = check("-c", new, "--against", old)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        "changed backends[sweden-ptu].tier",
        "added clients[retail-chatbot].api_keys[added]",
        "changed gateway.workers (takes effect at restart)"]
    assert check("-c", old, "--against", old).stdout.splitlines()[1:] == ["nothing changes"]
    new.write_text(text + "nonsense: 1\n")
    assert check("-c", new, "--against", old).returncode == 1


def test_an_operation_leaves_a_line_that_finds_its_record(gateway):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = callers.azure_key(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": PROMPT}],
        extra_headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    record, = gateway.settled_records(1)
    line, = gateway.process.logged("operation", 1)
    assert line["record_id"] == record["RecordId"]
    for ours, column in (("client", "ClientName"), ("operation", "OperationId"), ("model", "Model"),
                         ("backend", "Backend"), ("status", "StatusCode"), ("outcome", "Outcome"),
                         ("prompt_tokens", "PromptTokens"), ("completion_tokens", "CompletionTokens"),
                         ("duration_ms", "DurationMs"), ("correlation_id", "CorrelationId")):
        assert line[ours] == record[column], ours
    assert line["correlation_id"] == trace
    log = gateway.process.log_path.read_text()
    for secret in (PROMPT, answer.choices[0].message.content, stack.RETAIL_KEY, *gateway.environment.values()):
        assert secret not in log


def test_a_record_awaits_the_return_of_its_backend(make_gateway):
    gateway = make_gateway()
    client = callers.plain(gateway)
    with Change(gateway):
        text = gateway.config.read_text()
        write_in_place(gateway, text)
        gateway.process.child.send_signal(signal.SIGHUP)
    response = client.responses.create(model="team-gpt51", input="hi", background=True,
                                       extra_headers={"x-sim": json.dumps({"work_ms": 6000})})
    write_in_place(gateway, text.replace("eastus\n", "elsewhere\n").replace("backend: eastus", "backend: elsewhere"))
    # Not any reload will do: that of the signal may come after that of the file. The work must
    # outlast this one.
    stack.wait_until(lambda: '"elsewhere"' in get(gateway, "/admin/routes"), "the backend to be gone")
    assert [r["DeliveryState"] for r in gateway.settled_records(1)] == ["awaiting"]
    backend = direct.v1(gateway.simulator)
    stack.wait_until(lambda: backend.responses.retrieve(response.id).status == "completed", "the backend's work")
    record, = gateway.settled_records(1)
    assert (record["Backend"], record["DeliveryState"]) == ("eastus", "awaiting")
    with Change(gateway):
        write_in_place(gateway, text)
    record, = stack.wait_until(lambda: [r for r in gateway.records() if r["DeliveryState"] != "awaiting"], "the usage")
    assert record["UsageBasis"] == "reported"
