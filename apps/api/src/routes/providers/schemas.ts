import type { Context } from '@latchkey/core/context.ts';
import { getOAuthClient } from '@latchkey/core/oauth-clients';
import type { ApiKeyField, Provider } from '@latchkey/core/providers';
import { z } from 'zod';
import { identifier } from '../schemas.ts';

export const byProvider = z.object({ provider: identifier });

export const fieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  secret: z.boolean(),
  required: z.boolean(),
  kind: z.enum(['text', 'url']),
  default: z.string().nullable(),
  helpUrl: z.string().nullable(),
  warnPattern: z.string().nullable().describe('A value that does not match is worth a warning, no more.'),
});

const apiKeySchema = z.object({ type: z.literal('api_key'), fields: z.array(fieldSchema) });

const oauthSchema = z.object({
  type: z.literal('oauth2'),
  scopes: z.array(z.string()),
  client: z.object({
    mode: z.enum(['custom', 'default', 'none']).describe('Which OAuth client new connections use.'),
    redirectUri: z.string().describe('To be registered at the provider, byte for byte.'),
  }),
  clientParams: z.array(
    z.object({ name: z.string(), label: z.string(), default: z.string().nullable(), pattern: z.string() }),
  ),
});

export const providerSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    docsUrl: z.string().nullable(),
    authMethods: z.array(z.discriminatedUnion('type', [apiKeySchema, oauthSchema])),
  })
  .meta({ id: 'Provider' });

export type ProviderBody = z.output<typeof providerSchema>;

export function fieldBody(field: ApiKeyField): z.output<typeof fieldSchema> {
  return {
    name: field.name,
    label: field.label,
    secret: field.secret,
    required: field.required,
    kind: field.kind,
    default: field.default,
    helpUrl: field.helpUrl,
    warnPattern: field.warnPattern,
  };
}

/** A provider as this workspace sees it: with the OAuth client that it would use. */
export async function providerBody(ctx: Context, provider: Provider): Promise<ProviderBody> {
  const authMethods = await Promise.all(
    provider.authMethods.map(async (method): Promise<ProviderBody['authMethods'][number]> => {
      if (method.type === 'api_key') return { type: 'api_key', fields: method.fields.map(fieldBody) };
      const { mode, redirectUri } = await getOAuthClient(ctx, { provider: provider.id });
      return {
        type: 'oauth2',
        scopes: method.scopes,
        client: { mode, redirectUri },
        clientParams: method.clientParams.map((param) => ({
          name: param.name,
          label: param.label,
          default: param.default,
          pattern: param.pattern,
        })),
      };
    }),
  );
  return { id: provider.id, label: provider.label, docsUrl: provider.docsUrl, authMethods };
}
