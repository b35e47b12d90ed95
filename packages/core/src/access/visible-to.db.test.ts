import { acrossWorkspaces } from '../db/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../roles.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { credentialAccess, type Asker, type Owned } from './credential-access.ts';
import { ownedAs, seesAll } from './visible-to.ts';

let database: ScratchDatabase;

const credentials: Readonly<Record<string, Owned>> = {
  cred_workspace: { owner: null, visibility: 'workspace' },
  cred_shared: { owner: 'ada', visibility: 'workspace' },
  cred_ada: { owner: 'ada', visibility: 'private' },
  cred_alan: { owner: 'alan', visibility: 'private' },
};

const askers: Asker[] = (['bootstrap', 'service_token', 'session', 'system'] as const).flatMap((type) =>
  roles.flatMap((role) => ['ada', 'alan', 'grace', null].map((subject) => ({ type, role, subject }))),
);

const run = (statement: string, values: unknown[] = []) => database.superuser.query(statement, values);

const authorizationOf = (credential: string) => credential.replace('cred', 'auth');

beforeAll(async () => {
  database = await openScratchDatabase('access');
  await run(`insert into workspace (id, name) values ('ws_1', 'One')`);
  for (const [id, { owner, visibility }] of Object.entries(credentials)) {
    await run(
      `insert into credential (id, workspace_id, provider, name, auth_method, status, health, is_default, owner, visibility, key_salt, sealed, token_version)
       values ($1, 'ws_1', $1, $1, 'api_key', 'active', 'ok', $3 = 'workspace', $2, $3, '\\x00', '\\x00', 1)`,
      [id, owner, visibility],
    );
    await run(
      `insert into "authorization" (id, workspace_id, kind, status, provider, credential_id, reason, requested_by, key_salt)
       values ($1, 'ws_1', 'validate_key', 'succeeded', 'x', $2, 'user', 'test', '\\x00')`,
      [authorizationOf(id), id],
    );
  }
});

afterAll(() => database.drop());

const isVisible = (asker: Asker, ...ids: string[]) => seesAll(acrossWorkspaces(database.orm.em), asker, ids);

describe('visibleTo', () => {
  it('lists show a credential, and what its authorizations are about, exactly to whom the rule shows it', async () => {
    for (const asker of askers) {
      for (const [id, owned] of Object.entries(credentials)) {
        const expected = credentialAccess(asker, owned) !== 'none';
        const what = `${JSON.stringify(asker)} ${id}`;
        expect(await isVisible(asker, id), what).toBe(expected);
        expect(await isVisible(asker, authorizationOf(id)), what).toBe(expected);
        expect(await isVisible(asker, 'cred_workspace', id), what).toBe(expected);
      }
    }
  });

  it('what names nothing, or what never was, is for everybody', async () => {
    const nobody: Asker = { type: 'service_token', role: 'viewer', subject: null };
    expect(await isVisible(nobody)).toBe(true);
    expect(await isVisible(nobody, 'cred_none', 'st_1')).toBe(true);
  });

  it('what was private stays so when its credential is erased', async () => {
    await run(`delete from credential where id = 'cred_alan'`);
    const ada: Asker = { type: 'session', role: 'editor', subject: 'ada' };
    expect(await isVisible(ada, 'cred_alan')).toBe(false);
    expect(await isVisible(ada, 'auth_alan')).toBe(false);
    expect(await isVisible({ ...ada, subject: 'alan' }, 'cred_alan')).toBe(true);
    expect(await ownedAs(acrossWorkspaces(database.orm.em), 'auth_alan')).toEqual({
      owner: 'alan',
      visibility: 'private',
    });
  });

  it('follows the credential when its owner changes who sees it, with the authorization that brought it', async () => {
    const alan: Asker = { type: 'session', role: 'viewer', subject: 'alan' };
    await run(
      `insert into "authorization" (id, workspace_id, kind, status, provider, owner, visibility, reason, requested_by, key_salt)
       values ('auth_connect', 'ws_1', 'exchange_code', 'awaiting_consent', 'x', 'ada', 'private', 'user', 'ada', '\\x00')`,
    );
    expect(await isVisible(alan, 'auth_connect')).toBe(false);
    await run(`update "authorization" set credential_id = 'cred_ada' where id = 'auth_connect'`);
    await run(`update credential set visibility = 'workspace', is_default = true where id = 'cred_ada'`);
    for (const id of ['cred_ada', 'auth_ada', 'auth_connect'])
      expect(await isVisible(alan, id), id).toBe(true);
    await run(`update credential set visibility = 'private', is_default = false where id = 'cred_ada'`);
    for (const id of ['cred_ada', 'auth_ada', 'auth_connect'])
      expect(await isVisible(alan, id), id).toBe(false);
  });
});
