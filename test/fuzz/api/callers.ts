import { roles, type Role } from '@latchkey/core/roles.ts';
import type { Client } from '../../support/client.ts';
import type { Stack } from '../../support/stack.ts';

/** Whoever sends a request, by the name that stands in a counterexample. */
export interface Caller {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null: nobody that the API knows. */
  readonly role: Role | null;
  /** Where it belongs; null: it chooses with `X-Workspace`, and has the default workspace otherwise. */
  readonly workspace: string | null;
  /** May manage workspaces. */
  readonly ofInstance: boolean;
  /** A browser on a page of somebody else: it can be made to read, but not to write. */
  readonly readsOnly?: boolean;
}

export const callerNames = [
  'admin',
  'admin-token',
  'editor',
  'runner',
  'viewer',
  'neighbour',
  'session',
  'session-of-another-site',
  'nobody',
  'wrong-token',
  'revoked-token',
] as const;

export type CallerName = (typeof callerNames)[number];

const bearer = (token: string) => [['authorization', `Bearer ${token}`]] as const;
const nobody = { role: null, workspace: null, ofInstance: false };

async function tokenOf(
  client: Client,
  role: Role,
  watch: (token: string) => void,
): Promise<{ id: string; token: string }> {
  const { body } = await client.post('/v1/service-tokens', { name: `fuzz ${role}`, role });
  watch(body.token);
  return body;
}

interface Options {
  readonly adminToken: string;
  /** An administrator of another workspace. */
  readonly neighbour: { readonly token: string; readonly workspace: string };
  /** Hears of every secret that is made here. */
  readonly watch: (secret: string, value: string) => void;
}

/** One of each role, and everybody who should get nowhere. The tokens live as long as nobody guesses their ids. */
export async function openCallers(
  stack: Stack,
  { adminToken, neighbour, watch }: Options,
): Promise<Map<CallerName, Caller>> {
  const { admin } = stack;
  const home = stack.api.defaultWorkspaceId;
  const note = (token: string) => watch('service token', token);
  const session = await openSession(stack, adminToken, watch);
  const ofRoles = new Map<Role, string>();
  for (const role of roles) ofRoles.set(role, (await tokenOf(admin, role, note)).token);
  const revoked = await tokenOf(admin, 'admin', note);
  await admin.delete(`/v1/service-tokens/${revoked.id}`);
  const caller = (role: Role): Caller => ({
    headers: bearer(ofRoles.get(role) ?? ''),
    role,
    workspace: home,
    ofInstance: false,
  });
  return new Map<CallerName, Caller>([
    ['admin', { headers: bearer(adminToken), role: 'admin', workspace: null, ofInstance: true }],
    ['admin-token', caller('admin')],
    ['editor', caller('editor')],
    ['runner', caller('runner')],
    ['viewer', caller('viewer')],
    ['neighbour', { ...caller('admin'), headers: bearer(neighbour.token), workspace: neighbour.workspace }],
    ['session', session],
    [
      'session-of-another-site',
      {
        ...session,
        headers: [...session.headers.slice(0, 1), ['sec-fetch-site', 'cross-site']],
        readsOnly: true,
      },
    ],
    ['nobody', { ...nobody, headers: [] }],
    ['wrong-token', { ...nobody, headers: bearer(`lk_${'A'.repeat(43)}`) }],
    ['revoked-token', { ...nobody, headers: bearer(revoked.token) }],
  ]);
}

/** A console session of the administrator, in a browser that is on our own pages. */
export async function openSession(
  stack: Stack,
  adminToken: string,
  watch: Options['watch'],
): Promise<Caller> {
  const answer = await stack.clientWith(null).post('/auth/session', { adminToken });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  watch('session cookie', cookie.slice(cookie.indexOf('=') + 1));
  return {
    headers: [
      ['cookie', cookie],
      ['sec-fetch-site', 'same-origin'],
    ],
    role: 'admin',
    workspace: null,
    ofInstance: true,
  };
}
