# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""`./dev bench relay`: the gateway beside nginx on the same backend, alternating, in one run.

Both take plain HTTP/1.1 on loopback and forward over verified TLS 1.3 with keep-alive. The gateway has API-key
authentication, metering and the durable ledger on; nginx is a plain proxy without an access log. tollgate-quiet has
its log line per operation off, as nginx has. Gateway or nginx has core 1 for itself,
wrk and the backend share core 0. The figure to read is CPU time per request and its ratio, which is taken within each
round, of loads a second apart: requests per second say more about core 0, and all figures move by a quarter with what
else the machine's host does. Rounds are short so that all subjects meet the same.
"""

import argparse
import hashlib
import operator
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BINARIES = Path(os.environ["TOLLGATE_BINARIES"])
KEY = "bench-client-key"
BODY = ('{"messages":[{"role":"system","content":"You are a helpful assistant."},'
        '{"role":"user","content":"' + "Why is the sky blue? " * 45 + '"}],"temperature":0.2}')
ANSWERS = ("small", "big", "embedding", "stream")


def on_core(core, command, **more):
    command = [str(part) for part in command]
    if os.cpu_count() > 1:
        command = ["taskset", "-c", str(core), *command]
    return subprocess.Popen(command, **more)


def make_certificates(directory):
    """A CA and a server certificate for localhost of it, for this run only."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench CA")
    openssl("req", "-x509", *key, "-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=localhost",
            "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:localhost",
            "-addext", "basicConstraints=critical,CA:FALSE")


def ready_line(process):
    line = process.stdout.readline().decode()
    if not line:
        sys.exit(f"{process.args} ended before it was ready")
    return line


