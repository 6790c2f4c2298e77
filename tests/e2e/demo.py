# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The main job in front of your eyes: `./dev demo`.

Starts azure-simulator and the gateway on loopback, lets the official SDKs act as three callers, then puts side by
side what the gateway's ledger says, what arrived at the simulated Azure Monitor and what the provider bills. Then it makes trouble
(demo_troubles.py). Exits 0 only when the three agree to the token and every call ended as it should.
"""

import argparse
import collections
import contextlib
import shutil
import signal
import sys
import tempfile

import openai

import callers
import node_sdk
import stack
from demo_troubles import Troubles

problems = []


def heading(text):
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def show(sdk, what, outcome, good):
    print(f"  {'ok ' if good else 'BAD'} {sdk:<14} {what:<44} {outcome}", flush=True)
    if not good:
        problems.append(f"{sdk}: {what}: {outcome}")


def attempt(sdk, what, action, refused_with=None):
    """Runs one call and says how it ended; a refusal is good when it is the expected exception."""
    try:
        outcome = action()
        show(sdk, what, outcome, refused_with is None)
    except openai.APIStatusError as error:
        show(sdk, what, f"{type(error).__name__} ({error.status_code})",
             refused_with is not None and isinstance(error, refused_with))


def python_calls(client, sdk, more, with_responses):
    """Each kind of call once, with openai-python."""
    def chat():
        answer = client.chat.completions.create(model="gpt-4o", messages=callers.MESSAGES, **more)
        return f"{answer.usage.total_tokens} tokens"

    def streamed(options):
        pieces = list(client.chat.completions.create(
            model="gpt-4o", messages=callers.MESSAGES, stream=True, **options, **more))
        usage = pieces[-1].usage
        return f"{len(pieces)} chunks, " + (f"{usage.total_tokens} tokens" if usage else "no usage in the stream")

    def embedding():
        answer = client.embeddings.create(model="text-embedding-3-small", input="hello", **more)
        return f"{len(answer.data[0].embedding)} dimensions, {answer.usage.total_tokens} tokens"

    def response():
        return f"{client.responses.create(model='team-gpt51', input='hi', **more).usage.total_tokens} tokens"

    def streamed_response():
        events = list(client.responses.create(model="team-gpt51", input="hi", stream=True, **more))
        return f"{len(events)} events, {events[-1].response.usage.total_tokens} tokens"

    attempt(sdk, "chat", chat)
    attempt(sdk, "chat, streamed", lambda: streamed({}))
    attempt(sdk, "chat, streamed with include_usage",
            lambda: streamed({"stream_options": {"include_usage": True}}))
    attempt(sdk, "embeddings", embedding)
    if with_responses:
        attempt(sdk, "responses", response)
        attempt(sdk, "responses, streamed", streamed_response)


NODE_CALLS = {
    "chat": {"kind": "chat", "model": "gpt-4o"},
    "chat, streamed": {"kind": "chat", "model": "gpt-4o", "stream": True},
    "chat, streamed with include_usage": {"kind": "chat", "model": "gpt-4o", "stream": True, "include_usage": True},
    "embeddings": {"kind": "embedding", "model": "text-embedding-3-small"},
    "responses": {"kind": "response", "model": "team-gpt51"},
    "responses, streamed": {"kind": "response", "model": "team-gpt51", "stream": True},
}


def node_calls(gateway, sdk, credential, family):
    names = [name for name in NODE_CALLS if family == "v1" or not name.startswith("responses")]
    seen = node_sdk.perform(gateway, credential, family, [NODE_CALLS[name] for name in names])
    for name, call in zip(names, seen):
        usage = call.get("usage")
        outcome = f"{usage['total_tokens']} tokens" if usage else "no usage in the stream"
        show(sdk, name, outcome if call["ok"] else call["message"], call["ok"])


def act(gateway):
    """The three callers; the key's owner on both URL families and with both SDKs."""
    token = gateway.simulator.token()
    heading("retail-chatbot, proven by its API key")
    python_calls(callers.azure_key(gateway), "python/Azure", {}, False)
    python_calls(callers.plain(gateway), "python/v1", {}, True)
    node_calls(gateway, "node/Azure", {"key": stack.RETAIL_KEY}, "azure")
    node_calls(gateway, "node/v1", {"key": stack.RETAIL_KEY}, "v1")

    heading("data-science, proven by its Entra ID token")
    python_calls(callers.azure_token(gateway, token), "python/Azure", {}, False)
    python_calls(callers.plain(gateway, token), "python/v1", {}, True)
    node_calls(gateway, "node/v1", {"token": token}, "v1")

    heading("legacy-batch, proven by a custom header from a trusted network")
    header_only = {"extra_headers": {"x-client-id": "legacy-batch", "Authorization": openai.Omit(),
                                     "api-key": openai.Omit()}}
    python_calls(callers.azure_key(gateway), "python/Azure", header_only, False)
    python_calls(callers.plain(gateway), "python/v1", header_only, True)
    node_calls(gateway, "node/v1", {"header": "legacy-batch"}, "v1")

    heading("refused before anything is spent")
    before = len(gateway.simulator.requests())

    def chat(client, model="gpt-4o"):
        return lambda: client.chat.completions.create(model=model, messages=callers.MESSAGES)

    attempt("python/Azure", "a key nobody owns", chat(callers.azure_key(gateway, "sk-nobody")),
            openai.AuthenticationError)
    attempt("python/v1", "a token with a forged signature",
            chat(callers.plain(gateway, gateway.simulator.token(bad_signature=True))), openai.AuthenticationError)
    attempt("python/Azure", "a model this client may not use", chat(callers.azure_key(gateway), "gpt-4.1-mini"),
            openai.PermissionDeniedError)
    refused, forbidden = (node_sdk.perform(gateway, credential, "v1", [{"kind": "chat", "model": model}])[0]
                          for credential, model in (({"key": "sk-nobody"}, "gpt-4o"),
                                                    ({"key": stack.RETAIL_KEY}, "gpt-4.1-mini")))
    for what, call, exception in (("a key nobody owns", refused, "AuthenticationError"),
                                  ("a model this client may not use", forbidden, "PermissionDeniedError")):
        show("node/v1", what, f"{call.get('exception')} ({call.get('status')})", call.get("exception") == exception)
    reached = len(gateway.simulator.requests()) - before
    show("", "requests of these that reached a backend", str(reached), reached == 0)


