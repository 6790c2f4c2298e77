# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The external redactor of the audit trail: what it is sent, what becomes of what it finds, and what while it is away."""

import http.server
import json
import threading
import urllib.request

import openai
import pytest

import callers
import stack
import test_audit

NAMES = ["Jane Doe", "Jörg Müller"]
PROMPT = "\U0001f600 Jane Doe of Jörg Müller's team, at jane@example.com, key sk-abcdefghijklmnopqrstuvwxyz0123"


class Analyzer:
    """Answers as Presidio's analyzer would that knows two names."""

    def __init__(self):
        self.requests = []
        self.open = threading.Event()
        self.open.set()
        self.answer = None
        analyzer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                analyzer.requests.append((self.path, asked))
                analyzer.open.wait(60)
                status, body = analyzer.answer or (200, json.dumps(analyzer.find(asked["text"])))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/analyze"

    @staticmethod
    def find(text):
        return [{"entity_type": "PERSON", "start": text.index(name), "end": text.index(name) + len(name), "score": 0.9,
                 "analysis_explanation": None} for name in NAMES if name in text]

    def stop(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def analyzer():
    running = Analyzer()
    yield running
    running.stop()


def start(gateway, analyzer, client="redacted", more=""):
    assert gateway.stop() == 0
    test_audit.configure(gateway, client, f"""  redaction:
    external: {{url: "{analyzer.url}", entities: [PERSON], timeout: 10s{more}}}
""")
    gateway.start()
    return gateway


def ask(gateway, **more):
    return callers.azure_key(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": PROMPT}], **more)


def counts(row):
    given = row["Redactions"]
    return json.loads(given) if isinstance(given, str) else given


def exchange_rows(gateway):
    """All but the checkpoints."""
    return [row for row in test_audit.rows(gateway) if row["Kind"] in ("request", "response")]


def metric(gateway, name):
    with urllib.request.urlopen(gateway.admin + "/metrics", timeout=10) as page:
        return next(float(line.split(" ")[1]) for line in page.read().decode().splitlines()
                    if line.startswith(name + " "))


def ready_page(gateway):
    with urllib.request.urlopen(gateway.admin + "/readyz", timeout=10) as page:
        return page.read().decode()


def test_names_are_taken_out_behind_the_rules_and_nowhere_else(gateway, analyzer):
    start(gateway, analyzer)
    ask(gateway)
    list(ask(gateway, stream=True))
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 2, "the rows")
    for form in ("raw", "messages"):
        for row in test_audit.whole(gateway, "request", form):
            assert not any(name in row["Content"] for name in NAMES)
            assert "[EXTERNAL_PERSON_1] of [EXTERNAL_PERSON_2]'s team, at [EMAIL_1]" in row["Content"]
    for row in test_audit.whole(gateway, "request"):
        assert counts(row)["external_person"] == 2 and counts(row)["email"] == 1
        assert json.loads(row["Content"])["messages"][0]["role"] == "user"
    assert analyzer.requests
    for path, asked in analyzer.requests:
        assert path == "/analyze" and asked["language"] == "en" and asked["entities"] == ["PERSON"]
        assert "jane@example.com" not in asked["text"] and "abcdefghij" not in asked["text"]
    sent = [json.loads(r["body"]) for r in gateway.simulator.requests() if "chat/completions" in r["target"]]
    assert sent and all(body["messages"][0]["content"] == PROMPT for body in sent[-2:]), "the client's traffic is its own"


def test_no_request_waits_for_it(gateway, analyzer):
    start(gateway, analyzer)
    analyzer.open.clear()
    assert ask(gateway).choices, "answered while the redactor says nothing"
    assert exchange_rows(gateway) == [], "and nothing is kept before it does"
    analyzer.open.set()
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 1, "the rows")
    assert "[EXTERNAL_PERSON_1]" in test_audit.whole(gateway, "request")[0]["Content"]


@pytest.mark.parametrize("wrong", [(500, "Jane Doe"), (200, "<html>"), (200, '[{"entity_type": "PERSON"}]'),
                                   (200, '[{"entity_type":"PERSON","start":0,"end":1000000,"score":1}]')])
def test_without_an_answer_no_content_is_kept(gateway, analyzer, wrong):
    start(gateway, analyzer)
    analyzer.answer = wrong
    assert ask(gateway).choices
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 1, "the rows")
    for row in exchange_rows(gateway):
        assert not row["Content"] and counts(row)["external_dropped"] == 1
    assert metric(gateway, "tollgate_audit_unexamined_total") == 1
    assert "the external redactor fails" in ready_page(gateway)
    logged, = gateway.process.logged("audit.not_examined", 1)
    assert "Jane" not in json.dumps(logged)
    analyzer.answer = None
    ask(gateway)
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 2, "the next one's rows")
    assert "[EXTERNAL_PERSON_1]" in test_audit.whole(gateway, "request")[1]["Content"]
    assert "redactor" not in ready_page(gateway)


def test_or_what_the_rules_left_is_kept_and_marked(gateway, analyzer):
    start(gateway, analyzer, more=", on_failure: keep_internal")
    analyzer.answer = (503, "")
    ask(gateway)
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 1, "the rows")
    request, = test_audit.whole(gateway, "request")
    assert "Jane Doe" in request["Content"] and "[EMAIL_1]" in request["Content"]
    assert counts(request)["external_missing"] == 1


def test_a_redactor_that_takes_too_long_is_given_up(gateway, analyzer):
    start(gateway, analyzer, more=", on_failure: drop_content, parallel: 1")
    text = gateway.config.read_text()
    assert gateway.stop() == 0
    gateway.config.write_text(text.replace("timeout: 10s", "timeout: 300ms"))
    gateway.start()
    analyzer.open.clear()
    for _ in range(3):
        assert ask(gateway).choices
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 3, "the rows")
    assert all(counts(row)["external_dropped"] == 1 for row in exchange_rows(gateway))


def test_fail_closed_lets_nothing_leave_whose_content_is_not_kept(gateway, analyzer):
    start(gateway, analyzer, client="{level: redacted, on_failure: fail_closed}")
    assert ask(gateway).choices
    reached = len(gateway.simulator.requests())
    analyzer.answer = (500, "")
    with pytest.raises(openai.APIStatusError) as refused:
        ask(gateway)
    assert refused.value.status_code == 503
    assert len(gateway.simulator.requests()) == reached


def test_a_stop_does_not_wait_for_it_and_loses_no_row(gateway, analyzer):
    start(gateway, analyzer)
    analyzer.open.clear()
    ask(gateway)
    assert gateway.stop() == 0
    analyzer.open.set()
    gateway.start()
    stack.wait_until(lambda: len(test_audit.whole(gateway, "response")) == 1, "the rows")
    assert all(counts(row)["external_dropped"] == 1 for row in exchange_rows(gateway))


def test_only_loopback_and_tls_are_taken(gateway, analyzer):
    assert gateway.stop() == 0
    test_audit.configure(gateway, more=f"""  redaction:
    external: {{url: "{analyzer.url}"}}
""")
    text = gateway.config.read_text()
    assert gateway.command("check").returncode == 0
    for wrong in ("http://redactor.example/analyze", "http://10.0.0.7:5002/analyze", "ftp://localhost/x",
                  "https://redactor.example/analyze?key=1", "https://user@redactor.example/analyze"):
        gateway.config.write_text(text.replace(analyzer.url, wrong))
        done = gateway.command("check")
        assert done.returncode != 0 and "audit.redaction.external.url" in done.stdout + done.stderr, wrong
    gateway.config.write_text(text)
    gateway.start()
