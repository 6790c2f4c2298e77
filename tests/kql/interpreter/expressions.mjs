// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Scalar expressions of a parsed query over one row. What is not known here is an error, never left out.

import {kindOf} from '../language.mjs';
import {aggregates} from './aggregates.mjs';
import {scalarFunctions} from './scalar_functions.mjs';
import {Span, Unknown, equal, json, number, order, text} from './values.mjs';

export const items = (list) => Array.from({length: list.ChildCount}, (_, at) => list.GetChild(at).GetChild(0));

const ESCAPES = {n: '\n', r: '\r', t: '\t'};
const UNITS = {d: 864e5, h: 36e5, m: 6e4, s: 1e3, ms: 1};

function literal(node) {
  const token = node.Token.Text;
  const wrapped = token.match(/^(\w+)\((.*)\)$/s);
  if (wrapped?.[2] === 'null') return null;
  if (wrapped?.[1] === 'datetime') return new Date(wrapped[2]);
  if (token === 'true' || token === 'false') return token === 'true';
  if (/^@['"]/.test(token)) return token.slice(2, -1);
  if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, (_, escaped) => ESCAPES[escaped] ?? escaped);
  const span = token.match(/^([\d.]+)(d|h|m|s|ms)$/);
  if (span) return new Span(Number(span[1]) * UNITS[span[2]]);
  if (/^[\d.]+$/.test(token)) return Number(token);
  throw new Unknown(`literal ${token}`);
}

function member(value, key) {
  if (value === null || typeof value !== 'object') return null;
  if (Array.isArray(value)) return value.at(key) ?? null;
  return Object.hasOwn(value, key) ? value[key] ?? null : null;
}

const logic = {
  and: (left, right) => left === false || right === false ? false : left === null || right === null ? null : true,
  or: (left, right) => left === true || right === true ? true : left === null || right === null ? null : false,
};
const compare = (test) => (left, right) => left === null || right === null ? null : test(order(left, right));
const arithmetic = (made) => (left, right) => left === null || right === null ? null : made(number(left), number(right));
const without = (test) => (left, right) => { const found = test(left, right); return found === null ? null : !found; };
const lower = (value) => text(value).toLowerCase();
const operators = {
  ...logic,
  '==': equal, '!=': without(equal),
  '<': compare((way) => way < 0), '<=': compare((way) => way <= 0),
  '>': compare((way) => way > 0), '>=': compare((way) => way >= 0),
  '+': arithmetic((a, b) => a + b), '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b), '/': arithmetic((a, b) => b === 0 ? null : a / b),
  contains: (left, right) => lower(left).includes(lower(right)),
  startswith: (left, right) => lower(left).startsWith(lower(right)),
};

/** `has`: the term with no letter or digit beside it, in any case. */
const has = (source, term) =>
  new RegExp(`(?<![\\p{L}\\p{N}])${lower(term).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'u').test(lower(source));

export class Expressions {
  constructor(now) { this.functions = scalarFunctions(now); }

  /** The value of a node. `row` holds the columns, `scope` the let statements; `at` = {rows, index} for window functions. */
  value(node, row, scope, at) {
    const made = this.raw(node, row, scope, at);
    return made === null || made === undefined ? (node.ResultType?.Name === 'string' ? '' : null) : made;
  }

  raw(node, row, scope, at) {
    const of = (child) => this.value(child, row, scope, at);
    const each = (list) => items(list.Expressions).map(of);
    const kind = kindOf(node);
    switch (kind) {
      case 'LiteralExpression': return literal(node);
      case 'CompoundStringLiteralExpression': return literal(node.Tokens.GetChild(0));
      case 'DynamicExpression': return this.constant(node.Expression);
      case 'ParenthesizedExpression': return of(node.Expression);
      case 'SimpleNamedExpression': case 'CompoundNamedExpression': return of(node.Expression);
      case 'NameReference': return this.named(node.SimpleName, row, scope);
      case 'PrefixUnaryExpression': { const v = of(node.Expression); return v === null ? null : -v; }
      case 'PathExpression': return member(of(node.Expression), node.Selector.SimpleName);
      case 'ElementExpression': return member(of(node.Expression), of(node.Selector.Expression));
      case 'InExpression': {
        const found = each(node.Right).flat().some((value) => equal(of(node.Left), value) === true);
        return node.Operator.Text === 'in' ? found : node.Operator.Text === '!in' ? !found : this.unknown(node.Operator.Text);
      }
      case 'BetweenExpression': {
        const [v, first, last] = [of(node.Left), of(node.Right.First), of(node.Right.Second)];
        return v === null ? null : order(v, first) >= 0 && order(v, last) <= 0;
      }
      case 'HasAnyExpression': return each(node.Right).flat().some((term) => has(of(node.Left), term));
      case 'BinaryExpression': return this.operated(node, of);
      case 'FunctionCallExpression': return this.called(node, row, scope, at, of);
      default: return this.unknown(kind);
    }
  }

  unknown(what) { throw new Unknown(what); }

  operated(node, of) {
    const made = operators[node.Operator.Text] ?? this.unknown(`operator ${node.Operator.Text}`);
    const result = made(of(node.Left), of(node.Right));
    return node.Operator.Text === '/' && node.ResultType.Name === 'long' && result !== null ? Math.trunc(result) : result;
  }

  constant(node) { return json(node.toString().replace(/'/g, '"')); }

  named(name, row, scope) {
    if (Object.hasOwn(row, name)) return row[name];
    return scope.has(name) ? scope.get(name) : this.unknown(`name ${name}`);
  }

  called(node, row, scope, at, of) {
    const name = node.Name.SimpleName;
    const given = items(node.ArgumentList.Expressions);
    if (name === 'iff') return of(given[of(given[0]) === true ? 1 : 2]);
    if (name === 'case') {
      for (let n = 0; n + 1 < given.length; n += 2) if (of(given[n]) === true) return of(given[n + 1]);
      return of(given.at(-1));
    }
    if (name === 'prev') return at.index === 0 ? null : this.value(given[0], at.rows[at.index - 1], scope);
    if (name === 'row_number') {
      const restart = at.index === 0 || of(given[1]) !== false;
      at.state.set(node, restart ? of(given[0]) : at.state.get(node) + 1);
      return at.state.get(node);
    }
    // Inside summarize: an aggregate in a scalar expression.
    if (at?.aggregate && aggregates[name]) return at.aggregate(node);
    const made = this.functions[name] ?? this.unknown(`function ${name}`);
    return made(...given.map(of));
  }
}