def sums(rows, client, model, prompt, completion, total):
    """Operations and token sums by a (client, model) pair."""
    out = collections.defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        entry = out[(row[client] if client else "", row[model])]
        for i, value in enumerate((1, row[prompt], row[completion], row[total])):
            entry[i] += value or 0
    return out


def table(columns, rows):
    widths = [max(len(str(row[i])) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        print("  " + "  ".join(f"{str(cell):<{w}}" if i < 2 else f"{str(cell):>{w}}"
                               for i, (cell, w) in enumerate(zip(row, widths))).rstrip())


def compare_all(gateway):
    """Prints the three accounts and says whether they agree."""
    bill = [entry for entry in gateway.simulator.bill() if entry["charged"]]
    records = gateway.settled_records(len(bill))
    heading("waiting for the rows at Azure Monitor")
    delivered = stack.delivered_rows(gateway.simulator, len(records))
    uploads = gateway.simulator.uploads()
    print(f"  {len(delivered)} rows in {len(uploads)} uploads")

    heading("tollgate usage --by client,model   (from the gateway's ledger)")
    done = gateway.command("usage", "--by", "client,model")
    print("  " + done.stdout.rstrip().replace("\n", "\n  "))
    ours = ("PromptTokens", "CompletionTokens", "TotalTokens")
    columns = ("ClientName", "Model", "operations", "prompt", "completion", "total")
    heading("rows at the simulated Azure Monitor, summed by client and model")
    rows = sums(delivered.values(), "ClientName", "Model", *ours)
    table(columns, [(*key, *value) for key, value in sorted(rows.items())])
    row = next(iter(delivered.values()))
    print("  one of them, in part: " + ", ".join(
        f"{name}={row[name]}" for name in ("TimeGenerated", "RecordId", "ClientName", "AuthMethod", "CallerIpAddress",
                                           "Backend", "OperationId", "Model", "TotalTokens", "UsageBasis")))
    heading("the provider's own bill (it does not know the callers)")
    theirs = ("prompt_tokens", "completion_tokens", "total_tokens")
    billed = sums(bill, None, "model", *theirs)
    table(("", *columns[1:]), [(*key, *value) for key, value in sorted(billed.items())])

    heading("do they agree?")
    problems.extend(stack.compare(bill, records))
    in_ledger = sums(records, "ClientName", "Model", *ours)
    if in_ledger != rows:
        problems.append(f"ledger and Azure Monitor differ: {dict(in_ledger)} against {dict(rows)}")
    if sums(records, None, "Model", *ours) != billed:
        problems.append("ledger and bill differ in their sums by model")
    if len(records) != len(bill):
        problems.append(f"{len(records)} records for {len(bill)} billed operations")
    reported = stack.parse_usage(gateway)
    if reported != in_ledger:
        problems.append(f"`tollgate usage` says {dict(reported)}, its records say {dict(in_ledger)}")
    for problem in problems:
        print("  " + problem)
    if not problems:
        total = [sum(values) for values in zip(*billed.values())]
        print(f"  Yes: {total[0]} operations and {total[3]} tokens ({total[1]} prompt, {total[2]} completion) in the "
              "ledger, at Azure Monitor and on the bill.")


def keep(gateway):
    """Leaves all of it running until a signal, and says what to do with it."""
    settings = " ".join(f"{name}={value}" for name, value in gateway.environment.items())
    tollgate, config = stack.BINARIES / "tollgate", gateway.config
    heading("everything still runs; what to try next")
    for what, command in (
            ("a request", f"curl {gateway.url}/openai/deployments/gpt-4o/chat/completions?api-version={stack.API_VERSION} "
                          f"-H 'api-key: {stack.RETAIL_KEY}' "
                          """--json '{"messages": [{"role": "user", "content": "Hello"}]}'"""),
            ("usage", f"{tollgate} usage -c {config} --by client,model"),
            ("every record", f"{tollgate} records -c {config}"),
            ("its state", f"curl {gateway.admin}/readyz; curl {gateway.admin}/metrics"),
            ("its configuration, read anew when it changes", f"$EDITOR {config}"),
            ("kill it and start it again", f"kill -9 {gateway.process.pid}; {settings} {tollgate} serve -c {config}"),
            ("the provider's bill, a fault", f"curl {gateway.simulator.control}/bill; curl {gateway.simulator.control}/faults "
                                             """--json '{"service": "ingestion", "behaviour": {"status": 503}}'""")):
        print(f"  {what}:\n      {command}")
    print("  Ctrl-C ends it.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end, to try more")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="tollgate-demo-")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, directory, ignore_errors=True)
        heading("starting azure-simulator and tollgate on loopback")
        simulator = stack.Simulator(directory)
        cleanup.callback(simulator.stop)
        gateway = stack.Gateway(simulator, directory)
        cleanup.callback(lambda: gateway.process.running() and gateway.stop())
        print(f"  simulator: {simulator.resource('contoso-sweden')['endpoint']}, "
              f"{simulator.resource('contoso-eastus')['endpoint']} (TLS)")
        print(f"  gateway:   {gateway.url}, admin {gateway.admin}", flush=True)
        act(gateway)
        compare_all(gateway)
        Troubles(gateway, heading, show).all()
        if options.keep:
            keep(gateway)
        heading("stopping gateway and simulator")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
