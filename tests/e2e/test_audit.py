# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The audit trail of the real gateway: what it keeps, where it goes, and what is in it nowhere."""

import json
import os
import re
import signal
import sqlite3
import subprocess
from pathlib import Path

import openai
import pytest

import callers
import stack
from audited import ask, configure, deliver_to_azure_monitor, rows, whole

CANARY = "canary.person@example.com"


@pytest.fixture
def audited(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    gateway.start()
    return gateway


def test_prompts_and_answers_are_kept_redacted(audited):
    client = callers.azure_key(audited)
    messages = [{"role": "user", "content": f"Write to {CANARY}"}]
    answer = client.chat.completions.create(model="gpt-4o", messages=messages)
    pieces = list(client.chat.completions.create(model="gpt-4o", messages=messages, stream=True))
    stack.wait_until(lambda: len(whole(audited, "response")) == 2, "rows of both answers")
    for row in whole(audited, "request"):
        assert CANARY not in row["Content"] and "[EMAIL_1]" in row["Content"]
    plain, streamed = (json.loads(row["Content"]) for row in whole(audited, "response"))
    assert plain["choices"][0]["message"]["content"] == answer.choices[0].message.content
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    assert streamed["choices"][0]["message"]["content"] == text
    assert streamed["object"] == "chat.completion" and streamed["usage"]["total_tokens"] > 0
    ids = {row["RecordId"] for row in rows(audited) if row["Kind"] in ("request", "response")}
    assert ids == {record["RecordId"] for record in audited.settled_records(2)}
    assert audited.stop() == 0
    assert [row["Sequence"] for row in rows(audited)] == list(range(1, len(rows(audited)) + 1))
    for folder, _, files in os.walk(audited.directory):
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                assert CANARY.encode() not in file.read(), name


def test_commands_find_show_prove_and_erase(audited):
    ask(audited, "where is the tower")
    ask(audited, "another matter")
    stack.wait_until(lambda: len(whole(audited, "response")) == 2, "rows of both answers")
    found = audited.command("audit", "search", "--text", "TOWER")
    assert found.returncode == 0, found.stderr
    one, = (json.loads(line) for line in found.stdout.splitlines())
    assert (one["request"], one["response"], one["ClientName"]) == ("whole", "whole", "retail-chatbot")
    shown = audited.command("audit", "show", one["RecordId"])
    assert "where is the tower" in shown.stdout and "another matter" not in shown.stdout
    figures = json.loads(shown.stdout.partition("--- usage\n")[2])
    record, = (record for record in audited.records() if record["RecordId"] == one["RecordId"])
    assert figures["TotalTokens"] == record["TotalTokens"] and figures["UsageBasis"] == record["UsageBasis"]
    assert "ClientName" not in figures and "CallerIpAddress" not in figures
    readings = audited.command("audit", "accesses", "--record", one["RecordId"])
    assert [json.loads(line)["Command"] for line in readings.stdout.splitlines()] == ["search", "show"]
    again = audited.command("audit", "accesses", "--record", one["RecordId"].upper())
    assert again.stdout.startswith(readings.stdout), "and what was read just now"
    other, = {row["RecordId"] for row in whole(audited, "request")} - {one["RecordId"]}
    assert audited.command("audit", "accesses", "--record", other).returncode == 1, "it was looked through, not given out"
    assert audited.command("audit", "search", "--text", CANARY).returncode == 1
    sought = [json.loads(line) for line in audited.command("audit", "accesses").stdout.splitlines()]
    assert [row["Filter"] for row in sought if row["Command"] == "search"] == [{"text": "TOWER"}, {"text": "[EMAIL_1]"}]
    readings = audited.command("audit", "accesses", "--reader", "nobody-of-this-name")
    assert readings.returncode == 1 and "nobody has read" in readings.stderr
    stack.wait_until(lambda: any(row["Kind"] == "checkpoint" for row in rows(audited)), "a checkpoint")
    exported = audited.command("audit", "export")
    copy = audited.directory / "copy.jsonl"
    copy.write_text(exported.stdout)
    key = audited.command("audit", "keys").stdout.strip()
    proved = audited.command("audit", "verify", "--key", key, str(copy))
    assert proved.returncode == 0, proved.stdout + proved.stderr
    copy.write_text(exported.stdout.replace("where is the tower", "where is the castle"))
    forged = audited.command("audit", "verify", "--key", key, str(copy))
    assert forged.returncode == 3 and "changed" in forged.stdout, forged.stdout
    month = one["EventTime"][:7]
    erased = audited.command("audit", "erase", "--client", "retail-chatbot", "--month", month)
    assert erased.returncode == 0, erased.stderr
    gone = audited.command("audit", "show", one["RecordId"])
    assert "tower" not in gone.stdout and "erased" in gone.stdout
    gone = audited.command("audit", "search", "--text", "tower")
    assert gone.returncode == 1 and re.search(r"content of \d+ rows that fit was erased", gone.stderr), gone.stderr
    gone = audited.command("audit", "export")
    assert "tower" not in gone.stdout and "that fit was erased" in gone.stderr, gone.stderr
    assert ask(audited, "after it").choices
    for nobody in (("--client", "retail-chatbt", "--month", month), ("--caller", "nobody")):
        none = audited.command("audit", "erase", *nobody)
        assert none.returncode == 1 and "nothing is erased" in none.stderr
        assert ("did you mean retail-chatbot?" in none.stderr) == ("--client" in nobody), none.stderr
    for command in ("search", "export"):
        none = audited.command("audit", command, "--client", "retail-chatbt")
        assert none.returncode == 1 and "did you mean retail-chatbot?" in none.stderr, none.stderr
    proved = subprocess.run([stack.BINARIES / "tollgate", "audit", "verify", "--key", key, "-"], text=True,
                            input=exported.stdout, capture_output=True)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    with sqlite3.connect(audited.directory / "audit.db") as database:
        database.execute("UPDATE accesses SET row = zeroblob(length(row)) WHERE sequence = 1")
    readings = audited.command("audit", "accesses", "--reader", "nobody-of-this-name")
    assert readings.returncode == 3 and "1 row of the trail" in readings.stderr, readings.stderr


def test_fail_closed_lets_nothing_leave_that_is_not_stored(gateway):
    assert gateway.stop() == 0
    configure(gateway, client="{level: redacted, on_failure: fail_closed}")
    gateway.start()
    answer = ask(gateway, "hello")
    gateway.process.kill()
    found, = (json.loads(line) for line in gateway.command("audit", "search").stdout.splitlines())
    assert answer.id and (found["request"], found["response"]) == ("whole", "whole"), "stored before the answer ended"


def test_a_killed_gateway_names_its_operations_in_the_trail_all_the_same(audited):
    ask(audited, "first")
    stack.wait_until(lambda: len(whole(audited, "response")) == 1, "the first one's rows")
    audited.simulator.fault("resource", {"chunk_delay_ms": 500}, count=1)
    stream = callers.azure_key(audited).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "to be killed"}], stream=True)
    next(iter(stream))
    audited.process.kill()
    audited.start()
    records = {record["RecordId"]: record for record in audited.settled_records(2)}
    ids = set(records)
    assert len(ids) == 2
    stack.wait_until(lambda: {row["RecordId"] for row in whole(audited, "response")} == ids, "rows of both", 120)
    lost, = (row for row in whole(audited, "response") if row["Source"] == "lost")
    assert lost["Outcome"] == records[lost["RecordId"]]["Outcome"] and lost["Content"] in ("", None)


