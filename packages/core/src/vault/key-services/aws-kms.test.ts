import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAwsKmsServer, type AwsKmsServer } from '../../testing/aws-kms-server.ts';
import { openRing } from '../../testing/key-homes.ts';
import { ConfigurationError } from '../../errors.ts';

const place = Buffer.from('place');
const clear = randomBytes(32);
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

let server: AwsKmsServer;

beforeAll(async () => {
  server = await startAwsKmsServer();
});

afterAll(() => server.close());

beforeEach(() => {
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  return () => vi.unstubAllEnvs();
});

const ringOf = (reference: string) => openRing(server, `main:aws-kms:${reference}`);

describe('a key in AWS KMS', () => {
  it('may be named by its id, its ARN, an alias and the ARN of an alias', async () => {
    const arn = server.createKey();
    server.pointAlias('alias/latchkey', arn);
    const wrapped = await (await ringOf(arn)).wrap('main', place, clear);
    for (const reference of [
      arn.slice(arn.indexOf('/') + 1),
      'alias/latchkey',
      'arn:aws:kms:eu-central-1:111122223333:alias/latchkey',
    ])
      expect(await (await ringOf(reference)).unwrap('main', place, wrapped)).toEqual(clear);
  });

  it('whose alias is pointed at another key wraps nothing any more: after a restart it could not be unwrapped', async () => {
    const first = server.createKey();
    server.pointAlias('alias/moving', first);
    const keys = await ringOf('alias/moving');
    const proof = await keys.prove('main');
    const wrapped = await keys.wrap('main', place, clear);
    server.pointAlias('alias/moving', server.createKey());
    await expect(keys.wrap('main', place, clear)).rejects.toEqual(refused('unknown_key'));
    await expect(keys.unwrap('main', place, wrapped)).rejects.toEqual(refused('altered'));
    expect(await (await ringOf('alias/moving')).verify('main', proof)).toBe(false);
    server.pointAlias('alias/moving', first);
    expect(await keys.unwrap('main', place, wrapped)).toEqual(clear);
  });

  it('takes the region of its ARN, whatever the environment says', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const arn = server.createKey();
    // The server accepts signatures for eu-central-1 only.
    await expect((await ringOf(arn)).wrap('main', place, clear)).resolves.toBeDefined();
    await expect((await ringOf(arn.slice(arn.indexOf('/') + 1))).wrap('main', place, clear)).rejects.toEqual(
      refused('key_service_unavailable'),
    );
  });

  it('needs a region from somewhere before anything starts', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    const opened = ringOf('alias/latchkey');
    await expect(opened).rejects.toThrow(ConfigurationError);
    await expect(opened).rejects.toThrow(/^AWS_REGION: is required/);
  });

  it('without credentials is away, and says what is missing', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    await expect((await ringOf(server.createKey())).prove('main')).rejects.toThrow(
      /CredentialsProviderError/,
    );
  });

  it('is sent by https to another machine', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'https://kms.invalid');
    const call = (await ringOf(server.createKey())).wrap('main', place, clear);
    await expect(call).rejects.toThrow(/key "main": (?:ENOTFOUND|EAI_AGAIN)/);
  });

  it('is not sent over plain http to another machine', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://kms.test:4566');
    const call = (await ringOf(server.createKey())).wrap('main', place, clear);
    await expect(call).rejects.toThrow(/PlainHttpRefused/);
  });
});