class Gateway:
    def __init__(self, directory, backend_port, name, operation_lines):
        self.name = name
        self.directory = directory / name
        self.directory.mkdir()
        self.config = self.directory / "tollgate.yaml"
        models = "\n".join(f"  - {{name: {name}, targets: [{{backend: bench}}]}}" for name in ANSWERS)
        self.config.write_text(f"""
gateway: {{name: bench, workers: 1, ca_certificates: {directory}/ca.pem}}
listeners: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
clients:
  - name: bench
    api_keys: [{{name: only, sha256: {hashlib.sha256(KEY.encode()).hexdigest()}}}]
backends:
  - name: bench
    endpoint: "https://localhost:{backend_port}"
    credential: {{api_key: {{env: BENCH_BACKEND_KEY}}}}
models:
{models}
ledger: {{path: {self.directory}/ledger/ledger.db}}
logging: {{operations: {str(operation_lines).lower()}}}
""")
        self.process = on_core(1, [BINARIES / "tollgate", "serve", "-c", self.config], stdout=subprocess.PIPE,
                               stderr=open(self.directory / "tollgate.log", "wb"),
                               env={**os.environ, "BENCH_BACKEND_KEY": "bench-backend-key"})
        self.port = int(re.search(r"listeners=127\.0\.0\.1:(\d+)", ready_line(self.process)).group(1))

    def pids(self):
        return [self.process.pid]

    def recorded(self):
        table = subprocess.run(
            [BINARIES / "tollgate", "usage", "-c", self.config, "--by", "client", "--format", "csv"],
            check=True, capture_output=True, text=True).stdout
        return int(table.splitlines()[1].split(",")[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


class Nginx:
    """nginx as a plain TLS-upstream proxy; its default buffers of 8 KB suit small answers, 64 KB the others."""

    def __init__(self, directory, backend_port, buffer_kib):
        self.name = f"nginx-{buffer_kib}k"
        self.port = free_port()
        self.directory = directory / self.name
        self.directory.mkdir()
        config = self.directory / "nginx.conf"
        config.write_text(f"""
daemon off; worker_processes 1; pid {self.directory}/nginx.pid; error_log {self.directory}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {self.directory}/body;
  proxy_temp_path {self.directory}/proxy; fastcgi_temp_path {self.directory}/f; uwsgi_temp_path {self.directory}/u;
  scgi_temp_path {self.directory}/s;
  upstream backend {{ server 127.0.0.1:{backend_port}; keepalive 256; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{self.port};
    location / {{
      proxy_pass https://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host localhost; proxy_set_header api-key bench-backend-key;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate {directory}/ca.pem; proxy_ssl_name localhost;
      proxy_ssl_server_name on; proxy_ssl_protocols TLSv1.3;
      proxy_buffer_size {buffer_kib}k; proxy_buffers 8 {buffer_kib}k; proxy_busy_buffers_size {2 * buffer_kib}k;
    }}
  }}
}}
""")
        self.process = on_core(1, ["nginx", "-e", self.directory / "error.log", "-p", self.directory, "-c", config])
        wait_for_port(self.port)

    def pids(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def free_port():
    import socket
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for_port(port):
    import socket
    import time
    for _ in range(250):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"nothing listens on port {port}")


def cpu_ns(pids):
    """CPU time of all threads so far, by the scheduler's own nanosecond count."""
    return sum(int(stat.read_text().split()[0])
               for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def load(directory, subject, answer, seconds, connections):
    """One bounded load: (requests, requests per second, CPU microseconds per request)."""
    script = directory / "post.lua"
    script.write_text(f"""
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["api-key"] = "{KEY}"
wrk.body = [[{BODY}]]
""")
    url = (f"http://127.0.0.1:{subject.port}/openai/deployments/{answer}/"
           f"{'embeddings' if answer == 'embedding' else 'chat/completions'}?api-version=2024-10-21")
    before = cpu_ns(subject.pids())
    wrk = on_core(0, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url],
                  stdout=subprocess.PIPE)
    text = wrk.communicate(timeout=seconds + 30)[0].decode()
    spent = cpu_ns(subject.pids()) - before
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"{subject.name} answered {answer} with errors:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    return requests, rate, spent / 1000 / requests


def report(results, answers, subjects):
    for answer in answers:
        print(f"\n{answer}: medians of the rounds [lowest - highest]")
        anchors = [cpu for _, _, cpu in results[answer, subjects[0].name]]
        for subject in subjects:
            rounds = results[answer, subject.name]
            rates = [rate for _, rate, _ in rounds]
            cpus = [cpu for _, _, cpu in rounds]
            print(f"  {subject.name:<14} {statistics.median(rates):>9.0f} requests/s   "
                  f"{statistics.median(cpus):>7.1f} CPU us/request [{min(cpus):.1f} - {max(cpus):.1f}]   "
                  f"{statistics.median(map(operator.truediv, cpus, anchors)):.2f} x {subjects[0].name}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench relay", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--answers", default=",".join(ANSWERS), help="which of " + ", ".join(ANSWERS))
    options = parser.parse_args()
    answers = options.answers.split(",")
    directory = Path(tempfile.mkdtemp(prefix="tollgate-bench-"))
    started = []
    try:
        make_certificates(directory)
        backend = on_core(0, [BINARIES / "bench-backend", directory / "server.pem", directory / "server.key"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        backend_port = int(ready_line(backend).split()[1])
        subjects = []
        for make in (lambda: Nginx(directory, backend_port, 8), lambda: Nginx(directory, backend_port, 64),
                     lambda: Gateway(directory, backend_port, "tollgate", operation_lines=True),
                     lambda: Gateway(directory, backend_port, "tollgate-quiet", operation_lines=False)):
            subjects.append(make())
            started.append(subjects[-1])
        results = {}
        for subject in subjects:  # warm-up, not counted
            for answer in answers:
                load(directory, subject, answer, 1, options.connections)
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", flush=True)
            for answer in answers:
                for subject in subjects:
                    results.setdefault((answer, subject.name), []).append(
                        load(directory, subject, answer, options.seconds, options.connections))
        report(results, answers, subjects)
        complete = True
        for gateway in (subject for subject in subjects if isinstance(subject, Gateway)):
            sent = sum(rounds[0] for key, values in results.items() if key[1] == gateway.name for rounds in values)
            recorded = gateway.recorded()
            print(f"\n{sent} counted requests through {gateway.name} (warm-up and cut-off ones on top), "
                  f"{recorded} in its ledger")
            complete = complete and recorded >= sent
        return 0 if complete else 1
    finally:
        for subject in started:
            subject.stop()
        if "backend" in locals():
            backend.stdin.close()
            backend.wait(20)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
