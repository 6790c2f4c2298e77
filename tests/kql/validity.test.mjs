// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Every query that is shipped, shown or promised to run is valid in the eyes of Microsoft's own parser.

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';

import {ROOT, diagnostics, functions, queries, tables} from './language.mjs';

const read = (...where) => readFileSync(path.join(ROOT, ...where), 'utf8');

function shown() {
  return readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).flatMap((file) =>
    [...read('docs', file).matchAll(/^```kql\n(.*?)^```$/gms)].map((block, index) => [`docs/${file}, block ${index + 1}`, block[1]]));
}

function promised() {
  return ['article', 'guide'].flatMap((folder) => readdirSync(path.join(ROOT, 'tests/kql', folder))
    .map((file) => [`${folder}/${file}`, read('tests/kql', folder, file)]));
}

const parametersOf = (text) => text.match(/^\/\/ Parameters: (.*)\.$/m)?.[1];

for (const [where, text] of [...Object.entries(queries), ...shown(), ...promised()]) {
  test(`${where} is valid`, () => assert.deepEqual(diagnostics(text, parametersOf(text)), []));
}

test('the functions of the audit trail, of costs and those of the article are there', () => {
  assert.deepEqual(Object.keys(functions), ['ApiManagementGatewayLlmLog', 'ApiManagementGatewayLogs', 'TollgateAudit',
    'TollgateAuditContent', 'TollgateCost', 'TollgateUsage']);
});

// That the parser knows tables, columns and functions: each shipped name, misspelt in its place, is named as unknown.
const unknown = (text, name, parameters) => {
  const found = diagnostics(text, parameters);
  assert.ok(found.some((line) => line.startsWith('Error') && line.includes(`'${name}'`)), found.join('\n') || 'nothing was found');
};

for (const [table, columns] of Object.entries(tables)) {
  test(`a misspelt ${table} is found`, () => unknown(`${table}x | count`, `${table}x`));
  test(`each misspelt column of ${table} is found`, () => {
    for (const column of Object.keys(columns)) unknown(`${table} | project ${column}x`, `${column}x`);
  });
}

for (const [name, {parameters}] of Object.entries(functions)) {
  const call = parameters ? '(ago(1d), now())' : '';
  test(`a misspelt ${name} is found`, () => unknown(`${name}x${call} | count`, `${name}x`));
  test(`a misspelt column of ${name} is found`, () => unknown(`${name}${call} | project RecordIdx`, 'RecordIdx'));
}

test('a misspelt column inside a function is found', () =>
  unknown(functions.TollgateAudit.body.replace('where EventTime', 'where EventTim'), 'EventTim', functions.TollgateAudit.parameters));

test('a misspelt column inside the function of costs is found', () => {
  const {body, parameters} = functions.TollgateCost;
  for (const column of ['MadeAt', 'CostNano1', 'CostReason1']) {
    unknown(body.replace(new RegExp(`\\b${column}\\b(?=[,)]| ==)`), `${column}x`), `${column}x`, parameters);
  }
});

test('a misspelt column of a query about costs is found', () => {
  const costs = Object.values(queries).filter((text) => text.includes('TollgateCost('));
  assert.equal(costs.length, 8);
  for (const text of costs) {
    const place = (name) => new RegExp(`(?<=[(] ?|where |project )${name}\\b`);
    const column = ['Label', 'CostNano', 'EventTime'].find((name) => place(name).test(text));
    unknown(text.replace(place(column), `${column}x`), `${column}x`);
  }
});

test('every query that reads a cost reads the one that counts', () => {
  const cost = /\b(Cost(Nano|Currency|Components|Basis|Reason)|PriceId|Provisional\w+)\b/;
  for (const [name, text] of Object.entries(queries).filter(([name]) => name !== 'TollgateCost')) {
    if (cost.test(text)) assert.doesNotMatch(text, /TollgateUsage/, name);
  }
});

test('a misspelt built-in function is found', () => unknown('TollgateUsage_CL | extend x = parse_jsn(UsageReason)', 'parse_jsn'));

test('a value of the wrong type is found', () =>
  assert.notDeepEqual(diagnostics("TollgateUsage_CL | where TotalTokens startswith 'a'"), []));

test('the declared streams are the tables', () => {
  const streams = ['dcr.json', 'audit-dcr.json'].flatMap((file) => {
    const rule = JSON.parse(read('deploy', file)).properties;
    const flows = Object.fromEntries(rule.dataFlows.map((flow) => [flow.streams[0], flow.outputStream]));
    return Object.entries(rule.streamDeclarations).map(([name, {columns}]) => {
      assert.equal(flows[name], name);
      return [name, Object.fromEntries(columns.map(({name, type}) => [name, type === 'boolean' ? 'bool' : type]))];
    });
  });
  const expected = Object.entries(tables).map(([name, columns]) => [`Custom-${name}`, columns]);
  assert.deepEqual(Object.fromEntries(streams), Object.fromEntries(expected));
});
