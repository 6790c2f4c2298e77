// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// What the article's queries and the audit functions give over rows that were made by hand.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {kept, now, used, withoutContent} from './rows.mjs';

const text = (file) => readFileSync(path.join(import.meta.dirname, `${file}.kql`), 'utf8');

// As the backend would have said it: another model's name and other counts than the record's.
const chat = (content) => JSON.stringify({model: 'm', usage: {total_tokens: 9}, choices: [{message: {role: 'assistant', content}}]});
const completion = '{"model":"m","choices":[{"text":"42"}]}';
const response = '{"output":[{"type":"message","content":[{"type":"output_text","text":"Bonjour"}]}]}';
const long = chat('0123456789');
const cut = (RecordId, Part) => kept(RecordId, 'response', long.slice(Part * 20 - 20, Part === 2 ? undefined : Part * 20), {
  Part, Parts: 2, ContentBytes: long.length, ContentSha256: createHash('sha256').update(long).digest('hex')});

const data = {
  TollgateUsage_CL: [
    used('plain', 10, 5), used('plain', 10, 5),                          // delivered twice
    used('streamed', 20, 7, {Stream: true}),
    used('off', 30, 1),
    used('metadata', 40, 2),
    used('parted', 50, 3), used('torn', 60, 4),
    used('text', 7, 1, {OperationId: 'Completions_Create', Model: 'davinci-002'}),
    used('response', 8, 2, {OperationId: 'Responses_Create', Model: 'gpt-4.1'}),
  ],
  TollgateAudit_CL: [
    kept('plain', 'response', chat('Grüße')), kept('plain', 'response', chat('Grüße')),
    kept('plain', 'request', '{"messages":[{"role":"user","content":"Hallo"}]}'),
    kept('streamed', 'response', chat('put together')),
    withoutContent(kept('metadata', 'response', ''), 'level', {Level: 'metadata'}),
    cut('parted', 2), cut('parted', 1), cut('torn', 2),
    kept('text', 'response', completion), kept('response', 'response', response, {OperationId: 'Responses_Create'}),
  ],
};
const given = (query) => run(query, data, now);
const by = (rows, key, value) => Object.fromEntries(rows.map((row) => [row[key], row[value]]));

test('the first query of the article counts every operation once, whatever was audited', () => {
  assert.deepEqual(given(text('article/usage-monitoring')), [
    {ip: '10.1.2.3', model: 'gpt-4o-2024-08-06', sum_prompttokens: 210, sum_completiontokens: 22, sum_totaltokens: 232,
      avg_totaltokens: 232 / 6},
    {ip: '10.1.2.3', model: 'davinci-002', sum_prompttokens: 7, sum_completiontokens: 1, sum_totaltokens: 8, avg_totaltokens: 8},
  ]);
});

test('the second query of the article shows streamed answers too', () => {
  assert.deepEqual(by(given(text('article/prompt-usage-monitoring')), 'CorrelationId', 'prompttext'), {
    plain: '{"message":{"role":"assistant","content":"Grüße"}}',
    streamed: '{"message":{"role":"assistant","content":"put together"}}',
    off: '', metadata: '', torn: '',
    parted: '{"message":{"role":"assistant","content":"0123456789"}}',
    text: '{"text":"42"}'});
});

test('the query of the newer guide reads all three kinds of answers', () => {
  assert.deepEqual(by(given(text('guide/answers')), 'CorrelationId', 'text'), {
    plain: 'Grüße', streamed: 'put together', off: '', metadata: '', parted: '0123456789', torn: '', text: '42',
    response: 'Bonjour'});
});

test('tokens by deployment count each operation once, beside the rows of messages', () => {
  const rows = given(text('guide/usage-by-deployment'));
  assert.deepEqual(rows.map((row) => [row.ApimSubscriptionId, row.ModelName, row.Calls, row.TotalTokens]),
    [['team-a', 'gpt-4o-2024-08-06', 6, 232], ['team-a', 'gpt-4.1', 1, 10], ['team-a', 'davinci-002', 1, 8]]);
});

test('parts are put together in order, and what is missing is named', () => {
  const rows = given('TollgateAuditContent(ago(1h), now())').filter((row) => ['parted', 'torn'].includes(row.RecordId));
  assert.deepEqual(rows.map((row) => [row.RecordId, row.Complete, row.MissingParts, row.LengthFits, row.HashFits, row.Content]),
    [['parted', true, [], true, true, long], ['torn', false, [1], false, false, long.slice(20)]]);
});

test('what the interpreter does not know is an error', () => {
  assert.throws(() => given('TollgateUsage_CL | sample 1'));
  assert.throws(() => given('TollgateUsage_CL | extend x = reverse(Model)'), /function reverse/);
  assert.throws(() => given('TollgateUsage_CL | summarize x = stdev(TotalTokens)'), /stdev/);
  assert.throws(() => given('TollgateUsage_CL | join TollgateAudit_CL on RecordId'), /join of kind/);
});