def test_erase_tells_what_to_run_at_sinks_though_somebody_holds_the_log(audited):
    ask(audited, "where is the tower")
    stack.wait_until(lambda: len(whole(audited, "response")) == 1, "rows of the answer")
    month = rows(audited)[0]["EventTime"][:7]
    reader = sqlite3.connect(audited.directory / "audit.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM audit_rows").fetchone()
    try:
        done = audited.command("audit", "erase", "--client", "retail-chatbot", "--month", month)
    finally:
        reader.close()
    assert done.returncode == 1 and "a reader keeps the database's log" in done.stderr, done.stderr
    assert "are erased here" in done.stdout and "set -- " in done.stdout, done.stdout
    again = audited.command("audit", "erase", "--client", "retail-chatbot", "--month", month)
    assert again.returncode == 1 and "erased already, that of 4 rows, at 20" in again.stderr, again.stderr
    assert "set -- " in again.stdout, "what to run at sinks is told again"


def test_what_erase_prints_erases_the_files_too(audited):
    ask(audited, "where is the tower")
    stack.wait_until(lambda: len(whole(audited, "response")) == 1, "rows of the answer")
    assert audited.stop() == 0
    files = sorted((audited.directory / "audited").glob("*.jsonl"))
    assert {file.name[:6] for file in files} == {"audit-"}
    kept = len(rows(audited))
    month = rows(audited)[0]["EventTime"][:7]
    done = audited.command("audit", "erase", "--client", "retail-chatbot", "--month", month)
    assert done.returncode == 0, done.stderr
    commands = [line for line in done.stdout.splitlines() if line.startswith("set -- ")]
    (audited.directory / "audited" / "audit-99991231T000000Z.jsonl").touch()  # the newest is left alone
    subprocess.run(["bash", "-euc", "\n".join(commands)], check=True)
    assert len(rows(audited)) == kept
    assert not any("tower" in file.read_text() for file in files)
    key = audited.command("audit", "keys").stdout.strip()
    proved = audited.command("audit", "verify", "--key", key, *map(str, files))
    assert proved.returncode == 0 and " erased" in proved.stdout, proved.stdout + proved.stderr
    assert ", 0 erased" not in proved.stdout


