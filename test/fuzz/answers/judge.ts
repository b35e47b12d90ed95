import { failures } from '@latchkey/core/errors.ts';
import type { Case } from './cases.ts';
import type { Outcome } from './play.ts';
import type { AnswersWorld, Lane } from './world.ts';

/** What must hold after a provider has said something strange. Each is what it is broken by. */
export async function judge(world: AnswersWorld, lane: Lane, at: Case, outcome: Outcome): Promise<string[]> {
  const { admin } = world.stack;
  const { authorization, credentialId } = outcome;
  const refreshed = at.kind === 'refresh' && authorization.status === 'succeeded';
  const leastVersion = refreshed ? 2 : 1;
  const wrong: string[] = [];
  const code = authorization.error?.code ?? null;
  if (code === 'internal_error') wrong.push('an error that nobody expected');
  else if (code !== null && !Object.hasOwn(failures, code)) wrong.push(`an unknown code: ${code}`);
  const seen: string[] = [JSON.stringify(authorization)];
  wrong.push(...unshowable(authorization, 'authorization'));
  if (credentialId !== null) {
    const credential = await admin.get(`/v1/credentials/${credentialId}`);
    seen.push(credential.text);
    if (![200, 404].includes(credential.status)) wrong.push(`the credential answers ${credential.status}`);
    if (credential.status === 200) {
      wrong.push(
        ...unshowable(credential.body, 'credential'),
        ...(await unsound(world, credentialId, leastVersion)),
      );
      if (at.kind !== 'revoke') wrong.push(...(await unleasable(world, lane, credentialId, seen)));
    }
  }
  const events = await admin.get(`/v1/events?subject=${authorization.id}`);
  if (events.status !== 200) wrong.push(`its events answer ${events.status}`);
  seen.push(events.text);
  for (const text of seen)
    for (const { secret, as } of world.canaries.find('answer', text))
      wrong.push(`an answer has ${secret} as ${as}`);
  return wrong;
}

/** Text of a provider that is not one short line, or not valid Unicode. */
function unshowable(value: unknown, path: string): string[] {
  if (typeof value === 'string') {
    const long = value.length > (path.endsWith('avatarUrl') ? 4096 : 520);
    return [
      ...(/\p{Cc}/u.test(value) ? [`control characters in ${path}`] : []),
      ...(value.isWellFormed() ? [] : [`no valid Unicode in ${path}`]),
      ...(long ? [`${path} is too long`] : []),
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    unshowable(member, `${path}.${Array.isArray(value) ? '[]' : name}`),
  );
}

/** A row that has lost what it had. */
async function unsound(
  { stack, database }: AnswersWorld,
  id: string,
  leastVersion: number,
): Promise<string[]> {
  const { rows } = await database.query(
    `select workspace_id, token_version, key_salt, sealed, auth_method from credential where id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return [];
  const place = { workspaceId: row.workspace_id, record: id, field: 'payload', version: row.token_version };
  const payload = JSON.parse(await stack.worker.vault.open(place, row.key_salt, row.sealed));
  const empty =
    payload.kind === 'oauth2' ? !payload.accessToken : Object.values(payload.fields).some((field) => !field);
  return [
    ...(row.token_version < leastVersion ? ['its token version is one of before'] : []),
    ...(empty ? ['it holds an empty secret'] : []),
  ];
}

async function unleasable(
  { stack }: AnswersWorld,
  { id: provider }: Lane,
  credentialId: string,
  seen: string[],
): Promise<string[]> {
  const lease = await stack.admin.post('/v1/leases', {
    provider,
    credentialId,
    minTtlSeconds: 0,
    waitSeconds: 0,
  });
  if (lease.status === 200) {
    const secret = lease.body.accessToken ?? lease.body.fields?.apiKey;
    return typeof secret === 'string' && secret !== '' ? [] : ['a lease hands out nothing'];
  }
  seen.push(lease.text);
  return [404, 409, 503].includes(lease.status) && lease.body.code !== 'internal_error'
    ? []
    : [`a lease answers ${lease.status} ${lease.body.code}`];
}
