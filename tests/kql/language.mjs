// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Microsoft's parser of Kusto queries, with Tollgate's tables and functions loaded.

import {readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const QUERIES = path.join(ROOT, 'deploy/queries');
const TABLES = ['table.json', 'audit-table.json', 'audit-access-table.json', 'adjustment-table.json', 'refusal-table.json'];

// The package is made for browsers: its scripts define globals.
const folder = path.dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/bridge.min.js'));
for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
  vm.runInThisContext(readFileSync(path.join(folder, file), 'utf8'), {filename: file});
}
const {Kusto, Bridge} = globalThis;

/** The declared tables: name -> {column: type}. A rule's `boolean` is a query's `bool`. */
export const tables = Object.fromEntries(TABLES.map((file) => {
  const {schema} = JSON.parse(readFileSync(path.join(ROOT, 'deploy', file), 'utf8')).properties;
  const columns = schema.columns.map(({name, type}) => [name, type === 'boolean' ? 'bool' : type]);
  return [schema.name, Object.fromEntries(columns)];
}));

/** Every shipped query: file name without .kql -> text. */
export const queries = Object.fromEntries(readdirSync(QUERIES).filter((file) => file.endsWith('.kql')).sort()
  .map((file) => [path.basename(file, '.kql'), readFileSync(path.join(QUERIES, file), 'utf8')]));

/** Those that are functions of the workspace, as their first comment says: name -> {parameters, body}. */
export const functions = Object.fromEntries(Object.entries(queries)
  .filter(([name, text]) => text.split('\n', 2)[0].includes(`as the function ${name} of the workspace`))
  .map(([name, body]) => [name, {parameters: body.match(/^\/\/ Parameters: (.*)\.$/m)?.[1] ?? '', body}]));

function symbols() {
  const {TableSymbol, FunctionSymbol} = Kusto.Language.Symbols;
  return [
    ...Object.entries(tables).map(([name, columns]) =>
      TableSymbol.From(`(${Object.entries(columns).map((column) => column.join(':')).join(', ')})`).WithName(name)),
    ...Object.entries(functions).map(([name, {parameters, body}]) =>
      new FunctionSymbol.$ctor16(name, `(${parameters})`, `{${body}\n}`, null)),
  ];
}

const {DatabaseSymbol} = Kusto.Language.Symbols;
const members = Bridge.toArray(symbols());
const workspace = Kusto.Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('workspace', members));

/** The analysed syntax tree of a query, or of a function's body with its parameters. */
export function parse(text, parameters = '') {
  const whole = (parameters ? `declare query_parameters(${parameters});\n` : '') + text;
  if (!parsed.has(whole)) parsed.set(whole, Kusto.Language.KustoCode.ParseAndAnalyze(whole, workspace));
  return parsed.get(whole);
}
const parsed = new Map();  // functions are run again and again

/** What the parser has to say of a query: errors, warnings and suggestions, with the text they are about. */
export function diagnostics(text, parameters = '') {
  const code = parse(text, parameters);
  return Bridge.toArray(code.GetDiagnostics()).map((found) =>
    `${found.Severity} ${found.Code}: ${found.Message} at '${code.Text.substr(found.Start, found.Length)}'`);
}

/** A node's kind as the parser calls it, such as FilterOperator. */
export const kindOf = (node) => Bridge.getTypeName(node).split('.').pop().replace(/\$\d.*/, '');
