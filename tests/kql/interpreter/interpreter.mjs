// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Runs a query's own parsed text over rows: as much of Kusto as the queries use. Anything else is an error.

import {functions, kindOf, parse, tables} from '../language.mjs';
import {aggregates} from './aggregates.mjs';
import {Expressions, items} from './expressions.mjs';
import {Moment, Unknown, json, keyOf, order, text, toNumber} from './values.mjs';

const EMPTY = {string: ''};
const columnsOf = (node) => Array.from({length: node.ResultType.Columns.Count}, (_, at) => node.ResultType.Columns.getItem(at));

/** A row of these columns without a value in any. */
const empty = (columns) => Object.fromEntries(columns.map((column) => [column.Name, EMPTY[column.Type.Name] ?? null]));

function stored(value, type) {
  if (value === undefined || value === null) return EMPTY[type] ?? null;
  return type === 'datetime' ? new Moment(value) : value;
}

class Run {
  constructor(data, now) {
    this.data = data;
    this.now = now;
    this.expressions = new Expressions(now);
  }

  query(text, parameters = '', scope = new Map()) {
    let result;
    for (const statement of items(parse(text, parameters).Syntax.Statements)) {
      if (kindOf(statement) === 'QueryParametersStatement') continue;
      if (kindOf(statement) === 'LetStatement') scope.set(statement.Name.SimpleName, this.any(statement.Expression, scope));
      else if (kindOf(statement) === 'ExpressionStatement') result = this.table(statement.Expression, scope);
      else throw new Unknown(kindOf(statement));
    }
    return result;
  }

  any(node, scope) {
    const tabular = node.ResultType?.Columns !== undefined;
    return tabular ? this.table(node, scope) : this.expressions.value(node, {}, scope);
  }

  table(node, scope) {
    const kind = kindOf(node);
    if (kind === 'PipeExpression') return this.piped(node.Operator, this.table(node.Expression, scope), scope);
    if (kind === 'ParenthesizedExpression') return this.table(node.Expression, scope);
    if (kind === 'UnionOperator') return this.union([], node, scope);
    if (kind === 'NameReference') return this.source(node.SimpleName, [], scope);
    if (kind === 'FunctionCallExpression') {
      const given = items(node.ArgumentList.Expressions).map((child) => this.expressions.value(child, {}, scope));
      return this.source(node.Name.SimpleName, given, scope);
    }
    throw new Unknown(kind);
  }

  source(name, given, scope) {
    if (scope.has(name)) return scope.get(name);
    if (functions[name]) {
      const {parameters, body} = functions[name];
      const names = parameters ? parameters.split(', ').map((declared) => declared.split(':')[0]) : [];
      return this.query(body, parameters, new Map(names.map((parameter, at) => [parameter, given[at]])));
    }
    if (!tables[name]) throw new Unknown(`table ${name}`);
    return (this.data[name] ?? []).map((row) => Object.fromEntries(
      Object.entries(tables[name]).map(([column, type]) => [column, stored(row[column], type)])));
  }

