# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Ways of changing a running gateway's configuration, and of seeing that it has noticed."""

import hashlib
import json
import re
import signal
import time
import urllib.request

import openai

import callers
import stack

NEW_KEY = "sk-retail-added-0003"


def sha256(key):
    return hashlib.sha256(key.encode()).hexdigest()


def get(gateway, path):
    with urllib.request.urlopen(gateway.admin + path, timeout=10) as answer:
        return answer.read().decode()


def metric(gateway, name):
    return float(re.search(rf"^{name} (\S+)$", get(gateway, "/metrics"), re.M).group(1))


def problems(gateway):
    state = json.loads(get(gateway, "/readyz"))
    assert state["ready"]
    return state["problems"]


def attempts(gateway):
    return metric(gateway, "tollgate_config_reloads_total") + metric(gateway, "tollgate_config_reload_failures_total")


class Change:
    """Waits for the reload that its body causes."""

    def __init__(self, gateway):
        self.gateway = gateway

    def __enter__(self):
        self.before = attempts(self.gateway)

    def __exit__(self, kind, *rest):
        if kind is None:
            stack.wait_until(lambda: attempts(self.gateway) > self.before, "the reload")


def write_in_place(gateway, text):
    gateway.config.write_text(text)


def rename_over(gateway, text):
    new = gateway.config.with_name("new.yaml")
    new.write_text(text)
    new.rename(gateway.config)


def signal_after_writing(gateway, text):
    write_in_place(gateway, text)
    gateway.process.child.send_signal(signal.SIGHUP)


def swap_links(gateway, text):
    """As Kubernetes updates a mounted ConfigMap: a new directory, then one symbolic link renamed over another."""
    folder = gateway.config.parent
    version = folder / f"..{time.monotonic_ns()}"
    version.mkdir()
    (version / gateway.config.name).write_text(text)
    (folder / "..next").symlink_to(version.name)
    (folder / "..next").rename(folder / "..data")


def mount(gateway):
    """Restarts the gateway with its configuration where Kubernetes would put it."""
    assert gateway.stop() == 0
    folder = gateway.directory / "mounted"
    folder.mkdir()
    text = gateway.config.read_text()
    gateway.config = folder / "tollgate.yaml"
    swap_links(gateway, text)
    gateway.config.symlink_to("..data/tollgate.yaml")
    gateway.start()


def with_new_key(text):
    entry = f"- {{name: primary, sha256: {sha256(stack.RETAIL_KEY)}}}"
    return text.replace(entry, f"{entry}\n      - {{name: added, sha256: {sha256(NEW_KEY)}}}", 1)


def ask(gateway, key):
    """The tokens of one answer; None when the key is refused."""
    try:
        answer = callers.azure_key(gateway, key).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES)
    except openai.AuthenticationError:
        return None
    return answer.usage.total_tokens
