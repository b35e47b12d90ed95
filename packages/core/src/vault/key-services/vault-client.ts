import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher, Pool } from 'undici';
import { ConfigurationError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { VaultError } from '../vault-error.ts';
import type { ConnectOptions } from './root-key.ts';

const connectTimeoutMs = 2_000;
const requestTimeoutMs = 5_000;
const mostConnections = 16;
const mostBytes = 64 * 1024;
/** Encrypting and decrypting may be repeated. */
const pausesMs = [100, 400];

interface VaultAnswer {
  readonly status: number;
  /** Null when it is no JSON. */
  readonly json: unknown;
}

/** The HTTP API of Vault and OpenBao, as far as it is needed here. */
export interface VaultClient {
  /** @throws VaultError `key_service_unavailable` when no answer comes */
  post(path: string, body: object, signal: AbortSignal): Promise<VaultAnswer>;
}

/** Loads the HTTP client. @throws ConfigurationError with a line for everything that is wrong with `VAULT_…` */
export async function openVaultClient({ variable, mayCall }: ConnectOptions): Promise<VaultClient> {
  const lines: string[] = [];
  const address = readAddress(variable('VAULT_ADDR'), mayCall, lines);
  const token = readToken(variable, lines);
  const ca = await readAuthority(variable('VAULT_CACERT'), lines);
  if (address === null || token === null || lines.length > 0) throw new ConfigurationError(lines);
  const namespace = variable('VAULT_NAMESPACE');
  const undici = await import('undici');
  const pool: Pool = new undici.Pool(address.origin, {
    connections: mostConnections,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    connect: { timeout: connectTimeoutMs, rejectUnauthorized: true, ...(ca === null ? {} : { ca }) },
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  });
  const prefix = `${address.pathname.replace(/\/+$/, '')}/v1/`;
  const headers = {
    'content-type': 'application/json',
    // Vault Agent in front may ask for it, against requests that somebody else made it send.
    'x-vault-request': 'true',
    ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
  };
  return {
    async post(path, body, signal) {
      const send = async (): Promise<VaultAnswer> => {
        const authenticated = { ...headers, 'x-vault-token': (await token()).reveal() };
        const answer = await pool.request({
          method: 'POST',
          path: prefix + path,
          headers: authenticated,
          body: JSON.stringify(body),
          signal,
        });
        return { status: answer.statusCode, json: await readJson(answer.body) };
      };
      return repeat(send, signal);
    },
  };
}

/** Again after a broken connection and after answers that may pass: a standby, a restart, too many requests. */
async function repeat(send: () => Promise<VaultAnswer>, signal: AbortSignal): Promise<VaultAnswer> {
  for (const pause of [...pausesMs, null]) {
    try {
      const answer = await send();
      if (pause === null || (answer.status !== 429 && answer.status < 500)) return answer;
    } catch (error) {
      if (error instanceof VaultError) throw error;
      if (pause === null || signal.aborted) throw unreachable(error);
    }
    await sleep((pause ?? 0) * (0.5 + Math.random()), undefined, { signal }).catch((error: unknown) => {
      throw unreachable(error);
    });
  }
  throw unreachable(null);
}

function unreachable(error: unknown): VaultError {
  const code = (error as { code?: unknown } | null)?.code;
  return new VaultError('key_service_unavailable', { reason: typeof code === 'string' ? code : 'no answer' });
}

async function readJson(body: Dispatcher.ResponseData['body']): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes)
      throw new VaultError('key_service_unavailable', { reason: 'an answer that is too large' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

function readAddress(text: string | null, mayCall: ConnectOptions['mayCall'], lines: string[]): URL | null {
  if (text === null) {
    lines.push('VAULT_ADDR: is required for a key of the Transit engine');
    return null;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    lines.push('VAULT_ADDR: must be a URL such as https://vault.example:8200');
    return null;
  }
  if (!mayCall(url)) {
    lines.push('VAULT_ADDR: must be https unless it is this machine or in OUTBOUND_ALLOW_INSECURE');
    return null;
  }
  return url;
}

/** The file is read for every call: Vault Agent renews the token that is in it. */
function readToken(variable: ConnectOptions['variable'], lines: string[]): (() => Promise<Secret>) | null {
  const [token, file] = [variable('VAULT_TOKEN'), variable('VAULT_TOKEN_FILE')];
  if ((token === null) === (file === null)) {
    lines.push('VAULT_TOKEN: set it, or VAULT_TOKEN_FILE, and not both');
    return null;
  }
  if (file === null) {
    const secret = new Secret(token ?? '');
    return async () => secret;
  }
  return async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.trim() === '')
      throw new VaultError('key_service_unavailable', {
        reason: 'VAULT_TOKEN_FILE cannot be read or is empty',
      });
    return new Secret(text.trim());
  };
}

async function readAuthority(file: string | null, lines: string[]): Promise<string | null> {
  if (file === null) return null;
  try {
    return await readFile(file, 'utf8');
  } catch {
    lines.push(`VAULT_CACERT: ${file} cannot be read`);
    return null;
  }
}
