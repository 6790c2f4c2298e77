// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Drives @azure/monitor-ingestion with @azure/identity, unmodified. Reads one job as JSON from standard input:
//   {"entra", "tenant", "client_id", "client_secret", "ingestion", "rule_id", "stream", "rows"}
import { readFileSync } from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import { LogsIngestionClient } from '@azure/monitor-ingestion';

const job = JSON.parse(readFileSync(0, 'utf8'));
const credential = new ClientSecretCredential(job.tenant, job.client_id, job.client_secret, {
  authorityHost: job.entra, disableInstanceDiscovery: true,
});
const client = new LogsIngestionClient(job.ingestion, credential);
await client.upload(job.rule_id, job.stream, job.rows);
