import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Who sees every workspace, and why no smaller reach would do. */
const reasons: Record<string, string> = {
  'apps/worker/src/schedules.ts': 'retention of the audit is for all of them',
  'packages/core/src/authorizations/claim-due.ts': 'what is due is claimed for all of them, in equal shares',
  'packages/core/src/authorizations/end-grant.ts': 'a grant may be shared with another one',
  'packages/core/src/authorizations/erase-credential.ts': 'a grant may be shared with another one',
  'packages/core/src/authorizations/expire-authorizations.ts':
    'what nobody finished is ended for all of them',
  'packages/core/src/authorizations/fingerprints-of-grant.ts': 'a grant may be shared with another one',
  'packages/core/src/authorizations/follow-authorization.ts':
    'a browser names an authorization, not a workspace',
  'packages/core/src/authorizations/receive-callback.ts': 'a provider names a state, not a workspace',
  'packages/core/src/authorizations/reconcile.ts': 'what is late is found for all of them',
  'packages/core/src/authorizations/remove-expired.ts': 'what is over is removed for all of them',
  'packages/core/src/authorizations/tickets.ts': 'a link names a ticket, not a workspace',
  'packages/core/src/connect-sessions/find-connect-session.ts':
    'the address of a page names a session, not a workspace',
  'packages/core/src/events/relay-lock.ts': 'the relay numbers and publishes for all of them',
  'packages/core/src/events/relay.ts': 'the relay seals for all of them',
  'packages/core/src/key-jobs/get-key-job.ts': 'key jobs are the instance’s',
  'packages/core/src/key-jobs/list-key-jobs.ts': 'key jobs are the instance’s',
  'packages/core/src/key-jobs/reseal-leftovers.ts': 'data keys are replaced for all of them',
  'packages/core/src/key-jobs/work-key-jobs.ts': 'key jobs are the instance’s',
  'packages/core/src/meters/overdue-seconds.ts': 'metrics are the instance’s',
  'packages/core/src/meters/queue-jobs.ts': 'metrics are the instance’s',
  'packages/core/src/meters/unsealed-entries.ts': 'metrics are the instance’s',
  'packages/core/src/refresh/find-successor.ts': 'a grant may be shared with another one',
  'packages/core/src/refresh/open-attempts.ts': 'a grant may be shared with another one',
  'packages/core/src/refresh/refresh-lease.ts': 'a grant may be shared with another one',
  'packages/core/src/refresh/store-answer.ts': 'a grant may be shared with another one',
  'packages/core/src/root-keys/list-root-keys.ts': 'root keys are the instance’s',
  'packages/core/src/root-keys/report-process.ts': 'key jobs are the instance’s',
  'packages/core/src/service-tokens/authenticate-token.ts': 'who calls is not known yet',
  'packages/core/src/spill/replay-record.ts': 'a grant may be shared with another one',
  'packages/core/src/spill/replay-spill.ts': 'a grant may be shared with another one',
  'packages/core/src/vault/data-keys.ts': 'the lookup key is the instance’s',
  'packages/core/src/vault/key-check.ts': 'a root key may wrap the keys of any of them',
  'packages/core/src/workspaces/ensure-default-workspace.ts': 'the first of all is looked for',
  'packages/core/src/workspaces/list-workspaces.ts': 'they are listed',
  'packages/core/src/workspaces/of-instance.ts': 'what belongs to the instance is done over all of them',
};

it('D38: who reaches every workspace is listed here, with the reason', () => {
  const found = ['packages/core/src', ...['api', 'cli', 'worker'].map((app) => `apps/${app}/src`)].flatMap(
    (folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing\//.test(file))
        .map((file) => `${folder}/${file}`)
        .filter((file) =>
          /\b(?:acrossWorkspaces|inAllWorkspaces)\(/.test(readFileSync(`${root}${file}`, 'utf8')),
        ),
  );
  const definitions = ['packages/core/src/context.ts', 'packages/core/src/db/reach.ts'];
  expect(found.filter((file) => !definitions.includes(file)).toSorted()).toEqual(Object.keys(reasons));
});
