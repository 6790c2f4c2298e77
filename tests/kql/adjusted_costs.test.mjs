// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Costs that came later than their records: of rows as they arrive the queries make the sums that `tollgate usage` makes of
// the ledger. There the last adjustment of a record counts, and what nobody used of capacity is an amount of its own.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {run} from './interpreter/interpreter.mjs';
import {queries, tables} from './language.mjs';
import {now, pick} from './rows.mjs';

const hour = (of) => `2026-04-20T${of}:00:00.000000Z`;
const component = (Class, CostNano, more) => ({Class, Quantity: 1, Price: '1', Per: 1, Percent: '', CostNano, ...more});
const cost = (Class, CostNano, CostCurrency = 'USD') => ({CostNano, CostCurrency, CostBasis: 'priced', CostReason: '',
  CostComponents: [component(Class, CostNano)]});
const nothing = (CostBasis, CostReason = '') => ({CostNano: null, CostCurrency: '', CostBasis, CostReason, CostComponents: []});
const provisional = (ProvisionalCostNano) =>
  ({...nothing('allocated_later'), ProvisionalCostNano, ProvisionalCurrency: 'USD', ...capacity});
const capacity = {Backend: 'west', BackendDeployment: 'ptu', Sku: 'GlobalProvisionedManaged'};

const record = (RecordId, time, costs, more) => ({TimeGenerated: time, EventTime: time, RecordId, Gateway: 'gw-1',
  ClientName: 'team-a', Tags: {cost_center: '4711'}, OperationId: 'ChatCompletions_Create', RequestedModel: 'chat', Backend: 'east',
  BackendDeployment: 'chat', Model: 'gpt-5', ServiceTier: 'default', Sku: 'GlobalStandard', UsageBasis: 'reported', TotalTokens: 1000,
  SpilledOver: false, ...costs, ...more});
const other = {ClientName: 'team-b', Tags: {cost_center: '4712'}};

const records = [
  record('early', hour('08'), provisional(4_210_526)), record('late', hour('08'), provisional(10_807_018), other),
  record('half', hour('09'), provisional(4_210_526)), record('not here', hour('09'), provisional(10_807_018), other),
  record('open', hour('10'), provisional(1_000_001)),
  record('rerated', hour('11'), cost('input', 2_102_848)), record('found', hour('11'), nothing('unpriced', 'no_price_for_model'), other),
  record('as it was', hour('11'), cost('output', 11)), record('euro', hour('11'), cost('input', 5, 'EUR')),
  record('march', '2026-03-31T23:59:59.999999Z', cost('input', 99)), record('may', '2026-05-01T00:00:00.000000Z', cost('input', 99))];

const adjustment = (Kind, RecordId, Run, MadeAt, costs) => {
  const {TimeGenerated, UsageBasis, TotalTokens, SpilledOver, ProvisionalCostNano, ProvisionalCurrency, ...own} =
    records.find((one) => one.RecordId === RecordId);
  return {...own, Kind, Run, TimeGenerated: MadeAt, MadeAt, ...costs};
};
const share = (RecordId, Run, MadeAt, nano) => adjustment('allocation', RecordId, Run, MadeAt, cost('provisioned', nano));
const rerate = (RecordId, Run, MadeAt, costs) => adjustment('rerate', RecordId, Run, MadeAt, costs);
const rest = (RecordId, of, Run, MadeAt, CostNano, CostReason = 'unused_capacity') => ({TimeGenerated: MadeAt, MadeAt,
  Kind: 'unused_capacity', Run, RecordId, EventTime: hour(of), Gateway: 'gw-1', ClientName: '', Tags: {}, ...capacity, Sku: '',
  Model: 'gpt-5', CostNano, CostCurrency: 'USD', CostComponents: [], CostBasis: 'priced', CostReason});

const [first, again] = ['2026-04-20T09:10:00.000001Z', '2026-04-20T10:10:00.000001Z'];

