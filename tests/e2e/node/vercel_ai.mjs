// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Drives the Vercel AI SDK with its Azure provider, unmodified. Reads one job as JSON from standard input:
//   {"url", "key", "api_version", "question"}
// and prints one JSON line for each call: the tokens that the application was told.
import { readFileSync } from 'node:fs';
import { createAzure } from '@ai-sdk/azure';
import { embed, generateText, streamText } from 'ai';

const job = JSON.parse(readFileSync(0, 'utf8'));
const azure = createAzure({
  baseURL: `${job.url}/openai`, apiKey: job.key, apiVersion: job.api_version, useDeploymentBasedUrls: true,
});
const say = (tokens) => console.log(JSON.stringify({ tokens }));

const whole = await generateText({ model: azure.chat('gpt-4o'), prompt: job.question });
say(whole.usage.totalTokens);
const streamed = streamText({ model: azure.chat('gpt-4o'), prompt: job.question });
for await (const _ of streamed.textStream);
say((await streamed.usage).totalTokens);
const vector = await embed({ model: azure.textEmbedding('text-embedding-3-small'), value: job.question });
say(vector.usage.tokens);
