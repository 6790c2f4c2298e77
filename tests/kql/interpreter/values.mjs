// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Kusto's values: long, int, real and decimal are numbers, datetime is a Date, timespan a Span, null is null, and a string
// is never null.

export class Span { constructor(ms) { this.ms = ms; } }

/** A time of a row, to the microsecond: a Date has milliseconds, and rows may lie closer to one another. */
export class Moment extends Date {
  constructor(text) {
    super(text);
    this.micros = Number(/\.\d{3}(\d{3})/.exec(text)?.[1] ?? 0);
  }
}

export class Unknown extends Error {}

export const number = (value) => value instanceof Date ? value.getTime() + (value.micros ?? 0) / 1000 : value instanceof Span ? value.ms : value;

export function text(value) {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString().replace('Z', `${String(value.micros ?? 0).padStart(3, '0')}0Z`);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** parse_json: text that is no JSON stays what it is, a string. */
export function json(value) {
  if (typeof value !== 'string') return value;
  if (value === '') return null;
  try { return JSON.parse(value); } catch { return value; }
}

export function toNumber(value) {
  if (value === null || value === '' || typeof value === 'object') return null;
  const made = Number(value);
  return Number.isNaN(made) ? null : made;
}

/** null == null is null, null == x is false, as the reference says. */
export function equal(left, right) {
  if (left === null && right === null) return null;
  return left !== null && right !== null && number(left) === number(right);
}

export const order = (left, right) => {
  const [a, b] = [number(left), number(right)];
  return a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1;
};

export const keyOf = (values) => JSON.stringify(values.map((value) => value instanceof Date ? {date: number(value)} : value));
