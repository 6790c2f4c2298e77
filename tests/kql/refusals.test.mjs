// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Whom limits refused: rows that come twice, late, or in two parts for a minute.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {queries} from './language.mjs';
import {now, pick} from './rows.mjs';

const minute = (at) => `2026-05-10T11:${at}:00.000000Z`;
const row = (RowId, at, Requests, more) => ({TimeGenerated: minute(at), RowId, Minute: minute(at), Gateway: 'gw-1', ClientName: 'team-a',
  RequestedModel: 'gpt-4o', LimitScope: 'client', LimitSubject: 'client team-a', Limit: '500 of cost per month', Measure: 'cost',
  Period: 'month', Reason: 'exhausted', Requests, ...more});

test('refusals add up, each row once', () => {
  const rows = run(queries['quota-refusals'], {TollgateRefusal_CL: [
    row('one', '10', 7), row('one', '10', 7), row('part', '10', 2), row('two', '20', 1), {...row('late', '15', 4), TimeGenerated: minute('50')},
    row('other', '10', 3, {ClientName: 'team-b', LimitSubject: 'the gateway', Reason: 'rate'}),
    row('old', '10', 99, {Minute: '2026-05-08T11:10:00.000000Z', TimeGenerated: '2026-05-08T11:10:00.000000Z'})]}, now);
  assert.deepEqual(pick(rows, 'ClientName', 'LimitSubject', 'Reason', 'Refused', 'Minutes'),
    [['team-a', 'client team-a', 'exhausted', 14, 4], ['team-b', 'the gateway', 'rate', 3, 1]]);
  assert.deepEqual([rows[0].First, rows[0].Last].map((time) => time.toISOString()), ['2026-05-10T11:10:00.000Z', '2026-05-10T11:20:00.000Z']);
});
