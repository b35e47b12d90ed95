import { createHash } from 'node:crypto';
import type { DecryptCommandInput, EncryptCommandInput, KMSClient } from '@aws-sdk/client-kms';
import { ConfigurationError } from '../../errors.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';
import type { ConnectOptions, KeyService, ServiceKey } from './root-key.ts';

const connectTimeoutMs = 2_000;
const requestTimeoutMs = 5_000;
const mostAttempts = 3;

/** AWS KMS API Reference, Encrypt, "KeyId": key id, key ARN, alias name or alias ARN. */
const name = String.raw`alias\/[A-Za-z0-9/_-]{1,250}`;
const id = String.raw`(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})`;
const arn = String.raw`arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(?:key\/${id}|${name})`;

/** Errors that say something certain about key or ciphertext (API Reference, Decrypt, "Errors"). All others may pass. */
const certain: Readonly<Record<string, VaultErrorCode>> = {
  InvalidCiphertextException: 'altered',
  IncorrectKeyException: 'altered',
  NotFoundException: 'unknown_key',
};

type Client = Pick<KMSClient, 'send'>;
type Commands = Pick<typeof import('@aws-sdk/client-kms'), 'EncryptCommand' | 'DecryptCommand'>;

/** Credentials, region and endpoint are found as by every program with the AWS SDK; a region in an ARN comes first. */
export const awsKms: KeyService = {
  reference: new RegExp(`^(?:${id}|${name}|${arn})$`),
  referenceIs: 'the id, the ARN or the alias (alias/…) of a key in AWS KMS',
  async connect(options) {
    const sdk = await import('@aws-sdk/client-kms');
    const clients = new Map<string | null, Promise<Client>>();
    return async (reference) => {
      const region = /^arn:[^:]*:kms:([^:]*)/.exec(reference)?.[1] ?? null;
      const client = clients.get(region) ?? openClient(sdk.KMSClient, region, options);
      clients.set(region, client);
      return keyOf(await client, sdk, reference);
    };
  },
};

/** @throws ConfigurationError without a region */
async function openClient(
  Client: typeof KMSClient,
  region: string | null,
  { mayCall }: ConnectOptions,
): Promise<Client> {
  const client = new Client({
    ...(region === null ? {} : { region }),
    maxAttempts: mostAttempts,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      httpsAgent: { rejectUnauthorized: true },
    },
  });
  await client.config.region().catch(() => {
    throw new ConfigurationError([
      'AWS_REGION: is required for a key in AWS KMS, unless it is given as an ARN',
    ]);
  });
  // An endpoint from the environment may be anything, and what is encrypted travels in the body.
  client.middlewareStack.add(
    (next) => async (args) => {
      const { protocol, hostname, port } = args.request as {
        protocol: string;
        hostname: string;
        port?: number;
      };
      const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
      if (!mayCall(url)) throw Object.assign(new Error(), { name: 'PlainHttpRefused' });
      return next(args);
    },
    { step: 'finalizeRequest', name: 'refusePlainHttp', priority: 'low' },
  );
  return client;
}

function keyOf(client: Client, { EncryptCommand, DecryptCommand }: Commands, reference: string): ServiceKey {
  /** An alias may be pointed at another key. What is wrapped from then on could not be unwrapped after the next start. */
  let arnOfKey: string | undefined;
  const isSameKey = (arnOfAnswer: string | undefined) => (arnOfKey ??= arnOfAnswer) === arnOfAnswer;
  return {
    async encrypt(associatedData, plaintext, abortSignal) {
      const input: EncryptCommandInput = { ...bound(reference, associatedData), Plaintext: plaintext };
      const answer = await answerOf(client.send(new EncryptCommand(input), { abortSignal }));
      if (!isSameKey(answer.KeyId))
        throw new VaultError('unknown_key', { reason: 'the alias has another key now' });
      return bytesOf(answer.CiphertextBlob);
    },
    async decrypt(associatedData, ciphertext, abortSignal) {
      const input: DecryptCommandInput = { ...bound(reference, associatedData), CiphertextBlob: ciphertext };
      const answer = await answerOf(client.send(new DecryptCommand(input), { abortSignal }));
      arnOfKey ??= answer.KeyId;
      return bytesOf(answer.Plaintext);
    },
  };
}

/** The encryption context is in the logs of the service in clear: a hash says no more than which of two are equal. */
function bound(reference: string, associatedData: Buffer) {
  const digest = createHash('sha256').update(associatedData).digest('base64');
  return { KeyId: reference, EncryptionContext: { latchkey: digest } };
}

async function answerOf<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const reason = reasonOf(error);
    throw new VaultError(certain[reason] ?? 'key_service_unavailable', { reason });
  }
}

/** The message of an error may quote the request. */
function reasonOf(error: unknown): string {
  const { name: errorName, code } = error as { name?: unknown; code?: unknown };
  const word = [code, errorName].find(
    (text) => typeof text === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(text),
  );
  return typeof word === 'string' ? word : 'an error without a name';
}

function bytesOf(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined)
    throw new VaultError('key_service_unavailable', { reason: 'an answer without content' });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
