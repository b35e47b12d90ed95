import { buildApp } from '@latchkey/api/app.ts';
import type { Route } from '@latchkey/api/api.ts';
import { readApiSettings } from '@latchkey/api/env.ts';
import { offlineRuntime } from '@latchkey/api/offline-runtime.ts';
import { routes } from '@latchkey/api/routes/index.ts';
import { roleMay, roles, type Role } from '@latchkey/core/roles.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  declaredOperations,
  isGuarded,
  listOperations,
  stateOf,
  statusOf,
  type Operation,
} from '../support/api-routes.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let operations: Operation[];
const tokens = new Map<Role, string>();

beforeAll(async () => {
  stack = await startStack();
  operations = declaredOperations();
  for (const role of roles) {
    const made = await stack.admin.post('/v1/service-tokens', { name: role, role });
    tokens.set(role, made.body.token);
  }
});

afterAll(() => stack.close());

/** Ids that belong to nobody, so that what is allowed still changes nothing. */
const concrete = ({ method, path }: Operation) => ({
  method,
  path: path.replace('{provider}', 'sandbox').replaceAll(/\{\w+\}/g, 'cred_00000000000000000000000000'),
});

const name = ({ method, path }: Operation) => `${method} ${path}`;

/** What is refused for the caller's role although its body is right. */
const bodies: Record<string, unknown> = {
  'POST /v1/workspaces': { name: 'of an admin token' },
  'POST /v1/key-jobs': { kind: 'rewrap' },
};

/** Workspaces, keys and queues belong to the instance: also an admin token of one workspace has no say over them. */
const ofInstance = ['workspace:manage', 'key:manage', 'queue:manage'];

const guarded = () => operations.filter(isGuarded);

const reaches = (role: Role) =>
  guarded()
    .filter(({ permission }) => roleMay(role, permission))
    .map(name);

describe(`who may call what (${transport})`, () => {
  it('E46: every route that is not public is in the OpenAPI document, with the permission that it declares', async () => {
    expect(operations.length).toBeGreaterThan(35);
    const sorted = (list: Operation[]) =>
      list
        .filter(({ path, permission }) => permission !== 'public' && path !== '/openapi.json')
        .map((each) => `${name(each)} ${each.permission}`)
        .toSorted();
    expect(sorted(await listOperations(stack))).toEqual(sorted(operations));
    const outside = guarded().filter(({ path }) => !path.startsWith('/v1/'));
    expect(outside.map(name).toSorted()).toEqual(['GET /metrics', 'GET /openapi.json']);
    expect(
      operations.filter(({ path, permission }) => path.startsWith('/v1/') && permission === 'public'),
    ).toEqual([]);
  });

  it('E46: a route without a permission, an audit answer or a class of limits stops the boot', async () => {
    const build = async (config: object) => {
      const route: Route = (api) => api.get('/v1/forgotten', { config }, () => 'ok');
      (routes as Route[]).push(route);
      try {
        const app = await buildApp({
          runtime: offlineRuntime('https://keys.test'),
          apiSettings: readApiSettings({}),
        });
        await app.close();
      } finally {
        (routes as Route[]).pop();
      }
    };
    await expect(build({})).rejects.toThrow(
      'The route GET /v1/forgotten declares no permission or no audit answer.',
    );
    await expect(build({ permission: 'credential:read' })).rejects.toThrow('/v1/forgotten');
    await expect(build({ audit: null })).rejects.toThrow('/v1/forgotten');
    await expect(build({ permission: 'credential:read', audit: null })).rejects.toThrow(
      'The route GET /v1/forgotten declares no class of rate limits.',
    );
    await build({ permission: 'credential:read', audit: null, limit: 'read' });
  });

  it('nobody gets anywhere without a token, or with one that is wrong', async () => {
    for (const operation of operations.filter(({ permission }) => permission !== 'public')) {
      for (const token of [null, 'lk_not_a_token_of_anybody', 'sk-something-else']) {
        expect(await statusOf(stack, concrete(operation), { token }), name(operation)).toBe(401);
      }
    }
  });

  it.each(roles)(
    'role %s: 403 exactly where it lacks the permission, and a refusal changes nothing',
    async (role) => {
      const token = tokens.get(role) ?? '';
      const before = await stateOf(stack, stack.api.defaultWorkspaceId);
      const wrong: string[] = [];
      for (const operation of guarded()) {
        const { permission } = operation;
        const status = await statusOf(stack, concrete(operation), { token, body: bodies[name(operation)] });
        const allowed = !ofInstance.includes(permission) && roleMay(role, permission);
        const expected = allowed ? [200, 204, 400, 404] : [403];
        if (!expected.includes(status)) wrong.push(`${name(operation)} answered ${status}`);
      }
      expect(wrong).toEqual([]);
      expect(await stateOf(stack, stack.api.defaultWorkspaceId)).toBe(before);
    },
  );

  it('the roles reach what the contract says: viewers read, runners lease, editors also write credentials and clients', () => {
    expect(reaches('runner')).toEqual(['POST /v1/leases', 'POST /v1/leases/{id}/report']);
    const reading = reaches('viewer');
    // Whoever is signed in may end their own sessions.
    const signedIn = (each: string) => / \/v1\/sessions/.test(each);
    expect(reading.filter((each) => !signedIn(each) && !/^GET \/(v1\/|openapi\.json$)/.test(each))).toEqual(
      [],
    );
    expect(reading).not.toContain('GET /v1/service-tokens');
    expect(reading).not.toContain('GET /v1/workspaces');
    expect(reading).not.toContain('GET /v1/root-keys');
    expect(reading).not.toContain('GET /v1/key-jobs');
    expect(reading).not.toContain('GET /v1/queues');
    const writing = reaches('editor').filter((each) => !reading.includes(each));
    expect(
      writing.filter(
        (each) =>
          !/ \/v1\/(credentials|authorizations|connect-sessions|providers\/\{provider\}\/oauth-client)/.test(
            each,
          ),
      ),
    ).toEqual([]);
    expect(writing).toHaveLength(12);
    expect(reaches('admin')).toEqual(guarded().map(name));
  });

  it('E43: a refusal is in the audit, with who asked for what', async () => {
    const made = await stack.admin.post('/v1/service-tokens', { name: 'curious', role: 'viewer' });
    await stack.clientWith(made.body.token).post('/v1/leases', { provider: 'sandbox' });
    const { rows } = await stack.database.superuser.query(
      `select action, outcome, subject, actor_id from audit_entry where actor_id = $1`,
      [made.body.id],
    );
    expect(rows).toEqual([
      { action: 'permission.refuse', outcome: 'refused', subject: 'POST /v1/leases', actor_id: made.body.id },
    ]);
  });
});
