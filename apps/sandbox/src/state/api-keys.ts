import { z } from 'zod';
import { providerIdSchema } from '../provider-ids.ts';
import type { ProviderId } from '../provider-ids.ts';

export const keyInputSchema = z
  .object({
    provider: providerIdSchema,
    key: z.string().min(1),
    /** What the provider answers to this key: 200 accepts it. */
    status: z.number().int().min(200).max(599).default(200),
    name: z.string().default('Sandbox workspace'),
  })
  .strict();

export type KeyInput = z.input<typeof keyInputSchema>;

export interface KeyVerdict {
  status: number;
  name: string;
}

const magicStatus = /[-_]([45]\d\d)$/;

/**
 * Decides about API keys. A registered key gets the status that it was registered with; otherwise the end of
 * the key decides: `…-ok` is accepted, `…-402` (any 4xx or 5xx) gets that status, everything else 401.
 */
export class ApiKeys {
  readonly #registered = new Map<string, KeyVerdict>();

  register(input: KeyInput): void {
    const { provider, key, status, name } = keyInputSchema.parse(input);
    this.#registered.set(`${provider} ${key}`, { status, name });
  }

  judge(provider: ProviderId, key: string | null): KeyVerdict {
    const name = 'Sandbox workspace';
    if (key === null) return { status: 401, name };
    const registered = this.#registered.get(`${provider} ${key}`);
    if (registered) return registered;
    const status = magicStatus.exec(key)?.[1];
    if (status !== undefined) return { status: Number(status), name };
    const accepted = /[-_]ok$/.test(key) || (provider === 'sandbox' && key.startsWith('sbx_valid_'));
    return { status: accepted ? 200 : 401, name };
  }
}
