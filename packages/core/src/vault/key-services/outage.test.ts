import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keyHomes, openRing, serviceHomes, type KeyHome } from '../../testing/key-homes.ts';
import type { KeyServer } from '../../testing/key-server.ts';
import type { KeyCall, KeyProvider } from '../index.ts';

const place = Buffer.from('place');
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

// Each call passes through a server in this process: a busy machine takes its time.
describe.each(serviceHomes)('a root key in %s', { timeout: 30_000 }, (kind) => {
  let home: KeyHome;
  let server: KeyServer;
  let reference: string;
  const calls: KeyCall[] = [];
  const lines: string[] = [];
  let keys: KeyProvider;
  /** Waits for 0.4 s. */
  let hasty: KeyProvider;
  const clear = randomBytes(32);
  let wrapped: Buffer;

  beforeAll(async () => {
    home = await keyHomes[kind]();
    if (home.server === null) throw new Error('not a service');
    server = home.server;
    for (const [name, value] of Object.entries(home.env)) vi.stubEnv(name, value);
    reference = home.newKey();
    const observe = {
      onCall: (call: KeyCall) => calls.push(call),
      onLog: (line: string) => lines.push(line),
    };
    keys = await openRing(home, `main:${reference}`, observe);
    hasty = await openRing(home, `main:${reference}`, { ...observe, mostMs: 400 });
    wrapped = await keys.wrap('main', place, clear);
  });

  beforeEach(() => {
    server.forget();
    calls.length = 0;
    lines.length = 0;
  });

  afterEach(async () => {
    server.spoil(null);
    await server.comeBack();
  });

  afterAll(async () => {
    await home.close();
    vi.unstubAllEnvs();
  });

  const unwrap = () => keys.unwrap('main', place, wrapped);

  it('is away while nobody listens, and back without anything being restarted', async () => {
    await server.goAway();
    await expect(unwrap()).rejects.toEqual(refused('key_service_unavailable'));
    await expect(keys.wrap('main', place, clear)).rejects.toEqual(refused('key_service_unavailable'));
    await expect(keys.prove('main')).rejects.toEqual(refused('key_service_unavailable'));
    await expect(keys.verify('main', wrapped)).rejects.toEqual(refused('key_service_unavailable'));
    await server.comeBack();
    expect(await unwrap()).toEqual(clear);
  });

  it('is away for every answer that is neither yes nor a definite no, after few tries', async () => {
    for (const [fault, answer] of Object.entries(home.passing)) {
      server.forget();
      server.spoil(answer);
      await expect(unwrap(), fault).rejects.toEqual(refused('key_service_unavailable'));
      await expect(keys.verify('main', wrapped), fault).rejects.toEqual(refused('key_service_unavailable'));
      expect(server.calls(), fault).toBeLessThanOrEqual(2 * 3);
    }
    server.spoil(null);
    expect(await unwrap()).toEqual(clear);
  });

  it('is asked again at once after an answer that may pass', async () => {
    server.spoil(home.passing['throttled'] ?? null, 1);
    expect(await unwrap()).toEqual(clear);
    expect(server.calls()).toBe(2);
  });

  it('that never answers is given up at the deadline', async () => {
    server.spoil('hang');
    await expect(hasty.unwrap('main', place, wrapped)).rejects.toEqual(refused('key_service_unavailable'));
    expect(calls).toMatchObject([{ operation: 'unwrap', outcome: 'key_service_unavailable' }]);
  });

  it('that the service does not have is unknown', async () => {
    const ring = await openRing(home, `main:${home.missingKey}`);
    await expect(ring.unwrap('main', place, wrapped)).rejects.toEqual(refused('unknown_key'));
  });

  it('answers each of many who ask at once with what is his', async () => {
    const all = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const own = Buffer.from(String(index));
        const bytes = await keys.wrap('main', own, clear);
        return keys.unwrap('main', own, bytes);
      }),
    );
    expect(all.every((each) => each.equals(clear))).toBe(true);
    // A slow machine may repeat one.
    expect(server.calls()).toBeGreaterThanOrEqual(120);
  });

  it('is asked by few at a time, however many want to know', async () => {
    server.spoil('hang');
    const all = Promise.allSettled(Array.from({ length: 60 }, unwrap));
    await vi.waitFor(() => expect(server.mostAtOnce()).toBeGreaterThanOrEqual(16), { timeout: 4_000 });
    await server.goAway();
    await all;
    expect(server.mostAtOnce()).toBe(16);
  });

  it('that hangs holds up those that wait for their turn for no longer than the deadline', async () => {
    server.spoil('hang');
    const ends = await Promise.allSettled(
      Array.from({ length: 60 }, () => hasty.unwrap('main', place, wrapped)),
    );
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    server.spoil(null);
    expect(await unwrap()).toEqual(clear);
  });

  it('counts its calls by what came of them', async () => {
    await unwrap();
    await keys.verify('main', await keys.prove('main'));
    await expect(keys.unwrap('main', Buffer.from('elsewhere'), wrapped)).rejects.toThrow('altered');
    expect(calls.map(({ service, operation, outcome }) => [service, operation, outcome])).toEqual([
      [kind, 'unwrap', 'succeeded'],
      [kind, 'prove', 'succeeded'],
      [kind, 'verify', 'succeeded'],
      [kind, 'unwrap', 'altered'],
    ]);
    expect(calls.every(({ seconds }) => seconds !== null && seconds > 0)).toBe(true);
  });

  it('says in an error and in the log which key it was and why, once per outage, and nothing that is secret', async () => {
    server.spoil(home.passing['denied'] ?? null);
    const errors = await Promise.all(
      [unwrap(), unwrap()].map((call) => call.catch((error: unknown) => error)),
    );
    server.spoil(null);
    await unwrap();
    expect(String(errors[0])).toMatch(new RegExp(`${kind}, key "main": [\\w ]+\\)$`));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      `The root key "main" in ${kind} is not available`,
      `The root key "main" in ${kind} is available again`,
    ]);
    const told = inspect(errors, { depth: 9, showHidden: true }) + lines.join('\n');
    const secrets = [clear.toString('base64'), clear.toString('hex'), ...server.seen];
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'VAULT_TOKEN'])
      secrets.push(home.env[name] ?? secrets[0] ?? '');
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(told).not.toContain('arn:aws:iam');
  });
});