/** In the order of the ledger. The hours cost 100 USD each, and two records weigh 1,200 and 3,080 (docs/cost.md). */
const adjustments = [
  share('early', 'h8 a', first, 100_000_000_000),                      // by utilisation, before the other one was there
  share('early', 'h8 b', again, 28_037_383_178), share('late', 'h8 b', again, 71_962_616_822),
  share('half', 'h9', again, 4_210_526), share('not here', 'h9', again, 10_807_018),
  rest('rest 9', '09', 'h9 a', again, 99_995_789_474),                 // by utilisation of the capacity
  rest('rest 9', '09', 'h9 b', '2026-04-20T11:10:00.000001Z', 99_984_982_456),
  rest('rest 7', '07', 'h7', first, -5, 'list_price_difference'),
  rerate('rerated', 'r1', '2026-05-02T10:00:00.000001Z', cost('input', 2_389_600)),
  rerate('rerated', 'r2', '2026-05-02T10:00:00.000002Z', cost('input', 2_000_001)),
  rerate('found', 'r2', '2026-05-02T10:00:00.000002Z', cost('input', 7)),
  rerate('euro', 'r2', '2026-05-02T10:00:00.000002Z', cost('input', 6, 'EUR'))];

/** As the rows come to Azure: out of order, twice, and some so late that TimeGenerated is when they came. */
const late = (row, TimeGenerated) => ({...row, TimeGenerated});
const arrived = {
  TollgateUsage_CL: [...records, ...records.slice(0, 8)].reverse().filter((row) => row.RecordId !== 'not here'),
  TollgateCostAdjustment_CL: [...adjustments.toReversed(), ...adjustments,
    late(adjustments[0], '2026-04-24T00:00:00.000000Z'), late(adjustments[5], '2026-04-24T00:00:00.000000Z')]};
const given = (query, data = arrived) => run(queries[query] ?? query, data, now);

/** What the CLI says of April: the last adjustment of each record in the ledger's order, else the record. */
function counting() {
  const found = new Map(records.filter((row) => row.EventTime.startsWith('2026-04')).map((row) => [row.RecordId, row]));
  for (const one of adjustments) found.set(one.RecordId, one);
  return [...found.values()];
}
/** Exact sums by a key and currency; what has no amount is left out. */
function sums(rows, key) {
  const made = {};
  for (const row of rows.filter((one) => one.CostNano !== null)) {
    const name = `${key(row)} ${row.CostCurrency ?? row.Currency}`;
    made[name] = (made[name] ?? 0n) + BigInt(row.CostNano);
  }
  return made;
}
const label = (row) => row.Kind === 'unused_capacity' ? `(${row.CostReason.replaceAll('_', ' ')})` : undefined;
const all = () => 'all';
const april = (rows) => rows.filter((row) => !row.Day || row.Day < new Date('2026-05-01'));

test('each operation and each rest stands once, with the cost that counts', () => {
  const rows = given('TollgateCost(startofmonth(now(), -1), startofmonth(now())) | order by RecordId asc');
  assert.deepEqual(pick(rows, 'RecordId', 'CostNano', 'CostBasis', 'AdjustmentRun', 'RecordedCostNano', 'Label'), [
    ['as it was', 11, 'priced', '', 11, ''], ['early', 28_037_383_178, 'priced', 'h8 b', null, ''], ['euro', 6, 'priced', 'r2', 5, ''],
    ['found', 7, 'priced', 'r2', null, ''], ['half', 4_210_526, 'priced', 'h9', null, ''],
    ['late', 71_962_616_822, 'priced', 'h8 b', null, ''], ['not here', 10_807_018, 'priced', 'h9', null, ''],
    ['open', null, 'allocated_later', '', null, ''], ['rerated', 2_000_001, 'priced', 'r2', 2_102_848, ''],
    ['rest 7', -5, 'priced', 'h7', null, '(list price difference)'], ['rest 9', 99_984_982_456, 'priced', 'h9 b', null, '(unused capacity)']]);
  assert.deepEqual(rows.filter((row) => row.ProvisionalCostNano !== null).map((row) => row.RecordId), ['open']);
  assert.deepEqual(new Set(Object.keys(rows[0])), new Set([...Object.keys(tables.TollgateUsage_CL), 'AdjustedAt', 'AdjustmentKind',
    'AdjustmentRun', 'RecordedCostNano', 'Label']));
  for (const row of rows) assert.ok(row.TimeGenerated && row.EventTime && row.Gateway && row.Model, row.RecordId);
});

