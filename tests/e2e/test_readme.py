# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""README's first configuration and its commands, as a new user types them: in an empty directory, with nothing in
the environment. What needs Azure or a build is put in by the table below, which names all of it."""

import os
import re
import ssl
import subprocess
from pathlib import Path

import openai
import pytest

import callers
import stack

README = (Path(__file__).parents[2] / "README.md").read_text()
SECTION = README.split("## A first configuration")[1].split("\n## ")[0]


def replaced(text, *pairs):
    for old, new in pairs:
        assert old in text, f"README says {old} no more"
        text = text.replace(old, new)
    return text


def commands():
    """The section's indented blocks, each as one script."""
    prose = re.sub(r"^```.*?^```$", "", SECTION, flags=re.M | re.S)
    return [re.sub(r"^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .*\n)+", prose, re.M)]


class NewUser:
    """An empty directory with README's configuration; its shells know PATH and HOME only."""

    def __init__(self, directory, simulator):
        self.directory = directory
        self.clean = {"PATH": os.environ["PATH"], "HOME": str(directory)}
        binaries = directory / "build" / "release"
        binaries.mkdir(parents=True)
        (binaries / "tollgate").symlink_to(stack.BINARIES / "tollgate")
        resource = simulator.resource("contoso-eastus")
        (directory / "tollgate.yaml").write_text(replaced(
            re.search(r"^```yaml\n(.*?)^```$", SECTION, re.M | re.S).group(1),
            ("https://contoso-sweden.openai.azure.com", resource["endpoint"] + f"\n    ca_certificates: {simulator.facts['ca']}"),
            ("deployment: gpt-4o-2024-11-20", "deployment: gpt-4o"),
            ("0.0.0.0:8443", "127.0.0.1:0")) + "admin: {address: \"127.0.0.1:0\"}\n")
        self.preparation, self.reports = commands()[:2]
        self.preparation = replaced(
            self.preparation,
            ("./dev build ", "# ./dev build "),
            ("<the key of the resource>", resource["key1"]),
            ("build/release/tollgate serve", "echo $RETAIL_KEY >retail.key; exec build/release/tollgate serve"))

    def run(self, script):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.directory, env=self.clean,
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self):
        process = stack.Process(["env", "-i", *(f"{k}={v}" for k, v in self.clean.items()), "bash", "-euo", "pipefail",
                                 "-c", f"cd {self.directory}; {self.preparation}"], self.directory, "gateway")
        buffer = b""

        def ready():
            nonlocal buffer
            os.set_blocking(process.child.stdout.fileno(), False)
            buffer += process.child.stdout.read() or b""
            assert process.running(), process.log_path.read_text()
            return re.search(rb"ready listeners=(\S+) admin=(\S+)", buffer)

        listener, admin = (part.decode() for part in stack.wait_until(ready, "the gateway").groups())
        config = self.directory / "tollgate.yaml"
        config.write_text(config.read_text().replace('admin: {address: "127.0.0.1:0"}', f'admin: {{address: "{admin}"}}'))
        return process, "https://localhost:" + listener.rpartition(":")[2]


@pytest.fixture
def user(tmp_path, simulator):
    simulator.reset()
    return NewUser(tmp_path, simulator)


def test_the_first_configuration_serves_and_its_commands_work(user):
    process, url = user.serve()
    try:
        context = ssl.create_default_context(cafile=user.directory / "tollgate.pem")
        with openai.OpenAI(base_url=url + "/openai/v1/", api_key=(user.directory / "retail.key").read_text().strip(),
                           http_client=openai.DefaultHttpxClient(verify=context)) as client:
            total = client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES).usage.total_tokens
        stack.wait_until(lambda: "RecordId" in user.run("build/release/tollgate records -c tollgate.yaml"), "the record")
        shown = user.run(user.reports)
        assert re.search(rf"^retail-chatbot +gpt-4o\S* +1 .* {total} ", shown, re.M), shown
        assert f'"TotalTokens":{total}' in shown
    finally:
        assert process.stop() == 0, process.log_path.read_text()


def test_help_tells_of_each_command_and_of_those_below_it(user):
    for words in ("help", "help usage", "help ledger", "help ledger verify"):
        done = subprocess.run(["build/release/tollgate", *words.split()], cwd=user.directory, env=user.clean,
                              capture_output=True, text=True, timeout=20)
        assert done.returncode == 0 and words.replace("help", "tollgate") in done.stdout, (words, done.stderr)


def test_an_unknown_command_ends_with_the_documented_status(user):
    for line in ("bogus", "serve", "usage -c tollgate.yaml --nonsense", "help ledger bogus", ""):
        done = subprocess.run(["build/release/tollgate", *line.split()], cwd=user.directory, env=user.clean,
                              capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and done.stderr, line


@pytest.mark.parametrize("change, why", [
    (("tls: {certificate: tollgate.pem", "tls: {certificate: none.pem"), r":\d+: certificate none\.pem is not there"),
    (("private_key: tollgate.key", "private_key: tollgate.yaml"), r":\d+: private key tollgate\.yaml is malformed"),
    (("private_key: tollgate.key", "private_key: other.key"), r"is not the key of the certificate tollgate\.pem"),
    (("path: ledger/ledger.db", "path: tollgate.pem/ledger.db"), r"ledger\.path .* is no directory"),
    (("listeners:\n  - ", "listeners:\n\t- "), r":\d+:1: a tab stands in the indentation"),
    (("models: [text-embedding-3-small]", "models: [text-embedding-3-small"), r":\d+:\d+: the bracket \[ is never closed"),
])
def test_check_and_serve_say_what_is_wrong(user, change, why):
    made = replaced(user.preparation, ("build/release/tollgate check", "exit 0; build/release/tollgate check"))
    user.run(made)
    user.run("openssl ecparam -genkey -name prime256v1 -noout -out other.key")
    config = user.directory / "tollgate.yaml"
    config.write_text(replaced(config.read_text(), change))
    secrets = {**user.clean, "RETAIL_KEY": "a", "SEARCH_KEY": "b", "AOAI_KEY": "c"}
    for command in ("check", "serve"):
        done = subprocess.run(["build/release/tollgate", command, "-c", "tollgate.yaml"], cwd=user.directory,
                              env=secrets, capture_output=True, text=True, timeout=20)
        assert done.returncode == 1
        assert re.search(r"^tollgate\.yaml" + (why if why.startswith(":") else ".*" + why), done.stderr, re.M), done.stderr


@pytest.mark.parametrize("command", ["serve", "check"])
def test_an_unknown_level_of_logging_is_refused(user, command):
    user.run(replaced(user.preparation, ("build/release/tollgate check", "exit 0; build/release/tollgate check")))
    done = subprocess.run(["build/release/tollgate", command, "-c", "tollgate.yaml"], cwd=user.directory,
                          env={**user.clean, "TOLLGATE_LOG": "verbose"}, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "TOLLGATE_LOG must be debug, info, warn, error or off" in done.stderr


def test_every_command_of_the_documents_is_one_of_the_program(user):
    known = set(re.findall(r"^  (\w+)  ", user.run("build/release/tollgate --help"), re.M))
    documents = [Path(__file__).parents[2] / "README.md", *(Path(__file__).parents[2] / "docs").glob("*.md")]
    named = {name for document in documents for name in re.findall(r"`tollgate (\w+)", document.read_text())}
    assert {"serve", "check", "usage"} <= named <= known
