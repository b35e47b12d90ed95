import { z } from 'zod';
import { checkApiKey, checkOAuth2 } from './check-definition.ts';
import { apiKeySchema, host, oauth2Schema, text, url } from './method-schema.ts';

/** The shape of a provider definition: the built-in ones and the JSON files of `PROVIDERS_DIR` alike. */
export const providerSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower case letters, digits and _'),
    label: text,
    docsUrl: url,
    /** Where the facts below come from. */
    sources: z.array(url).default([]),
    allowedHosts: z.array(host),
    authMethods: z.array(z.discriminatedUnion('type', [apiKeySchema, oauth2Schema])).min(1),
  })
  .superRefine((provider, context) => {
    const types = provider.authMethods.map(({ type }) => type);
    if (new Set(types).size !== types.length) {
      context.addIssue({ code: 'custom', path: ['authMethods'], message: 'must not name a type twice' });
    }
    provider.authMethods.forEach((method, index) => {
      for (const { path, message } of method.type === 'api_key' ? checkApiKey(method) : checkOAuth2(method)) {
        context.addIssue({ code: 'custom', path: ['authMethods', index, ...path], message });
      }
    });
  });
