import { defineEntity, p } from '@mikro-orm/core';

/** That a secret was handed to a pipeline run: never the secret itself. */
export const LeaseEntity = defineEntity({
  name: 'Lease',
  tableName: 'lease',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    credentialId: p.text(),
    tokenVersion: p.integer(),
    runId: p.text().nullable(),
    nodeId: p.text().nullable(),
    issuedAt: p.datetime().defaultRaw('now()'),
    reportedAt: p.datetime().nullable(),
  },
});
