// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Drives the official openai-node client, unmodified. Reads one job as JSON from standard input:
//   {"url", "family": "azure"|"v1", "api_version", "credential": {"key"|"token"|"header": VALUE}, "calls": [CALL...]}
// with CALL = {"kind": "chat"|"embedding"|"response", "model", "stream"?, "include_usage"?, "headers"?, "max_tokens"?, "max_retries"?}
// and prints one JSON line for each call: what the application would see of it.
import { readFileSync } from 'node:fs';
import OpenAI, { AzureOpenAI } from 'openai';

function makeClient(job) {
  const { key, token, header } = job.credential;
  const defaultHeaders = header === undefined
    ? {}
    : { 'x-client-id': header, authorization: null, 'api-key': null };
  if (job.family === 'v1') {
    return new OpenAI({ baseURL: `${job.url}/openai/v1/`, apiKey: key ?? token ?? 'unused', defaultHeaders, maxRetries: 0 });
  }
  const proof = token === undefined ? { apiKey: key ?? 'unused' } : { azureADTokenProvider: async () => token };
  return new AzureOpenAI({ endpoint: job.url, apiVersion: job.api_version, ...proof, defaultHeaders, maxRetries: 0 });
}

const perform = {
  async chat(client, call, options) {
    const request = { model: call.model, messages: [{ role: 'user', content: 'What colour is the sky, in one word?' }] };
    if (call.max_tokens) request.max_tokens = call.max_tokens;
    if (!call.stream) {
      const answer = await client.chat.completions.create(request, options);
      return { text: answer.choices[0].message.content, usage: answer.usage };
    }
    if (call.include_usage) request.stream_options = { include_usage: true };
    let text = '', usage = null, usageKeys = 0, finish = null;
    for await (const chunk of await client.chat.completions.create({ ...request, stream: true }, options)) {
      text += chunk.choices[0]?.delta?.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usageKeys += 'usage' in chunk ? 1 : 0;
      usage = chunk.usage ?? usage;
    }
    return { text, usage, usage_keys: usageKeys, finish };
  },

  async embedding(client, call, options) {
    const answer = await client.embeddings.create({ model: call.model, input: 'hello' }, options);
    return { dimensions: answer.data[0].embedding.length, usage: answer.usage };
  },

  async response(client, call, options) {
    if (!call.stream) {
      const answer = await client.responses.create({ model: call.model, input: 'hi' }, options);
      return { text: answer.output_text, usage: answer.usage };
    }
    let last = null;
    for await (const event of await client.responses.create({ model: call.model, input: 'hi', stream: true }, options)) {
      last = event;
    }
    return { last: last.type, usage: last.response?.usage };
  },
};

const job = JSON.parse(readFileSync(0, 'utf8'));
const client = makeClient(job);
for (const call of job.calls) {
  let seen;
  try {
    seen = { ok: true, ...(await perform[call.kind](client, call, { headers: call.headers, maxRetries: call.max_retries ?? 0 })) };
  } catch (error) {
    seen = { ok: false, exception: error.constructor.name, status: error.status, code: error.code, request_id: error.requestID, message: error.message };
  }
  console.log(JSON.stringify(seen));
}
