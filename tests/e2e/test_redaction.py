# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`tollgate redact`: what a configuration's rules take out of texts and bodies."""

import json
import os
import subprocess

import stack

REDACTION = """audit:
  redaction:
    patterns: [{name: badge, regex: 'B-[0-9]{5}'}]
    allow: [info@example.com]
    drop: ['$.messages[*].metadata']
"""


SECRETS = {"E2E_EASTUS_KEY": "a-key-of-the-backend", "E2E_GATEWAY_SECRET": "a-secret-of-the-gateway",
           "E2E_ROLLOVER_KEY": stack.ROLLOVER_KEY}


def configured(simulator, directory, redaction=REDACTION):
    path = directory / "tollgate.yaml"
    path.write_text(stack.make_config(simulator, directory) + redaction)
    return path


def run(config, command, text="", *options):
    return subprocess.run([stack.BINARIES / "tollgate", command, "-c", config, *options], input=text, timeout=60,
                          capture_output=True, text=True, env={**os.environ, **SECRETS})


def redact(config, text, *options):
    return run(config, "redact", text, *options)


def test_a_text_loses_its_values_and_the_counts_are_told(simulator, tmp_path):
    done = redact(configured(simulator, tmp_path),
                  "jane@example.com, info@example.com, badge B-12345, 4111 1111 1111 1111\n")
    assert (done.returncode, done.stdout) == (0, "[EMAIL_1], info@example.com, badge [BADGE_1], [PAYMENT_CARD_1]\n")
    assert done.stderr == "badge 1\nemail 1\npayment_card 1\n"


def test_a_body_stays_json(simulator, tmp_path):
    body = {"messages": [{"role": "user", "content": "jane@example.com", "metadata": {"who": "x"}},
                         {"role": "tool", "content": json.dumps({"mail": "jane@example.com"})}]}
    text = json.dumps(body).replace("@", "\\u0040", 1)
    done = redact(configured(simulator, tmp_path), text, "--json")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["messages"]
    assert first == {"role": "user", "content": "[EMAIL_1]", "metadata": "[DROPPED]"}
    assert json.loads(second["content"]) == {"mail": "[EMAIL_1]"}


def test_the_secrets_of_the_configuration_are_found_in_any_form(simulator, tmp_path):
    secrets = list(SECRETS.values())
    text = " ".join(secrets + [secret.encode().hex() for secret in secrets]) + "\n"
    done = redact(configured(simulator, tmp_path, ""), text)
    assert done.returncode == 0, done.stderr
    for secret in secrets:
        assert secret not in done.stdout and secret.encode().hex() not in done.stdout
    assert "configured_secret" in done.stderr


def test_a_rule_that_cannot_be_used_is_refused_with_its_line(simulator, tmp_path):
    config = configured(simulator, tmp_path, "audit:\n  redaction:\n    rules: [e-mail]\n")
    line = len(config.read_text().splitlines())
    for command in ("redact", "check"):
        done = run(config, command)
        assert (done.returncode, done.stdout) == (1, "")
        assert f':{line}:13: audit.redaction.rules[0] no rule is named "e-mail"; did you mean email?' in done.stderr


def test_what_cannot_be_read_to_its_end_is_not_shown(simulator, tmp_path):
    directory = os.open(tmp_path, os.O_RDONLY)
    try:
        done = subprocess.run([stack.BINARIES / "tollgate", "redact", "-c", configured(simulator, tmp_path)],
                              stdin=directory, timeout=60, capture_output=True, text=True, env={**os.environ, **SECRETS})
    finally:
        os.close(directory)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "tollgate: standard input could not be read to its end\n"
