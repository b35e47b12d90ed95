import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAwsKmsServer } from '../../testing/aws-kms-server.ts';
import { openRing } from '../../testing/key-homes.ts';
import type { TlsPair } from '../../testing/key-server.ts';
import { startVaultTransitServer } from '../../testing/vault-transit-server.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const place = Buffer.from('place');
const clear = randomBytes(32);

describe.skipIf(!hasOpenssl)('a key service with a certificate of its own (needs openssl)', () => {
  let folder: string;
  let certificate: string;
  let tls: TlsPair;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'));
    certificate = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
    execFileSync('openssl', ['req', '-x509', ...pair, ...subject, '-out', certificate], { stdio: 'pipe' });
    tls = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    // What would let every certificate pass must not.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.stubEnv('VAULT_SKIP_VERIFY', 'true');
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is trusted by VAULT_CACERT, and by nothing less', async () => {
    const server = await startVaultTransitServer(tls);
    server.createKey('latchkey');
    const ring = (env: Record<string, string>) =>
      openRing({ env: { ...server.env, ...env } }, 'main:vault-transit:latchkey');
    await expect((await ring({})).wrap('main', place, clear)).rejects.toThrow(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    const keys = await ring({ VAULT_CACERT: certificate });
    expect(await keys.unwrap('main', place, await keys.wrap('main', place, clear))).toEqual(clear);
    await server.close();
  });

  it('is not trusted in the place of AWS KMS', async () => {
    const server = await startAwsKmsServer(tls);
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    const keys = await openRing(server, `main:aws-kms:${server.createKey()}`);
    await expect(keys.wrap('main', place, clear)).rejects.toThrow(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(server.calls()).toBe(0);
    await server.close();
  });
});