def test_tail_shows_what_comes(audited):
    ask(audited, "before it")
    tail = subprocess.Popen([stack.BINARIES / "tollgate", "audit", "tail", "-c", audited.config], text=True,
                            stdout=subprocess.PIPE, env={**os.environ, **audited.environment})
    try:
        found = []

        def told():
            ask(audited, "behind it")
            os.set_blocking(tail.stdout.fileno(), False)
            found.extend(json.loads(line) for line in tail.stdout.readlines())
            return found

        stack.wait_until(told, "a line of the tail")
        shown = audited.command("audit", "show", found[0]["RecordId"])
        assert "behind it" in shown.stdout and "before it" not in shown.stdout
    finally:
        tail.send_signal(signal.SIGTERM)
        tail.wait(timeout=10)


def test_what_is_to_come_is_not_of_a_period_that_is_over(audited):
    """They waited for ever, without a word."""
    ask(audited, "hello")
    stack.wait_until(lambda: audited.command("audit", "search").returncode == 0, "the exchange in the trail")
    for command in (("tail",), ("export", "--follow")):
        done = audited.command("audit", *command, "--month", "2026-01")
        assert done.returncode == 1 and "the period ended at 2026-02-01" in done.stderr, done.stderr


def test_deliveries_are_told_and_readings_are_delivered_too(audited):
    ask(audited, "hello")
    stack.wait_until(lambda: audited.command("audit", "search").returncode == 0, "the exchange in the trail")

    # A search before the exchange was stored found nothing, and has its row in front of that one's.
    def readings():
        return [row for row in rows(audited, "audited/access") if row["Command"] == "search" and row["Rows"] >= 1]

    stack.wait_until(readings, "the access row")

    def listed():
        done = audited.command("audit", "deliveries")
        assert done.returncode == 0, done.stderr
        lines = [line.split() for line in done.stdout.splitlines()[1:]]
        return {line[1]: line for line in lines}

    stack.wait_until(lambda: all(line[3] == "0" for line in listed().values()), "nothing to deliver")
    assert set(listed()) == {"rows", "accesses"} and listed()["rows"][0] == "json_lines"
    unknown = audited.command("audit", "deliveries", "retry", "--exporter", "json_line")
    assert unknown.returncode != 0 and "json_lines" in unknown.stderr


