import type { Permission } from '@latchkey/core/roles.ts';
import type { Stack } from '../../support/stack.ts';
import type { Schema } from './from-schema.ts';
import type { Described } from './step.ts';

interface Operation {
  readonly 'x-permission': Permission | 'public';
  readonly tags?: readonly string[];
  readonly parameters?: Described['parameters'];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** What the description leaves out, because it is no part of the API. */
const hidden: readonly Described[] = [
  { path: '/', permission: 'public' },
  { path: '/docs/errors/{code}', permission: 'public' },
  { path: '/openapi.json', permission: 'provider:read' },
  { path: '/docs/json', permission: 'provider:read' },
  { path: '/docs/static/{code}', permission: 'provider:read' },
].map(({ path, permission }) => ({
  method: 'GET',
  path,
  permission: permission as Described['permission'],
  tags: ['hidden', ...(permission === 'public' ? ['pages'] : [])],
  parameters: path.includes('{') ? [{ in: 'path', name: 'code', schema: { type: 'string' } }] : [],
  body: null,
}));

/** Everything that the description of a running API lists, and what it leaves out. */
export async function readOperations({ admin }: Pick<Stack, 'admin'>): Promise<Described[]> {
  const { body } = await admin.get('/openapi.json');
  const described = Object.entries<Readonly<Record<string, Operation>>>(body.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        permission: operation['x-permission'],
        tags: operation.tags ?? [],
        parameters: operation.parameters ?? [],
        body: operation.requestBody?.content?.['application/json']?.schema ?? null,
      })),
  );
  return [...described, ...hidden];
}
