import { routes } from '@latchkey/api/routes/index.ts';
import type { Api, RoutePermission } from '@latchkey/api/api.ts';
import type { AuditAction } from '@latchkey/core/audit';
import type { Permission } from '@latchkey/core/roles.ts';
import type { Stack } from './stack.ts';

/** An operation of the API as its OpenAPI document describes it. */
export interface Operation {
  readonly method: string;
  /** With its parameters, such as `/v1/credentials/{id}`. */
  readonly path: string;
  readonly permission: RoutePermission;
}

/** An operation as its route declares it. */
export interface DeclaredOperation extends Operation {
  /** What a success leaves in the audit; null for reads. */
  readonly audit: AuditAction | null;
}

/** Everything the document lists. */
export async function listOperations(stack: Stack): Promise<Operation[]> {
  const { body } = await stack.admin.get('/openapi.json');
  return Object.entries<Record<string, { 'x-permission': RoutePermission }>>(body.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        permission: operation['x-permission'],
      })),
  );
}

/** What the routes themselves declare, documented or not. */
export function declaredOperations(): DeclaredOperation[] {
  const declared: DeclaredOperation[] = [];
  const recorder = new Proxy(
    {},
    {
      get:
        (_target, method: string) =>
        (url: string, { config }: { config: Pick<DeclaredOperation, 'permission' | 'audit'> }) =>
          declared.push({
            method: method.toUpperCase(),
            path: url.replaceAll(/:(\w+)/g, '{$1}'),
            permission: config.permission,
            audit: config.audit,
          }),
    },
  );
  for (const route of routes) route(recorder as Api);
  return declared;
}

/** What callers with a token or a console session may call, if their role permits it. */
export function isGuarded<T extends Operation>(
  operation: T,
): operation is T & { readonly permission: Permission } {
  return operation.permission !== 'public' && operation.permission !== 'connect_session';
}

/** The status of an answer, also of one that never ends. */
export async function statusOf(
  stack: Stack,
  { method, path }: Pick<Operation, 'method' | 'path'>,
  options: { token: string | null; body?: unknown; workspace?: string },
): Promise<number> {
  const stop = new AbortController();
  const { token, body, workspace } = options;
  try {
    const response = await fetch(stack.url + path, {
      method,
      redirect: 'manual',
      signal: stop.signal,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(workspace === undefined ? {} : { 'x-workspace': workspace }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.status;
  } finally {
    stop.abort();
  }
}

/** Everything a workspace has, but its audit and its key: what a request must not have changed. */
export async function stateOf(stack: Stack, workspaceId: string): Promise<string> {
  const tables = [
    'workspace',
    'credential',
    '"authorization"',
    'lease',
    'oauth_client',
    'service_token',
    'connect_session',
    'event',
  ];
  const parts: string[] = [];
  for (const table of tables) {
    const owner = table === 'workspace' ? 'id' : 'workspace_id';
    const { rows } = await stack.database.superuser.query(
      `select to_jsonb(t) - array['audit_sequence', 'audit_hash', 'last_used_at', 'published_at', 'sequence', 'event_sequence'] as row
       from ${table} t where ${owner} = $1 order by 1`,
      [workspaceId],
    );
    parts.push(`${table} ${JSON.stringify(rows)}`);
  }
  return parts.join('\n');
}