def test_a_crash_leaves_no_core(audited):
    limits = Path(f"/proc/{audited.process.pid}/limits").read_text()
    core, = (line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    folder = Path(os.readlink(f"/proc/{audited.process.pid}/cwd"))
    before = set(folder.glob("core*"))
    ask(audited, "hello")
    audited.process.stop(signal.SIGABRT)
    assert set(folder.glob("core*")) == before


# The same signal leaves one of a program that does not forbid it, where the kernel writes cores
# into the working directory.
def test_another_programs_crash_leaves_one(tmp_path):
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("cores go elsewhere on this machine")
    subprocess.run(["bash", "-c", "ulimit -c unlimited && exec python3 -c 'import os; os.abort()'"], cwd=tmp_path)
    assert list(tmp_path.glob("core*"))


def test_without_its_key_the_gateway_does_not_start(audited):
    ask(audited, "hello")
    assert audited.stop() == 0
    (audited.directory / "audit.key").write_text("BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=")
    checked = audited.command("check")
    assert checked.returncode == 1 and "content under the master key" in checked.stderr, checked.stderr
    with pytest.raises(RuntimeError, match="content under the master key"):
        audited.start()
    (audited.directory / "audit.key").unlink()
    with pytest.raises(RuntimeError, match="audit.key"):
        audited.start()


def test_a_full_trail_stops_clients_that_fail_closed_alone(gateway):
    assert gateway.stop() == 0
    configure(gateway, client="{level: redacted, on_failure: fail_closed}", more="  max_size: 16MiB\n")
    text = gateway.config.read_text()
    text = text.replace("  - name: legacy-batch\n", "  - name: legacy-batch\n    audit: redacted\n")
    away = ('azure_monitor: {endpoint: "https://127.0.0.1:9", rule_id: dcr-00000000000000000000000000000000, '
            'credential: {managed_identity: {}}}')  # rows that nobody has got are not deleted
    gateway.config.write_text(re.sub(r"json_lines: \{directory.*", away, text))
    gateway.start()
    words = "all work and no play makes for a long prompt; " * 3000

    def refused():
        try:
            ask(gateway, words, max_tokens=1)
        except Exception as error:
            return "audit trail" in str(error)

    stack.wait_until(refused, "a refusal", 60)
    asked = len(gateway.simulator.requests())
    with pytest.raises(Exception, match="audit trail"):
        callers.azure_key(gateway).chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": words}])
    assert len(gateway.simulator.requests()) == asked, "nothing left for a backend"
    header_only = {"x-client-id": "legacy-batch", "Authorization": openai.Omit(), "api-key": openai.Omit()}
    assert callers.plain(gateway).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": words}], extra_headers=header_only).choices


def test_the_trail_reaches_its_tables_at_azure_monitor(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    deliver_to_azure_monitor(gateway)
    gateway.start()
    long = "a prompt that is longer than a column of the table may be; " * 2000
    ask(gateway, long)
    stack.wait_until(lambda: gateway.command("audit", "search").returncode == 0, "the exchange in the trail")
    gateway.simulator.fault("ingestion", {"status": 503}, count=3)

    def parts():
        return [row for row in gateway.simulator.rows("audit") if (row["Kind"], row["Form"]) == ("request", "raw")]

    stack.wait_until(lambda: parts() and len({row["Part"] for row in parts()}) == parts()[0]["Parts"], "every part", 60)
    by_part = {row["Part"]: row["Content"] for row in parts()}
    content = "".join(by_part[number] for number in sorted(by_part))
    assert len(by_part) > 2 and json.loads(content)["messages"][0]["content"] == long
    assert parts()[0]["ContentBytes"] == len(content)
    stack.wait_until(lambda: gateway.simulator.rows("accesses"), "the access row", 60)
    assert gateway.simulator.rows("accesses")[0]["Command"] == "search"
    assert len(gateway.settled_records(1)) == 1 and stack.delivered_rows(gateway.simulator, 1)


def test_a_prompt_of_800_kb_and_an_answer_of_2_mb_arrive_whole(audited):
    prompt = "a word " * 117_000
    wish = {"x-sim": json.dumps({"big_event_bytes": 2_000_000})}
    pieces = list(ask(audited, prompt, stream=True, extra_headers=wish))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    assert len(text) > 2_000_000

    def content(kind):
        sides = whole(audited, kind)
        parts = {row["Part"]: row["Content"] for row in sides}
        if not sides or len(parts) < sides[0]["Parts"]:
            return None
        return json.loads("".join(parts[number] for number in sorted(parts)))

    stack.wait_until(lambda: content("request") and content("response"), "every part", 60)
    assert content("request")["messages"][0]["content"] == prompt
    assert content("response")["choices"][0]["message"]["content"] == text
    assert not any(row["Truncated"] for row in rows(audited))
    record, = audited.settled_records(1)
    shown = audited.command("audit", "show", record["RecordId"])
    assert prompt in shown.stdout and "request (whole)" in shown.stdout


def reload_with(gateway, old, new):
    text = gateway.config.read_text()
    assert old in text
    gateway.config.write_text(text.replace(old, new))
    before = len(gateway.process.logged("config.reloaded")) + len(gateway.process.logged("config.refused"))
    gateway.process.child.send_signal(signal.SIGHUP)
    stack.wait_until(lambda: len(gateway.process.logged("config.reloaded")) +
                     len(gateway.process.logged("config.refused")) > before, "the reload")


def test_encryption_keys_are_exchanged_while_it_runs(audited):
    first, second = audited.directory / "audit.key", audited.directory / "second.key"
    ask(audited, "under the first")
    stack.wait_until(lambda: len(whole(audited, "response")) == 1, "rows of the answer")
    second.write_text("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
    second.chmod(0o600)
    one, two = f'{{file: "{first}"}}', f'{{file: "{second}"}}'
    reload_with(audited, f"keys: [{one}]", f"keys: [{two}]")
    assert "not configured" in audited.process.logged("config.refused")[-1]["detail"], "what is there needs it"
    reload_with(audited, f"keys: [{two}]", f"keys: [{two}, {one}]")
    assert audited.process.logged("config.reloaded")
    ask(audited, "under the second")
    stack.wait_until(lambda: len(whole(audited, "response")) == 2, "rows of the answer")
    reload_with(audited, f"keys: [{two}, {one}]", f"keys: [{two}]")
    first.unlink()
    found = audited.command("audit", "search")
    assert found.returncode == 0 and len(found.stdout.splitlines()) == 2, found.stderr
    assert audited.stop() == 0
    audited.start()
