// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Aggregates over the values of a group: each gets its arguments' values, one array per row, and gives its columns' values.

import {keyOf, number, order} from './values.mjs';

const present = (rows) => rows.map(([value]) => value).filter((value) => value !== null);
const chosen = (rows) => rows.filter((row) => row.at(-1) === true);
const distinct = (values) => [...new Map(values.map((value) => [keyOf([value]), value])).values()];
const sum = (values) => values.reduce((total, value) => total + number(value), 0);
// No reference says what an average or a sum of nothing is: it is null here, and no expected result has one.
const average = (values) => values.length ? sum(values) / values.length : null;
const total = (values) => values.length ? sum(values) : null;

function percentile(values, percent) {
  const sorted = [...values].sort(order);
  return sorted.length ? sorted[Math.max(Math.ceil(percent / 100 * sorted.length), 1) - 1] : null;
}

export const aggregates = {
  avg: (rows) => [average(present(rows))],
  avgif: (rows) => [average(present(chosen(rows)))],
  count: (rows) => [rows.length],
  count_distinct: (rows) => [distinct(present(rows)).length],
  count_distinctif: (rows) => [distinct(present(chosen(rows))).length],
  countif: (rows) => [chosen(rows).length],
  make_list: (rows) => [present(rows)],
  make_list_if: (rows) => [present(chosen(rows.map((row) => row.slice(0, 2))))],
  make_set: (rows) => [distinct(present(rows)).slice(0, rows[0][1])],
  make_set_if: (rows) => [distinct(present(chosen(rows.map((row) => row.slice(0, 2))))).slice(0, rows[0][2])],
  max: (rows) => [present(rows).sort(order).at(-1) ?? null],
  min: (rows) => [present(rows).sort(order)[0] ?? null],
  percentile: (rows) => [percentile(present(rows), rows[0][1])],
  percentiles: (rows) => rows[0].slice(1).map((percent) => percentile(present(rows), percent)),
  sum: (rows) => [total(present(rows))],
  sumif: (rows) => [total(present(chosen(rows)))],
  take_any: (rows) => rows[0],
  take_anyif: (rows) => [chosen(rows)[0]?.[0] ?? null],
  arg_min: (rows) => rows.reduce((least, row) => order(row[0], least[0]) < 0 ? row : least),
  arg_max: (rows) => rows.reduce((most, row) => order(row[0], most[0]) > 0 ? row : most),
};
