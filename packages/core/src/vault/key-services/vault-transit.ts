import { z } from 'zod';
import { VaultError } from '../vault-error.ts';
import type { KeyService, ServiceKey } from './root-key.ts';
import { openVaultClient, type VaultClient } from './vault-client.ts';

/** What Transit makes. Other spellings of the same bytes would open as well, and are not what was stored. */
const ciphertextPattern = /^vault:v[1-9]\d{0,8}:([A-Za-z0-9+/]+={0,2})$/;

const encrypted = z.object({
  data: z.object({ ciphertext: z.string().refine((text) => isCiphertext(text)) }),
});
const decrypted = z.object({ data: z.object({ plaintext: z.base64() }) });

/** The Transit secrets engine of HashiCorp Vault and of OpenBao: one API. Keys are of an AEAD type, without derivation. */
export const vaultTransit: KeyService = {
  reference: /^\w(?:[\w.-]{0,126}\w)?$/,
  referenceIs: 'the name of a key in the Transit engine',
  async connect(options) {
    const client = await openVaultClient(options);
    const mount = options.variable('VAULT_TRANSIT_MOUNT') ?? 'transit';
    return async (name) => keyOf(client, mount, name);
  },
};

/** Vault API documentation, "Transit secrets engine (API)": Encrypt Data, Decrypt Data. */
function keyOf(client: VaultClient, mount: string, name: string): ServiceKey {
  return {
    async encrypt(associatedData, plaintext, signal) {
      const body = { plaintext: plaintext.toString('base64'), associated_data: base64(associatedData) };
      const answer = await client.post(`${mount}/encrypt/${name}`, body, signal);
      if (answer.status === 200) return Buffer.from(parse(encrypted, answer.json).data.ciphertext, 'latin1');
      throw refusal(answer);
    },
    async decrypt(associatedData, bytes, signal) {
      const ciphertext = bytes.toString('latin1');
      if (!isCiphertext(ciphertext)) throw new VaultError('altered');
      const body = { ciphertext, associated_data: base64(associatedData) };
      const answer = await client.post(`${mount}/decrypt/${name}`, body, signal);
      if (answer.status === 200) return Buffer.from(parse(decrypted, answer.json).data.plaintext, 'base64');
      throw refusal(answer);
    },
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

function isCiphertext(text: string): boolean {
  const content = ciphertextPattern.exec(text)?.[1];
  return content !== undefined && Buffer.from(content, 'base64').toString('base64') === content;
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new VaultError('key_service_unavailable', { reason: 'an answer that makes no sense' });
}

/**
 * All that is wrong with a request is status 400, also a key of another type, a missing one, and a version that is not
 * to be used any more; only the words tell them apart. What they do not say for certain may pass.
 */
function refusal({ status, json }: { status: number; json: unknown }): VaultError {
  const said =
    z
      .object({ errors: z.array(z.string()) })
      .safeParse(json)
      .data?.errors.join(' ') ?? '';
  const reason = `HTTP ${status}`;
  if (status === 400 && said.includes('encryption key not found'))
    return new VaultError('unknown_key', { reason });
  if (status === 400 && /message authentication failed|invalid ciphertext/.test(said))
    return new VaultError('altered', { reason });
  return new VaultError('key_service_unavailable', {
    reason: status === 400 ? `${reason}: is it a key of an AEAD type, without derivation?` : reason,
  });
}
