import { randomBytes } from 'node:crypto';
import { decrypt, encrypt } from '../vault/aes-gcm.ts';
import { VaultError } from '../vault/vault-error.ts';
import { startKeyServer, type KeyServer, type KeyServerAnswer, type TlsPair } from './key-server.ts';

/**
 * The Transit engine of Vault and OpenBao, as far as this product uses it. From: "Transit secrets engine (API)", Encrypt
 * Data and Decrypt Data (`associated_data`, `vault:v<version>:<base64>`); "HTTP API" (X-Vault-Token, X-Vault-Namespace,
 * `errors`, statuses 400, 403, 404, 429, 503); the engine's own refusals, all of them status 400, from path_encrypt.go,
 * path_decrypt.go and policy.go of OpenBao. A token that may only update gets 403 where encrypting would make the key.
 */
export interface VaultTransitServer extends KeyServer {
  /** The variables with which it is found. */
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  createKey(name: string, type?: 'aes256-gcm96' | 'rsa-2048'): void;
  /** New versions encrypt, old ones go on decrypting. */
  rotateKey(name: string): void;
  /** Versions before it do not decrypt any more. */
  requireVersion(name: string, version: number): void;
  /** From now on only this token is good. */
  setToken(token: string): void;
}

/** Errors that come instead of any answer. */
export const vaultErrors = {
  throttled: refused(429, 'request path "transit/encrypt/x": rate limit quota exceeded'),
  internal: refused(500, 'internal error'),
  sealed: refused(503, 'Vault is sealed'),
  denied: refused(403, 'permission denied'),
  standby: { status: 307, type: 'text/plain', body: '' },
} as const;

interface TransitKey {
  readonly type: string;
  readonly versions: Buffer[];
  lowest: number;
}

interface Input {
  readonly plaintext?: string;
  readonly ciphertext?: string;
  readonly associated_data?: string;
}

const namespace = 'team-a';

export async function startVaultTransitServer(tls: TlsPair | null = null): Promise<VaultTransitServer> {
  const keys = new Map<string, TransitKey>();
  const firstToken = `hvs.${randomBytes(24).toString('base64url')}`;
  let token = firstToken;
  const server = await startKeyServer(({ method, url, headers }, body, see) => {
    if (headers['x-vault-token'] !== token) return refused(403, 'permission denied');
    const [, operation, name = ''] = /^\/v1\/transit\/(encrypt|decrypt)\/([\w.-]+)$/.exec(url ?? '') ?? [];
    if (headers['x-vault-namespace'] !== namespace || operation === undefined)
      return refused(404, 'no handler for route');
    if (method !== 'POST' && method !== 'PUT') return refused(405, 'unsupported operation');
    const key = keys.get(name);
    const input = JSON.parse(body) as Input;
    if (key === undefined)
      return operation === 'encrypt'
        ? refused(403, 'permission denied')
        : refused(400, 'encryption key not found');
    if (input.associated_data !== undefined && key.type.startsWith('rsa'))
      return refused(400, `'[0].associated_data' provided for non-AEAD cipher suite ${key.type}`);
    return operation === 'encrypt' ? encryptWith(key, input, see) : decryptWith(key, input, see);
  }, tls);
  const change = (name: string) => keys.get(name) as TransitKey;
  return {
    ...server,
    env: { VAULT_ADDR: server.url, VAULT_TOKEN: firstToken, VAULT_NAMESPACE: namespace },
    token: firstToken,
    createKey: (name, type = 'aes256-gcm96') =>
      void keys.set(name, { type, versions: [randomBytes(32)], lowest: 1 }),
    rotateKey: (name) => void change(name).versions.push(randomBytes(32)),
    requireVersion(name, version) {
      change(name).lowest = version;
    },
    setToken(value) {
      token = value;
    },
  };
}

type See = (plaintext: Buffer) => void;

function encryptWith(
  { versions }: TransitKey,
  { plaintext = '', associated_data = '' }: Input,
  see: See,
): KeyServerAnswer {
  const clear = Buffer.from(plaintext, 'base64');
  see(clear);
  const { nonce, ciphertext, tag } = encrypt(
    versions.at(-1) as Buffer,
    Buffer.from(associated_data, 'base64'),
    clear,
  );
  const content = Buffer.concat([nonce, ciphertext, tag]).toString('base64');
  const version = versions.length;
  return json(200, { data: { ciphertext: `vault:v${version}:${content}`, key_version: version } });
}

function decryptWith(
  key: TransitKey,
  { ciphertext = '', associated_data = '' }: Input,
  see: See,
): KeyServerAnswer {
  const [, digits, content] = /^vault:v(\d+):(.*)$/s.exec(ciphertext) ?? [];
  if (digits === undefined || content === undefined) return refused(400, 'invalid ciphertext: no prefix');
  // As the engine does: version 0 is 1.
  const version = Number(digits) || 1;
  if (version > key.versions.length) return refused(400, 'invalid ciphertext: version is too new');
  if (version < key.lowest)
    return refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}$/.test(content))
    return refused(400, 'invalid ciphertext: could not decode base64');
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length < 28) return refused(400, 'invalid ciphertext length');
  try {
    const clear = decrypt(key.versions[version - 1] as Buffer, Buffer.from(associated_data, 'base64'), {
      nonce: bytes.subarray(0, 12),
      ciphertext: bytes.subarray(12, -16),
      tag: bytes.subarray(-16),
    });
    see(clear);
    return json(200, { data: { plaintext: clear.toString('base64') } });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return refused(400, 'cipher: message authentication failed');
  }
}

function json(status: number, body: object): KeyServerAnswer {
  return { status, type: 'application/json', body: JSON.stringify({ request_id: 'r', ...body }) };
}

function refused(status: number, error: string): KeyServerAnswer {
  return { status, type: 'application/json', body: JSON.stringify({ errors: [error] }) };
}
