import { z } from 'zod';

const schema = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SANDBOX_PUBLIC_URL: z.url().optional(),
  SANDBOX_LATCHKEY_URL: z.url().optional(),
  SANDBOX_LATCHKEY_TOKEN: z.string().optional(),
});

export interface SandboxEnv {
  host: string;
  port: number;
  publicUrl?: string;
  latchkey?: { url: string; token: string };
}

/** Reads the environment. Throws an error whose message lists what is wrong. */
export function readEnv(environment: NodeJS.ProcessEnv): SandboxEnv {
  const result = schema.safeParse(environment);
  if (!result.success) throw new Error(`The environment is not valid:\n${z.prettifyError(result.error)}`);
  const { SANDBOX_HOST: host, SANDBOX_PORT: port, SANDBOX_PUBLIC_URL: publicUrl } = result.data;
  const { SANDBOX_LATCHKEY_URL: url, SANDBOX_LATCHKEY_TOKEN: token } = result.data;
  return {
    host,
    port,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(url === undefined || token === undefined ? {} : { latchkey: { url, token } }),
  };
}
