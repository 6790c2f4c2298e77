# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Objects that outlive their request, in the audit trail: the conversation that they belong to, and what is in files."""

import json

import callers
import stack
import through
from audited import configure, rows, whole

CANARY = "canary.person@example.com"


def test_a_conversation_of_responses_has_one_name_whatever_happens_between(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    neighbour = "  - name: data-science\n"
    gateway.config.write_text(gateway.config.read_text().replace(neighbour, f"{neighbour}    audit: redacted\n"))
    gateway.start()
    client = callers.plain(gateway)
    first = client.responses.create(model="team-gpt51", input="who was it")
    second = client.responses.create(model="team-gpt51", input="and then", previous_response_id=first.id)
    gateway.stop()
    gateway.start()
    client = callers.plain(gateway)
    third = client.responses.create(model="team-gpt51", input="and now", previous_response_id=second.id)
    client.responses.retrieve(third.id)
    stack.wait_until(lambda: len(whole(gateway, "response")) == 4, "rows of all")
    assert {row["ConversationId"] for row in rows(gateway) if row["Kind"] != "checkpoint"} == {first.id}
    assert {record["ConversationId"] for record in gateway.settled_records(4)} == {first.id}
    found = gateway.command("audit", "search", "--conversation", first.id)
    assert len(found.stdout.splitlines()) == 4 and found.stderr == "", found.stdout + found.stderr
    # Whoever calls chooses the id, so a neighbour may take it for its own.
    token = gateway.simulator.token()
    callers.azure_token(gateway, token).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES,
                                                                extra_headers={"x-conversation-id": first.id})
    stack.wait_until(lambda: len(whole(gateway, "response")) == 5, "the neighbour's rows")
    both = gateway.command("audit", "search", "--conversation", first.id)
    assert len(both.stdout.splitlines()) == 5 and "2 clients" in both.stderr, both.stdout + both.stderr
    exported = gateway.command("audit", "export", "--conversation", first.id)
    assert exported.stderr == both.stderr and exported.stdout, exported.stderr
    one = gateway.command("audit", "search", "--conversation", first.id, "--client", "retail-chatbot")
    assert len(one.stdout.splitlines()) == 4 and one.stderr == "", one.stdout + one.stderr


def test_a_conversation_that_is_called_by_a_person_is_found_and_told_to_nobody(gateway):
    assert gateway.stop() == 0
    configure(gateway)
    gateway.start()
    callers.azure_key(gateway).chat.completions.create(model="gpt-4o", messages=callers.MESSAGES,
                                                       extra_headers={"x-conversation-id": CANARY})
    stack.wait_until(lambda: len(whole(gateway, "response")) == 1, "rows")
    found = gateway.command("audit", "search", "--conversation", CANARY)
    assert found.returncode == 0 and len(found.stdout.splitlines()) == 1, found.stdout + found.stderr
    assert gateway.command("audit", "export", "--conversation", CANARY).returncode == 0
    read = gateway.command("audit", "accesses").stdout
    assert "search" in read and "canary" not in read


def test_lines_of_a_batch_are_kept_redacted_as_they_go_up_and_as_they_come_back(gateway):
    assert gateway.stop() == 0
    configure(gateway, more=through.ALL_GROUPS.replace("eastus", "sweden-ptu"))  # which has its model
    gateway.start()
    line = {"custom_id": "1", "method": "POST", "url": "/chat/completions",
            "body": {"model": "gpt-4o", "messages": [{"role": "user", "content": f"Write to {CANARY}"}]}}
    upload = [("file", ("b.jsonl", json.dumps(line).replace("@", "\\u0040").encode())), ("purpose", "batch")]
    body, kind = through.form(upload)
    made = through.send(gateway, "POST", "/openai/v1/files", body, "", kind, api_key=stack.RETAIL_KEY)
    assert made.status in (200, 201), made.body
    got = through.send(gateway, "GET", f"/openai/v1/files/{made.id}/content", None, "", api_key=stack.RETAIL_KEY)
    assert got.status == 200, got.body
    stack.wait_until(lambda: len(whole(gateway, "response")) == 2, "rows of both")
    kept = [row["Content"] for row in rows(gateway) if row["Content"]]
    assert not any("canary" in content for content in kept), kept
    sent, = (json.loads(row["Content"]) for row in whole(gateway, "request") if "lines" in (row["Content"] or ""))
    assert sent["lines"][0]["body"]["messages"][0]["content"] == "Write to [EMAIL_1]"
    assert json.loads(got.body)["custom_id"] == "1", "the simulator gives back what was uploaded"
    assert any("[EMAIL_1]" in (row["Content"] or "") for row in whole(gateway, "response"))
