import * as z from 'zod/mini';

const text = z.catch(z.optional(z.string()), undefined);

/** What of this page is in its address. */
export const oauthClientsSearch = z.object({
  /** Text that is looked for in names of providers. */
  q: text,
  mode: z.catch(z.optional(z.enum(['custom', 'default', 'none'])), undefined),
  /** How the authorization ended that began with "Save and authorize": written where the provider sends people back. */
  tried: text,
  status: text,
  credentialId: text,
  code: text,
});
