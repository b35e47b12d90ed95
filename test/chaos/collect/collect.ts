import type { Disturbance, Ending, History, Lease } from '../history.ts';
import type { Recorder } from '../load/recorder.ts';
import type { World } from '../world/world.ts';
import { openSecrets } from './open-secrets.ts';
import { readAttempts } from './read-attempts.ts';
import { readChanges } from './read-changes.ts';
import { readAccessTokens, readGrants, readPresentations } from './read-provider.ts';
import { readDeletions, readWrites } from './read-writes.ts';

/** Puts together what the provider, the tables and the clients know. Afterwards, when nothing is broken any more. */
export async function collect(
  world: World,
  recorder: Pick<Recorder, 'answers' | 'leases' | 'codes'>,
  ending: Ending,
): Promise<History> {
  const { postgres, sandbox, disturbances } = world;
  const [changes, log, views] = await Promise.all([readChanges(postgres), sandbox.log(), sandbox.grants()]);
  const { tokens, journal } = await openSecrets(world, changes);
  const owners = await postgres.query<{ id: string; owner: string }>(
    `select id, credential_id as owner from "authorization" where credential_id is not null`,
  );
  const events = await postgres.query<{ credentialId: string; type: string; tokenVersion: number | null }>(
    `select subject as "credentialId", type, (data->>'tokenVersion')::int as "tokenVersion"
     from event where type like 'latchkey.credential.%' order by workspace_id, sequence`,
  );
  return {
    presentations: readPresentations(log),
    attempts: readAttempts(changes, tokens),
    writes: readWrites(changes, tokens),
    journal,
    leases: await readLeases(world, recorder.leases),
    accessTokens: readAccessTokens(log),
    grants: readGrants(views, log, recorder.codes, new Map(owners.map(({ id, owner }) => [id, owner]))),
    events,
    answers: recorder.answers,
    disturbances: [...disturbances.all],
    deletions: readDeletions(changes),
    ending,
  };
}

/** Between the decision and its record lies one statement, unless the database was being disturbed. */
const recordingMs = 2_000;

async function readLeases({ postgres, disturbances }: World, given: Recorder['leases']): Promise<Lease[]> {
  const rows = await postgres.query<{ id: string; at: Date }>('select id, issued_at as at from lease');
  const issued = new Map(rows.map(({ id, at }) => [id, at.getTime()]));
  return given.map(({ leaseId, sentAt, receivedAt, ...lease }) => {
    const calm = !disturbances.all.some(
      (each) => isOfDatabase(each) && each.from <= receivedAt && each.to >= sentAt,
    );
    const recorded = issued.get(leaseId);
    return {
      ...lease,
      decidedAt: calm && recorded !== undefined ? Math.max(sentAt, recorded - recordingMs) : sentAt,
    };
  });
}

function isOfDatabase({ kind }: Disturbance): boolean {
  return kind.startsWith('postgres');
}
