import type { OAuthClientDescription } from '@latchkey/core/oauth-clients';
import { z } from 'zod';
import { line, time, toTime } from '../schemas.ts';

export const oauthClientSchema = z
  .object({
    mode: z.enum(['custom', 'default', 'none']),
    clientId: z.string().nullable(),
    isCustom: z.boolean().describe("It is the workspace's own that is shown, switched on or off."),
    hasDefault: z.boolean().describe('The instance has one for every workspace.'),
    hasSecret: z.boolean(),
    enabled: z.boolean().describe("Whether the workspace's own client is switched on."),
    params: z.record(z.string(), z.string()),
    redirectUri: z.string(),
    credentials: z
      .int()
      .describe('Credentials that were connected with this client, and are refreshed by no other.'),
    misconfigured: z
      .object({ message: z.string(), at: time })
      .nullable()
      .describe('The provider rejected it.'),
  })
  .meta({ id: 'OAuthClient' });

export function oauthClientBody(view: OAuthClientDescription): z.output<typeof oauthClientSchema> {
  const { misconfigured } = view;
  return {
    mode: view.mode,
    clientId: view.clientId,
    isCustom: view.isCustom,
    hasDefault: view.hasDefault,
    hasSecret: view.hasSecret,
    enabled: view.enabled,
    params: view.params,
    redirectUri: view.redirectUri,
    credentials: view.credentials,
    misconfigured:
      misconfigured === null ? null : { message: misconfigured.message, at: toTime(misconfigured.at) },
  };
}

export const setBody = z.strictObject({
  clientId: line.min(1).max(500),
  clientSecret: z.string().min(1).max(4096).optional().describe('Omitted: the stored secret stays.'),
  params: z
    .record(z.string().max(100), line.max(500))
    .optional()
    .describe('Values of the `clientParams` of the provider.'),
  enabled: z.boolean().optional(),
});
