// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Rows of the tables as the gateway delivers them, made by hand.

import {createHash} from 'node:crypto';

export const now = new Date('2026-05-10T12:00:00Z');
export const time = '2026-05-10T11:30:00Z';

export const used = (RecordId, PromptTokens, CompletionTokens, more) => ({
  TimeGenerated: time, EventTime: time, RecordId, ClientName: 'team-a', CallerIpAddress: '10.1.2.3', Stream: false,
  OperationId: 'ChatCompletions_Create', Model: 'gpt-4o-2024-08-06', BackendDeployment: 'chat', StatusCode: 200,
  PromptTokens, CompletionTokens, TotalTokens: PromptTokens + CompletionTokens, Attempts: [{Status: 200}], ...more});

export const kept = (RecordId, Kind, Content, more) => ({
  TimeGenerated: time, EventTime: time, RecordId, Kind, Form: 'raw', Part: 1, Parts: 1, Level: 'redacted', Content,
  ContentSha256: createHash('sha256').update(Content).digest('hex'), ContentBytes: Buffer.byteLength(Content),
  Truncated: false, ClientName: 'team-a', ...more});

/** A row whose content was not kept, and why. */
export const withoutContent = (row, ContentMissing, more) =>
  ({...row, Content: '', ContentSha256: null, ContentBytes: null, ContentMissing, ...more});

/** The given columns of each row. */
export const pick = (rows, ...names) => rows.map((row) => names.map((name) => row[name]));
