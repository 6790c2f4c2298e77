// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The interpreter itself, where a query's result alone would not show that it reads Kusto as Kusto is.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {kept, now, pick, used} from './rows.mjs';

const given = (query, data) => run(query, data, now);
const sides = {TollgateUsage_CL: [used('left', 1, 1), used('both', 2, 2)],
  TollgateAudit_CL: [kept('both', 'request', 'a'), kept('both', 'response', 'b'), kept('right', 'request', 'c')]};
const join = (kind) => given(`TollgateUsage_CL | project RecordId, PromptTokens, Model
| join kind=${kind} (TollgateAudit_CL | project RecordId, Kind, ContentBytes) on RecordId`, sides);

test('a full outer join has what is on either side alone, with nulls and empty strings for the other', () => {
  const columns = ['RecordId', 'PromptTokens', 'Model', 'RecordId1', 'Kind', 'ContentBytes'];
  const rows = join('fullouter');
  for (const row of rows) assert.deepEqual(Object.keys(row), columns);
  assert.deepEqual(pick(rows, ...columns), [['left', 1, 'gpt-4o-2024-08-06', '', '', null],
    ['both', 2, 'gpt-4o-2024-08-06', 'both', 'request', 1], ['both', 2, 'gpt-4o-2024-08-06', 'both', 'response', 1],
    ['', null, '', 'right', 'request', 1]]);
  assert.deepEqual(join('leftouter'), rows.slice(0, 3));
  assert.deepEqual(join('inner'), rows.slice(1, 3));
});

test('a full outer join keeps apart what has no key', () => {
  const rows = given(`TollgateUsage_CL | project CompletionTokens
| join kind=fullouter (TollgateUsage_CL | project CompletionTokens) on CompletionTokens`,
  {TollgateUsage_CL: [used('a', 1, null), used('b', 1, 5)]});
  assert.deepEqual(pick(rows, 'CompletionTokens', 'CompletionTokens1'), [[null, null], [5, 5], [null, null]]);
});

test('times a microsecond apart are different, and the later one is the greatest', () => {
  const at = (micros) => `2026-05-10T11:30:00.000${micros}Z`;
  const rows = [used('same', 1, 1, {EventTime: at('001')}), used('same', 2, 1, {EventTime: at('003')}), used('same', 3, 1, {EventTime: at('002')})];
  const [row] = given('TollgateUsage_CL | summarize arg_max(EventTime, *) by RecordId | extend Said = tostring(EventTime)', {TollgateUsage_CL: rows});
  assert.deepEqual([row.PromptTokens, row.Said], [2, '2026-05-10T11:30:00.0000030Z']);
  assert.equal(given('TollgateUsage_CL | distinct EventTime', {TollgateUsage_CL: rows}).length, 3);
});

test('replace_string replaces each place, and takes both texts as they are', () => {
  const [row] = given("TollgateUsage_CL | project Said = replace_string(Model, '.', '$&')", {TollgateUsage_CL: [used('a', 1, 1, {Model: 'a.b.c'})]});
  assert.equal(row.Said, 'a$&b$&c');
});
