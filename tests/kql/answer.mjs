// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// What a shipped query gives over rows that were sent: `answer.mjs NAME`, {table: rows} on standard input, rows as JSON on
// standard output. For the end-to-end tests.

import {readFileSync} from 'node:fs';

import {run} from './interpreter/interpreter.mjs';
import {queries} from './language.mjs';

console.log(JSON.stringify(run(queries[process.argv[2]], JSON.parse(readFileSync(0, 'utf8')), new Date())));
