// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// What the shipped queries about costs give over rows that were made by hand.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {queries} from './language.mjs';

const now = new Date('2026-05-10T12:00:00Z');
const today = '2026-05-10T11:30:00Z';
let last = 0;

const used = (EventTime, CostNano, more) => ({
  TimeGenerated: EventTime, EventTime, RecordId: `record-${++last}`, ClientName: 'team-a', CallerIpAddress: '10.1.2.3',
  OperationId: 'ChatCompletions_Create', Model: 'gpt-5', Backend: 'east', BackendDeployment: 'chat', Sku: 'GlobalStandard',
  UsageBasis: 'reported', TotalTokens: 1000, CostNano, CostCurrency: 'USD', CostBasis: 'priced', SpilledOver: false,
  Tags: {cost_center: '4711'}, ...more});
const unpriced = (EventTime, more) => used(EventTime, null, {CostCurrency: '', CostBasis: 'unpriced', ...more});
const given = (name, rows) => run(queries[name], {TollgateUsage_CL: rows}, now);
const pick = (rows, ...names) => rows.map((row) => names.map((name) => row[name]));

test('cost by client: unpriced is no 0, currencies stay apart, a repeated row counts once', () => {
  const april = '2026-04-20T08:00:00Z';
  const twice = used(april, 1_500_000_000);
  const rows = given('cost-by-client', [twice, twice, used(april, 500_000_000, {CostBasis: 'partial', UsageBasis: 'estimated'}),
    used(april, 7, {CostCurrency: 'EUR'}), unpriced(april), used(today, 99), used('2026-03-31T23:59:59Z', 99)]);
  assert.deepEqual(pick(rows, 'Currency', 'Operations', 'CostNano', 'Cost', 'Partial', 'Unpriced', 'Estimated'),
    [['(no cost)', 1, null, null, 0, 1, 0], ['EUR', 1, 7, 7e-9, 0, 0, 0], ['USD', 2, 2_000_000_000, 2, 1, 0, 1]]);
});

test('cost by cost centre and day', () => {
  const rows = given('cost-by-cost-centre', [used(today, 2), used(today, 3), used('2026-05-09T23:59:59Z', 5, {Tags: {}}),
    unpriced(today)]);
  assert.deepEqual(pick(rows, 'CostCentre', 'CostNano', 'Operations'), [['(none)', 5, 1], ['4711', 5, 2]]);
});

test('cost by model and tier: the tier that served', () => {
  const rows = given('cost-by-model-and-tier', [used(today, 4_000_000, {ServiceTier: 'priority'}),
    used(today, 2_000_000, {RequestedServiceTier: 'priority', ServiceTier: 'default'}), used(today, 1_000_000)]);
  assert.deepEqual(pick(rows, 'Tier', 'CostNano', 'PerMillionTokens', 'AskedForAnother'),
    [['priority', 4_000_000, 4, 0], ['default', 3_000_000, 1.5, 1]]);
});

test('cost by class: the amounts are those of the records', () => {
  const component = (Class, Quantity, Price, CostNano) => ({Class, Quantity, Price, Per: 1000000, Percent: '-12', CostNano});
  const april = '2026-04-20T08:00:00Z';
  const rows = given('cost-by-class', [
    used(april, 30, {CostComponents: [component('input', 10, '4', 20), component('output', 1, '20', 10)]}),
    used(april, 7, {CostComponents: [component('input', 3, '4', 7)]}), used(april, 0, {CostComponents: []}), unpriced(april)]);
  assert.deepEqual(pick(rows, 'Class', 'Price', 'Quantity', 'CostNano', 'Operations'),
    [['input', '4', 13, 27, 2], ['output', '20', 1, 10, 1]]);
});

test('a forecast of costs that grow by the same amount each day is their line', () => {
  const rows = [];
  for (let day = 0; day < 30; ++day) rows.push(used(new Date(Date.UTC(2026, 3, 10 + day, 6)).toISOString(), (day + 1) * 1e9));
  const [row, ...others] = given('cost-forecast', [...rows, used(today, 5e12)]);
  assert.deepEqual(others, []);
  // From the first to the ninth: 22 to 30. From the tenth to the thirty-first: 31 to 52.
  assert.deepEqual([row.Spent, row.AtMonthsEnd, row.Least, row.Most], [234, 234 + 22 * (31 + 52) / 2, 1147, 1147]);
});

