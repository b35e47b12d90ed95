import { z } from 'zod';

export const latchkeySchema = z
  .object({
    /** Where Latchkey is, without a trailing slash. */
    url: z.url().transform((url) => url.replace(/\/$/, '')),
    /** May make connect sessions, list credentials and lease: of the role `admin`. It never reaches the browser. */
    token: z.string().min(1),
  })
  .strict();

/** The Latchkey that the example product uses. */
export type Latchkey = z.output<typeof latchkeySchema>;
export type LatchkeyInput = z.input<typeof latchkeySchema>;

export interface LatchkeyAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const timeoutMs = 30_000;

/** Calls it as a product's back end does. */
export async function callLatchkey(
  { url, token }: Latchkey,
  path: string,
  body?: object,
): Promise<LatchkeyAnswer> {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
