// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The article's queries over rows that the gateway made itself: those of tests/unit/capture/rows.jsonl, among them streams
// that it put together. What they give is what the rows of usage say, whatever was audited.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {ROOT} from './language.mjs';
import {used, withoutContent} from './rows.mjs';

const now = new Date('2026-11-06T22:00:00Z');
const read = (...where) => readFileSync(path.join(ROOT, ...where), 'utf8');
const article = (name) => read('tests/kql/article', `${name}.kql`);

/** The corpus has one exchange per case; here each gets the name of its case as RecordId. */
const corpus = read('tests/unit/capture/rows.jsonl').trim().split('\n').map((line) => JSON.parse(line));
const made = (name, as = name, more = {}) => corpus.filter((line) => line.case === name).map(({row}) => ({...row, RecordId: as,
  OperationId: name === 'responses' ? 'Responses_Create' : 'ChatCompletions_Create', ...more}));
const billed = (RecordId, prompt, completion, more) => used(RecordId, prompt, completion, {TimeGenerated: '2026-11-06T21:20:00Z',
  EventTime: '2026-11-06T21:20:00Z', Model: 'gpt-4o-2024-11-20', Stream: true, Outcome: 'completed', ...more});
const nothing = {PromptTokens: null, CompletionTokens: null, TotalTokens: null};

const data = {
  TollgateUsage_CL: [
    billed('stream', 9, 7, {AuditLevel: 'redacted'}), billed('tool calls', 20, 5, {AuditLevel: 'redacted'}),
    billed('full', 11, 3, {AuditLevel: 'full'}), billed('sampled', 12, 4, {AuditLevel: 'redacted'}),
    billed('metadata', 13, 5, {AuditLevel: 'metadata'}), billed('off', 14, 6, {AuditLevel: 'off'}),
    billed('lost', 15, 7, {AuditLevel: 'redacted', Outcome: 'interrupted'}),
    billed('refused', 0, 0, {...nothing, StatusCode: 400, ErrorCode: 'content_filter', Outcome: 'completed'}),
    billed('error in a stream', 16, 1, {Outcome: 'backend_error', UsageBasis: 'estimated'}),
    billed('over the bound', 5000, 900, {Model: 'gpt-4o-mini-2024-07-18', CallerIpAddress: '10.9.9.9'}),
    billed('broken', 2, 2, {Stream: false}), billed('text', 1, 1, {Stream: false}),
    billed('responses', 30, 8, {OperationId: 'Responses_Create', Model: 'gpt-4.1-2025-04-14'})],
  TollgateAudit_CL: [
    ...['stream', 'tool calls', 'refused', 'error in a stream', 'over the bound', 'broken', 'text', 'responses'].flatMap((name) => made(name)),
    ...made('stream', 'full', {Level: 'full', LevelReason: 'incident 4711'}),
    ...made('stream', 'sampled').filter((row) => row.Form === 'raw').map((row) => withoutContent(row, 'sampling')),
    ...made('stream', 'metadata').filter((row) => row.Form === 'raw').map((row) => withoutContent(row, 'level', {Level: 'metadata'})),
    ...made('stream', 'lost').filter((row) => row.Form === 'raw').map((row) => withoutContent(row, 'lost', {Source: 'lost'}))],
};
const given = (query) => run(query, data, now);

// The first query up to where it sums: its own `modelkey` of each operation, made by substring and indexof.
const keys = () => {
  const [each] = article('usage-monitoring').split('| summarize');
  return Object.fromEntries(given(`${each}| project CorrelationId, modelkey`).map((row) => [row.CorrelationId, row.modelkey]));
};

test('the model key of every operation is the model without its version, at any level', () => {
  const names = ['stream', 'tool calls', 'full', 'sampled', 'metadata', 'off', 'lost', 'refused', 'error in a stream', 'over the bound',
    'broken', 'text'];
  assert.deepEqual(keys(), Object.fromEntries(names.map((name) => [name, 'gpt-4o'])));
});

test('the sums of the first query are those of the usage table, to the token', () => {
  const same = `TollgateUsage(ago(30d), now())
| where OperationId in ('ChatCompletions_Create', 'Completions_Create')
| summarize sum_prompttokens = sum(PromptTokens), sum_completiontokens = sum(CompletionTokens),
    sum_totaltokens = sum(TotalTokens), avg_totaltokens = avg(TotalTokens) by ip = CallerIpAddress, model = Model`;
  const summed = given(article('usage-monitoring'));
  assert.deepEqual(summed, given(same));
  assert.equal(summed.reduce((total, row) => total + row.sum_totaltokens, 0),
    data.TollgateUsage_CL.filter((row) => row.RecordId !== 'responses').reduce((total, row) => total + (row.TotalTokens ?? 0), 0));
});

test('the second query tells what a stream said that was put together, and nothing of what was not kept', () => {
  const texts = Object.fromEntries(given(article('prompt-usage-monitoring')).map((row) => [row.CorrelationId, row.prompttext]));
  for (const name of ['stream', 'full']) {
    assert.equal(texts[name], JSON.stringify(JSON.parse(made('stream').find((row) =>
      row.Kind === 'response' && row.Form === 'raw').Content).choices[0]).slice(0, 100));
  }
  for (const name of ['sampled', 'metadata', 'off', 'lost', 'refused']) assert.equal(texts[name], '', name);
  assert.match(texts['error in a stream'], /"index":0/);
});

test('the body of a stream that was put together parses, and its own answer and usage stand in it', () => {
  const bodies = Object.fromEntries(given('ApiManagementGatewayLogs | project CorrelationId, BackendResponseBody, ContentState')
    .map((row) => [row.CorrelationId, row]));
  const stream = JSON.parse(bodies.stream.BackendResponseBody);
  assert.equal(stream.choices[0].message.content, 'Rayleigh scattering.');
  assert.equal(stream.usage.total_tokens, 16);
  assert.equal(JSON.parse(bodies['tool calls'].BackendResponseBody).choices[0].message.tool_calls[0].function.name, 'send');
  assert.equal(JSON.parse(bodies.responses.BackendResponseBody).output[0].type, 'message');
  assert.equal(JSON.parse(bodies.refused.BackendResponseBody).error.code, 'content_filter');
  assert.deepEqual(['full', 'sampled', 'metadata', 'off', 'lost', 'over the bound'].map((name) => bodies[name].ContentState),
    ['whole', 'none', 'none', 'none', 'none', 'cut']);
});
