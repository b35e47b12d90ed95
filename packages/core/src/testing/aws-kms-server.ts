import { randomBytes, randomUUID } from 'node:crypto';
import { decrypt, encrypt } from '../vault/aes-gcm.ts';
import { VaultError } from '../vault/vault-error.ts';
import { startKeyServer, type KeyServer, type KeyServerAnswer, type TlsPair } from './key-server.ts';

/**
 * AWS KMS, as far as this product uses it. From: AWS KMS API Reference, "Encrypt", "Decrypt" and "Common Errors"; Smithy,
 * "AWS JSON 1.1 protocol" (POST / with X-Amz-Target, errors with `__type`); Signature Version 4 in the header
 * `Authorization` (its form and credential are checked here, not its value); Developer Guide, "Encryption context"
 * (exact match, any order) and "Request quotas" (ThrottlingException, status 400).
 */
export interface AwsKmsServer extends KeyServer {
  /** The variables with which the AWS SDK finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** @returns the ARN of a new symmetric key */
  createKey(): string;
  pointAlias(alias: string, arn: string): void;
}

const region = 'eu-central-1';
const accessKeyId = 'AKIATESTTESTTESTTEST';

/** Errors that come instead of any answer. */
export const kmsErrors = {
  throttled: kmsError(400, 'ThrottlingException', 'Rate exceeded'),
  internal: kmsError(500, 'KMSInternalException', 'An internal error'),
  unavailable: kmsError(503, 'ServiceUnavailable', 'Busy'),
  denied: kmsError(400, 'AccessDeniedException', 'User: arn:aws:iam::111122223333:user/x is not authorized'),
  expired: kmsError(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
  disabled: kmsError(400, 'DisabledException', 'The key is disabled'),
} as const;

interface Input {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

export async function startAwsKmsServer(tls: TlsPair | null = null): Promise<AwsKmsServer> {
  const keys = new Map<string, Buffer>();
  const aliases = new Map<string, string>();
  const find = (keyId = ''): string | undefined => {
    const name =
      keyId.startsWith('arn:') && keyId.includes(':alias/') ? keyId.slice(keyId.indexOf('alias/')) : keyId;
    return aliases.get(name) ?? [...keys.keys()].find((arn) => arn === name || arn.endsWith(`:key/${name}`));
  };
  const operations: Record<string, (input: Input, see: (plaintext: Buffer) => void) => KeyServerAnswer> = {
    'TrentService.Encrypt'(input, see) {
      const arn = find(input.KeyId);
      if (arn === undefined) return kmsError(400, 'NotFoundException', `Key '${input.KeyId}' does not exist`);
      const plaintext = Buffer.from(input.Plaintext ?? '', 'base64');
      see(plaintext);
      const { nonce, ciphertext, tag } = encrypt(keys.get(arn) as Buffer, context(input), plaintext);
      const blob = Buffer.concat([Buffer.from(`${arn}\n`), nonce, tag, ciphertext]).toString('base64');
      return json(200, { CiphertextBlob: blob, KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    },
    'TrentService.Decrypt'(input, see) {
      const wanted = find(input.KeyId);
      if (wanted === undefined)
        return kmsError(400, 'NotFoundException', `Key '${input.KeyId}' does not exist`);
      const blob = Buffer.from(input.CiphertextBlob ?? '', 'base64');
      const end = blob.indexOf('\n');
      const arn = blob.toString('latin1', 0, Math.max(end, 0));
      const key = keys.get(arn);
      if (key === undefined) return kmsError(400, 'InvalidCiphertextException', null);
      if (arn !== wanted)
        return kmsError(400, 'IncorrectKeyException', 'The key ID in the request does not match');
      const [nonce, tag] = [blob.subarray(end + 1, end + 13), blob.subarray(end + 13, end + 29)];
      try {
        const plaintext = decrypt(key, context(input), { nonce, tag, ciphertext: blob.subarray(end + 29) });
        see(plaintext);
        return json(200, {
          Plaintext: plaintext.toString('base64'),
          KeyId: arn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        });
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
        return kmsError(400, 'InvalidCiphertextException', null);
      }
    },
  };
  const server = await startKeyServer(({ method, url, headers }, body, see) => {
    const signed = new RegExp(
      `^AWS4-HMAC-SHA256 Credential=${accessKeyId}/\\d{8}/${region}/kms/aws4_request, SignedHeaders=\\S+, Signature=[0-9a-f]{64}$`,
    );
    if (!signed.test(headers.authorization ?? ''))
      return kmsError(400, 'IncompleteSignature', 'The signature is not complete');
    const operation = operations[String(headers['x-amz-target'])];
    if (
      method !== 'POST' ||
      url !== '/' ||
      headers['content-type'] !== 'application/x-amz-json-1.1' ||
      !operation
    )
      return kmsError(400, 'UnknownOperationException', null);
    return operation(JSON.parse(body) as Input, see);
  }, tls);
  return {
    ...server,
    env: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: randomBytes(30).toString('base64'),
      AWS_ENDPOINT_URL_KMS: server.url,
    },
    createKey() {
      const arn = `arn:aws:kms:${region}:111122223333:key/${randomUUID()}`;
      keys.set(arn, randomBytes(32));
      return arn;
    },
    pointAlias: (alias, arn) => void aliases.set(alias, arn),
  };
}

/** An encryption context is authenticated whatever the order of its pairs. */
function context({ EncryptionContext = {} }: Input): Buffer {
  return Buffer.from(
    JSON.stringify(Object.entries(EncryptionContext).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
}

function json(status: number, body: object): KeyServerAnswer {
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify(body) };
}

function kmsError(status: number, type: string, message: string | null): KeyServerAnswer {
  return json(status, { __type: type, ...(message === null ? {} : { message }) });
}
