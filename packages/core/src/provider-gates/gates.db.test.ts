import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGates, readGates, recordOutcome } from './index.ts';
import { failed, five, newClient, openGateProcesses, over, vault } from './testing/gate-processes.ts';

let open: Awaited<ReturnType<typeof openGateProcesses>>;

beforeAll(async () => {
  open = await openGateProcesses();
});

afterAll(() => open.database.drop());

async function openedGate() {
  const gate = open.newGate();
  await gate.prove();
  for (const id of five) await gate.one.record(failed(id));
  return gate;
}

describe('the circuit breaker', () => {
  it('opens once when five credentials fail at the same time, for every process', async () => {
    const { prove, processes, two, row, atOnce } = open.newGate();
    await prove();
    await atOnce(5, () => Promise.all(five.map((id, index) => (processes[index] ?? two).record(failed(id)))));
    const { failing, openings, reason } = await row();
    expect({ failing: failing.toSorted(), openings, reason }).toEqual({
      failing: five,
      openings: 1,
      reason: 'provider_unavailable',
    });
    expect(await two.pass()).toMatchObject({ passed: false, code: 'provider_unavailable' });
  });

  it('is obeyed at once by the process that opened it, although it holds permits', async () => {
    const { prove, one } = open.newGate();
    await prove();
    for (let call = 0; call < 8; call += 1) expect(await one.pass()).toMatchObject({ passed: true });
    for (const id of five) await one.record(failed(id));
    expect(await one.pass()).toMatchObject({ passed: false });
  });

  it('stays closed for one credential, and for several with an answer between them', async () => {
    const { prove, one, two } = open.newGate();
    await prove();
    for (let count = 0; count < 10; count += 1) await one.record(failed('a'));
    for (const id of ['b', 'c', 'd']) await one.record(failed(id));
    await two.record({ kind: 'answered' });
    for (const id of ['e', 'f', 'g', 'h']) await one.record(failed(id));
    expect(await two.pass()).toEqual({ passed: true, probe: false });
    await one.record(failed('i'));
    expect(await one.pass()).toMatchObject({ passed: false });
  });

  it('is closed by a try that was answered, and open for longer after one that failed', async () => {
    const { one, two, processes, row, set } = await openedGate();
    const third = processes[2];
    await set(over('open_until'));
    expect(await two.pass()).toEqual({ passed: true, probe: true });
    await two.record(failed('a'), true);
    const again = await row();
    expect(again).toMatchObject({ openings: 2, probe_until: null });
    expect(again.open_for).toBeGreaterThan(5);
    expect(await two.pass()).toMatchObject({ passed: false });
    await set(over('open_until'));
    // A process that has not heard of the second opening.
    expect(await third?.pass()).toEqual({ passed: true, probe: true });
    await third?.record({ kind: 'answered' }, true);
    expect(await row()).toMatchObject({ openings: 0, open_until: null, failing: [], reason: null });
    expect(await one.pass()).toEqual({ passed: true, probe: false });
  });

  it('passes the turn on when it was given back, and when whoever has it is dead', async () => {
    const { processes, set } = await openedGate();
    await set(over('open_until'));
    const [, second, third, fourth, fifth] = processes;
    expect(await second?.pass()).toEqual({ passed: true, probe: true });
    expect(await fourth?.pass()).toMatchObject({ passed: false });
    await second?.record({ kind: 'unused' }, true);
    expect(await third?.pass()).toEqual({ passed: true, probe: true });
    expect(await fourth?.pass()).toMatchObject({ passed: false });
    await set(over('probe_until'));
    expect(await fifth?.pass()).toEqual({ passed: true, probe: true });
  });
});

describe('a rejected client', () => {
  it('gets no second call from anybody, and every caller hears why', async () => {
    const { processes, one } = open.newGate();
    await one.pass();
    await one.record({ kind: 'client_rejected', message: 'Unknown client.' }, true);
    for (const each of processes) {
      const answer = await each.pass();
      expect(answer).toMatchObject({ code: 'client_misconfigured', message: 'Unknown client.' });
      expect(answer.passed ? 0 : answer.retryAfterSeconds).toBeGreaterThan(3590);
    }
  });

  it('is another one with a new secret', async () => {
    const client = newClient();
    const { one } = open.newGate(client);
    await one.pass();
    await one.record({ kind: 'client_rejected', message: 'Unknown client.' }, true);
    const renewed = open.newGate({ ...client, clientSecret: newClient().clientSecret });
    expect(await renewed.one.pass()).toEqual({ passed: true, probe: true });
    expect(await open.newGate(client).two.pass()).toMatchObject({ passed: false });
  });
});

describe('429', () => {
  it('pauses everybody with that client for as long as the provider asks, and is no failure', async () => {
    const { prove, one, two, row } = open.newGate();
    await prove();
    await one.record({ kind: 'rate_limited', retryAfterSeconds: 120 });
    const answer = await two.pass();
    expect(answer).toMatchObject({ passed: false, code: 'rate_limited' });
    expect(answer.passed ? 0 : answer.retryAfterSeconds).toBeGreaterThanOrEqual(119);
    await one.record({ kind: 'answered' });
    expect(await one.pass()).toMatchObject({ passed: false });
    await one.record({ kind: 'rate_limited', retryAfterSeconds: 86_400 });
    const paused = await row();
    // Two readings of a clock: it may be set back by a moment in between.
    expect(paused.open_for).toBeLessThan(901);
    expect(paused.open_for).toBeGreaterThan(890);
    expect(paused.failing).toEqual([]);
    expect(await open.newGate().one.pass()).toMatchObject({ passed: true });
  });
});

describe('an outcome', () => {
  it('that changes nothing writes nothing', async () => {
    const { prove, one, row } = open.newGate();
    await one.record({ kind: 'answered' });
    expect(await row()).toBeUndefined();
    await prove();
    const { place } = await row();
    await one.record({ kind: 'answered' });
    await one.record({ kind: 'unused' });
    expect(await row()).toMatchObject({ place });
    await one.record(failed('a'));
    const { place: noted } = await row();
    expect(noted).not.toBe(place);
    await one.record(failed('a'));
    expect(await row()).toMatchObject({ place: noted });
  });

  it('is part of the transaction that it is recorded in', async () => {
    const client = newClient();
    const { one, row } = open.newGate(client);
    const gates = openGates(one.orm);
    const lost = one.orm.em.fork().transactional(async (em) => {
      await recordOutcome(
        { em, vault, gates },
        { provider: 'acme', client, probe: false },
        { kind: 'client_rejected', message: 'Unknown client.' },
      );
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    expect(await row()).toBeUndefined();
  });
});

describe('readGates', () => {
  it('tells operators which gates are open and why, without naming a client', async () => {
    await open.database.superuser.query('delete from provider_gate');
    const { one } = await openedGate();
    expect(await readGates(one.orm.em.fork())).toEqual([
      {
        provider: 'acme',
        open: true,
        openUntil: expect.any(Date),
        reason: 'provider_unavailable',
        failing: 5,
      },
    ]);
  });
});