test('a forecast of costs that scatter has an interval around it, and days without costs count', () => {
  const rows = [];
  for (let day = 0; day < 30; day += 2) rows.push(used(new Date(Date.UTC(2026, 3, 10 + day, 6)).toISOString(), 2e9));
  const [row] = given('cost-forecast', rows);
  // The line over 2, 0, 2, 0, ..., computed from the deviations and not from the sums.
  const n = 30, y = Array.from({length: n}, (_, x) => x % 2 ? 0 : 2), mean = (n - 1) / 2;
  const slope = y.reduce((sum, value, x) => sum + (x - mean) * (value - 1), 0) / y.reduce((sum, _, x) => sum + (x - mean) ** 2, 0);
  const line = (x) => 1 + slope * (x - mean);
  const spread = Math.sqrt(y.reduce((sum, value, x) => sum + (value - line(x)) ** 2, 0) / (n - 2));
  const coming = Array.from({length: 22}, (_, at) => line(n + at)).reduce((sum, value) => sum + value, 0);
  const wide = 1.313 * spread * Math.sqrt(22 + 22 ** 2 / n + 22 ** 2 * (40.5 - mean) ** 2 / 2247.5);
  assert.ok(Math.abs(row.AtMonthsEnd - (row.Spent + coming)) < 0.011, JSON.stringify(row));
  assert.ok(Math.abs(row.Most - (row.Spent + coming + wide)) < 0.011, JSON.stringify(row));
  assert.ok(row.Least < row.AtMonthsEnd && row.Most > row.AtMonthsEnd);
});

test('of fewer than fourteen days with costs no line is drawn', () => {
  const rows = Array.from({length: 14}, (_, day) => used(new Date(Date.UTC(2026, 3, 26 + day, 6)).toISOString(), 1e9));
  assert.deepEqual(given('cost-forecast', rows.slice(1)), []);
  assert.equal(given('cost-forecast', rows).length, 1);
});

test('what has no price stands under each of its reasons', () => {
  const rows = given('cost-unpriced', [used(today, 1), unpriced(today, {CostReason: 'no_price_for_model', Model: 'gpt-6'}),
    unpriced(today, {CostReason: 'no_price_for_model', Model: 'gpt-6'}),
    used(today, 1, {CostBasis: 'partial', CostReason: 'no_price:audio_output,context_band_unknown'})]);
  assert.deepEqual(pick(rows, 'CostBasis', 'Reason', 'Model', 'Operations'), [['unpriced', 'no_price_for_model', 'gpt-6', 2],
    ['partial', 'context_band_unknown', 'gpt-5', 1], ['partial', 'no_price:audio_output', 'gpt-5', 1]]);
});

test('the share that was spilled over', () => {
  const rows = given('spill-over', [used(today, null, {CostBasis: 'allocated_later', CostCurrency: ''}),
    used(today, 30, {SpilledOver: true, TotalTokens: 3000}), unpriced(today, {SpilledOver: true, TotalTokens: 0}),
    used(today, 5, {BackendDeployment: 'other'})]);
  assert.deepEqual(pick(rows, 'BackendDeployment', 'Operations', 'Spilled', 'SpilledPercent', 'SpilledTokensPercent',
    'SpilledUnpriced', 'SpilledCostNano'), [['chat', 3, 2, 66.67, 75, 1, 30]]);
});

test('outliers are far from what is usual for their client and model', () => {
  const usual = Array.from({length: 20}, (_, at) => used(today, 1, {TotalTokens: 900 + 10 * at}));
  const alone = used(today, 1, {TotalTokens: 50_000, Model: 'gpt-6'});
  const rows = given('tokens-per-request-outliers', [...usual, used(today, 9, {TotalTokens: 40_000, RecordId: 'far'}),
    used(today, 1, {TotalTokens: 1400}), alone]);
  assert.deepEqual(pick(rows, 'RecordId', 'TotalTokens', 'Median'), [['far', 40_000, 1000]]);
});