test('the sums by client, cost centre, model and class are those of the ledger, to the nano', () => {
  const wanted = counting();
  const client = (row) => label(row) ?? row.ClientName;
  assert.deepEqual(sums(given('cost-by-client'), client), sums(wanted, client));
  assert.deepEqual(sums(given('cost-by-class'), client), sums(wanted, client));
  assert.deepEqual(sums(april(given('cost-by-cost-centre')), (row) => row.CostCentre),
    sums(wanted, (row) => label(row) ?? row.Tags.cost_center));
  assert.deepEqual(sums(given('cost-by-model-and-tier', {...arrived, TollgateUsage_CL: arrived.TollgateUsage_CL.filter((row) =>
    row.RecordId !== 'may')}), (row) => `${row.Model} ${row.Sku}`), sums(wanted, (row) => `${label(row) ?? row.Model} ${row.Sku}`));
  // By hand: two hours of 100 USD, the difference, and what tokens cost.
  assert.deepEqual(sums(given('cost-by-client'), all), {'all USD': 200_000_000_000n - 5n + 2_000_001n + 7n + 11n, 'all EUR': 6n});
});

test('what is no operation is counted as none, and what is charged for the time being is in no cost', () => {
  assert.deepEqual(pick(given('cost-by-client'), 'ClientName', 'Currency', 'Operations', 'CostNano', 'ProvisionalNano', 'ByCapacity'), [
    ['(list price difference)', 'USD', 0, -5, null, 0], ['(unused capacity)', 'USD', 0, 99_984_982_456, null, 0],
    ['team-a', 'EUR', 1, 6, null, 0], ['team-a', 'USD', 5, 28_037_383_178 + 4_210_526 + 2_000_001 + 11, 1_000_001, 1],
    ['team-b', 'USD', 3, 71_962_616_822 + 10_807_018 + 7, null, 0]]);
  assert.deepEqual(pick(given('cost-unpriced'), 'CostBasis', 'Reason', 'Examples'), [['allocated_later', '', ['open']]]);
});

test('a forecast is made of what counts, also of hours that cost less than what was charged for them', () => {
  const days = (nano) => Array.from({length: 30}, (_, at) => new Date(Date.UTC(2026, 3, 10 + at, 7)).toISOString()).map((time, at) =>
    ({...rest(`rest ${at}`, '07', `h${at}`, time, nano), EventTime: time}));
  const told = (nano) => pick(given('cost-forecast', {TollgateCostAdjustment_CL: days(nano)}), 'Spent', 'Least', 'AtMonthsEnd', 'Most');
  assert.deepEqual(told(1e9), [[9, 31, 31, 31]]);
  assert.deepEqual(told(-1e9), [[-9, -31, -31, -31]]);
});

test('what was spilled over has the cost that counts, and unused capacity is no operation of the deployment', () => {
  const [yesterday, made] = ['2026-05-09T08:00:00.000000Z', '2026-05-10T08:00:00.000000Z'];
  const spilt = record('spilt', yesterday, cost('input', 30), {SpilledOver: true});
  const rows = given('spill-over', {TollgateUsage_CL: [spilt], TollgateCostAdjustment_CL: [
    {...spilt, Kind: 'rerate', Run: 'r', MadeAt: made, TimeGenerated: made, CostNano: 40},
    {...rest('rest', '07', 'h', made, 9), EventTime: yesterday, Backend: 'east', BackendDeployment: 'chat'}]});
  assert.deepEqual(pick(rows, 'Operations', 'SpilledCostNano'), [[1, 40]]);
});
