// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The scalar functions that the queries use, over values that are there already. One row each.

import {createHash} from 'node:crypto';

import {Span, equal, json, number, order, text, toNumber} from './values.mjs';

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
const points = (value) => [...text(value)];
const whole = (value) => toNumber(value) === null ? null : Math.trunc(toNumber(value));

function indexof(source, match, start = 0, length = -1, occurrence = 1) {
  if (start < 0 || occurrence < 0 || length < -1) return null;
  const within = text(source).slice(0, length === -1 ? undefined : start + length);
  let at = start - 1;
  for (let found = 0; found < occurrence; ++found) {
    at = within.indexOf(text(match), at + 1);
    if (at === -1) return -1;
  }
  return at;
}

// A negative length is in no reference; nothing that is tested may depend on what it gives.
function substring(source, start, length = Infinity) {
  const all = points(source);
  const from = start < 0 ? Math.max(all.length + start, 0) : start;
  return length < 0 ? '' : all.slice(from, from + length).join('');
}

function gettype(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'dictionary';
  return {string: 'string', boolean: 'bool'}[typeof value] ?? (Number.isInteger(value) ? 'long' : 'double');
}

function bagPack(...pairs) {
  const bag = {};
  for (let at = 0; at < pairs.length; at += 2) bag[pairs[at]] = pairs[at + 1];
  return bag;
}

function bin(value, size) {
  const floor = Math.floor(number(value) / number(size)) * number(size);
  return value === null ? null : value instanceof Date ? new Date(floor) : floor;
}

function range(first, last, step) {
  const made = [];
  for (let at = first; at <= last; at += step) made.push(at);
  return made;
}

const slice = (array, start, end) =>
  array.slice(start < 0 ? array.length + start : start, (end < 0 ? array.length + end : end) + 1);

export const scalarFunctions = (now) => ({
  ago: (span) => new Date(now.getTime() - span.ms),
  array_concat: (...arrays) => arrays.filter(Array.isArray).flat(),
  array_length: (array) => Array.isArray(array) ? array.length : null,
  array_slice: slice,
  array_sort_asc: (array) => [...array].sort(order),
  bag_keys: (bag) => isObject(bag) ? Object.keys(bag) : null,
  bag_merge: (...bags) => Object.assign({}, ...bags.filter(isObject).reverse()),
  bag_pack: bagPack,
  bin,
  coalesce: (...values) => values.find((value) => value !== null && value !== '') ?? values.at(-1),
  extract_all: (pattern, source) => {
    const found = [...text(source).matchAll(new RegExp(pattern, 'g'))].map((match) => match[1] ?? match[0]);
    return found.length ? found : null;
  },
  gettype,
  hash_sha256: (value) => createHash('sha256').update(text(value)).digest('hex'),
  indexof,
  isempty: (value) => value === null || value === '',
  isnotempty: (value) => value !== null && value !== '',
  isnotnull: (value) => value !== null,
  isnull: (value) => value === null,
  max_of: (...values) => values.reduce((most, value) => order(value, most) > 0 ? value : most),
  not: (value) => value === null ? null : !value,
  now: () => now,
  pack_array: (...values) => values,
  parse_json: json,
  range,
  replace_string: (source, lookup, by) => text(source).replaceAll(text(lookup), () => text(by)),
  round: (value, digits = 0) => value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits,
  set_difference: (first, ...others) =>
    [...new Set(first)].filter((value) => !others.some((other) => other.some((found) => equal(found, value)))),
  split: (source, delimiter) => text(source).split(delimiter),
  sqrt: (value) => value === null || value < 0 ? null : Math.sqrt(value),
  startofmonth: (time, months = 0) => new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + months, 1)),
  strcat: (...values) => values.map(text).join(''),
  strcat_array: (array, delimiter) => (array ?? []).map(text).join(delimiter),
  string_size: (value) => Buffer.byteLength(text(value)),
  strlen: (value) => points(value).length,
  substring,
  todecimal: toNumber,
  todouble: toNumber,
  toint: whole,
  tolong: whole,
  tolower: (value) => text(value).toLowerCase(),
  tostring: text,
  totimespan: (value) => value === null ? null : new Span(number(value)),
});