  piped(node, rows, scope) {
    const value = (child, row, at) => this.expressions.value(child, row, scope, at);
    switch (kindOf(node)) {
      case 'FilterOperator': return rows.filter((row) => value(node.Condition, row) === true);
      case 'ExtendOperator': return this.extended(node, rows, scope);
      case 'ProjectOperator': return this.projected(node, rows, scope);
      case 'ProjectAwayOperator': {
        const away = items(node.Expressions).map((child) => child.SimpleName);
        return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !away.includes(name))));
      }
      case 'SummarizeOperator': return this.summarized(node, rows, scope);
      case 'SortOperator': return this.sorted(node, rows, scope);
      case 'TakeOperator': return rows.slice(0, value(node.Expression, {}));
      case 'CountOperator': return [{Count: rows.length}];
      case 'DistinctOperator': {
        const made = rows.map((row) => Object.fromEntries(items(node.Expressions).map((c) => [c.SimpleName, value(c, row)])));
        return [...new Map(made.map((row) => [keyOf(Object.values(row)), row])).values()];
      }
      case 'JoinOperator': return this.joined(node, rows, scope);
      case 'MvExpandOperator': return this.expanded(node, rows, scope);
      case 'UnionOperator': return this.union(rows, node, scope);
      default: throw new Unknown(kindOf(node));
    }
  }

  named(node) {
    const kind = kindOf(node);
    if (kind === 'SimpleNamedExpression') return node.Name.SimpleName;
    if (kind === 'NameReference') return node.SimpleName;
    throw new Unknown(`a column without a name: ${kind}`);
  }

  // Columns of one `extend` see those of before it only.
  extended(node, rows, scope) {
    const state = new Map();
    return rows.map((row, index) => ({...row, ...Object.fromEntries(items(node.Expressions).map((child) =>
      [this.named(child), this.expressions.value(child, row, scope, {rows, index, state})]))}));
  }

  projected(node, rows, scope) {
    return rows.map((row) => Object.fromEntries(items(node.Expressions).map((child) =>
      [this.named(child), this.expressions.value(child, row, scope)])));
  }

  summarized(node, rows, scope) {
    const by = node.ByClause ? items(node.ByClause.Expressions) : [];
    const names = columnsOf(node).map((column) => column.Name);
    const groups = new Map();
    for (const row of rows) {
      const key = by.map((child) => this.expressions.value(child, row, scope));
      const id = keyOf(key);
      if (!groups.has(id)) groups.set(id, {key, rows: []});
      groups.get(id).rows.push(row);
    }
    return [...groups.values()].map((group) => {
      const values = items(node.Aggregates).flatMap((child) => this.aggregated(child, group.rows, by, scope));
      if (names.length !== by.length + values.length) throw new Unknown(`summarize: ${names} for ${values.length} values`);
      return Object.fromEntries(names.map((name, at) => [name, [...group.key, ...values][at]]));
    });
  }

  aggregated(node, rows, by, scope) {
    const call = node.Expression ?? node;
    const name = call.Name?.SimpleName;
    if (!aggregates[name]) {
      const aggregate = (inner) => this.aggregated(inner, rows, by, scope)[0];
      return [this.expressions.value(call, {}, scope, {aggregate})];
    }
    const given = items(call.ArgumentList.Expressions);
    const arguments_ = rows.map((row) => given.flatMap((child) => kindOf(child) === 'StarExpression'
      ? Object.entries(row).filter(([column]) => !this.taken(column, given, by)).map(([, value]) => value)
      : [this.expressions.value(child, row, scope)]));
    return aggregates[name](arguments_);
  }

  taken(column, given, by) {
    return [...given, ...by].some((child) => kindOf(child) === 'NameReference' && child.SimpleName === column);
  }

  sorted(node, rows, scope) {
    const keys = items(node.Expressions).map((child) => kindOf(child) === 'OrderedExpression'
      ? [child.Expression, child.Ordering.AscOrDescKeyword?.Text === 'asc' ? 1 : -1] : [child, -1]);
    const of = (child, row) => this.expressions.value(child, row, scope);
    return [...rows].sort((left, right) => {
      for (const [child, way] of keys) {
        const found = order(of(child, left), of(child, right));
        if (found !== 0) return way * found;
      }
      return 0;
    });
  }

  parameter(node, name) {
    const all = Array.from({length: node.Parameters.ChildCount}, (_, at) => node.Parameters.GetChild(at));
    return all.find((found) => found.Name.SimpleName === name)?.Expression;
  }

  joined(node, rows, scope) {
    const kind = this.parameter(node, 'kind')?.Token.Text;
    if (!['leftouter', 'inner', 'fullouter'].includes(kind)) throw new Unknown(`join of kind ${kind}`);
    const on = items(node.ConditionClause.Expressions).map((child) => child.SimpleName);
    const right = this.table(node.Expression, scope);
    const columns = columnsOf(node.Expression);
    const met = new Set();
    const joined = rows.flatMap((row) => {
      const found = right.filter((other) => on.every((name) => equalKeys(row[name], other[name])));
      found.forEach((other) => met.add(other));
      const others = found.length ? found : kind === 'inner' ? [] : [empty(columns)];
      return others.map((other) => beside(row, other));
    });
    if (kind !== 'fullouter') return joined;
    // A join's columns are those of the left side, then those of the right one.
    const none = empty(columnsOf(node).slice(0, -columns.length));
    return [...joined, ...right.filter((other) => !met.has(other)).map((other) => beside(none, other))];
  }

  expanded(node, rows, scope) {
    const index = this.parameter(node, 'with_itemindex')?.SimpleName;
    const children = items(node.Expressions);
    if (children.length !== 1) throw new Unknown('mv-expand of several columns');
    const [{Expression: child, ToTypeOf: to}] = children;
    const type = to ? to.TypeOf.Types.GetChild(0).GetChild(0).Type.Text : 'dynamic';
    return rows.flatMap((row) => {
      const value = json(this.expressions.value(child, row, scope));
      const elements = Array.isArray(value) ? value : value === null ? [null]
        : typeof value === 'object' ? Object.entries(value).map(([key, of]) => ({[key]: of})) : [value];
      return elements.map((element, at) =>
        ({...row, ...(index ? {[index]: at} : {}), [this.named(child)]: typed(element, type)}));
    });
  }

  union(rows, node, scope) {
    return [rows, ...items(node.Expressions).map((child) => this.table(child, scope))].flat();
  }
}

const equalKeys = (left, right) => left !== null && right !== null && keyOf([left]) === keyOf([right]);

function typed(value, type) {
  if (type === 'dynamic') return value;
  if (type === 'string') return value === null ? '' : text(value);
  if (type === 'long') return toNumber(value);
  throw new Unknown(`typeof(${type})`);
}

function beside(row, other) {
  const made = {...row};
  for (const [name, value] of Object.entries(other)) made[Object.hasOwn(row, name) ? `${name}1` : name] = value;
  return made;
}

/** The rows that a query gives over `data`, {table: rows}, at the time `now`. */
export const run = (text, data, now) => new Run(data, now).query(text);
