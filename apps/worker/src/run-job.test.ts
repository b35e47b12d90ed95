import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { runJob } from './run-job.ts';

const data = { workspaceId: 'ws_1', authorizationId: 'auth_1' };
const run = { jobId: 'auth_1-0', signal: new AbortController().signal };

function logged() {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'trace' }, { write: (line) => lines.push(line) }) };
}

describe('F47: runJob', () => {
  it('passes on parsed data and what belongs to the run, and returns nothing', async () => {
    const handler = vi.fn(async () => 'a result');
    expect(await runJob('revoke', handler, { log: logged().log })(data, run)).toBeUndefined();
    expect(handler).toHaveBeenCalledWith(data, { ...run, log: expect.anything() });
  });

  it.each([null, 'text', {}, { ...data, extra: 1 }, { workspaceId: 1, authorizationId: 'auth_1' }])(
    'drops a job whose data is %j, without trying it again',
    async (bad) => {
      const handler = vi.fn(async () => undefined);
      const { lines, log } = logged();
      await runJob('revoke', handler, { log })(bad, run);
      expect(handler).not.toHaveBeenCalled();
      expect(lines.join()).toContain('dropped');
    },
  );

  it('has the failure settled by what was thrown, and is done when that could be recorded', async () => {
    const thrown = new Error('canary');
    const settle = vi.fn(async () => undefined);
    const { lines, log } = logged();
    await runJob('revoke', () => Promise.reject(thrown), { log, settle })(data, run);
    expect(settle).toHaveBeenCalledWith(data, thrown);
    expect(lines.join()).not.toContain('canary');
  });

  it('throws an error that says nothing but the job, and logs where it happened but no message', async () => {
    const { lines, log } = logged();
    const cause = Object.assign(new Error('canary in the cause'), { code: 'ECONNRESET' });
    const work = runJob('revoke', () => Promise.reject(new TypeError('canary', { cause })), { log })(
      data,
      run,
    );
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe('The job "revoke" failed unexpectedly; the log has the details');
    expect((error as Error).cause).toBeUndefined();
    expect(lines.join()).toContain('TypeError');
    expect(lines.join()).toContain('ECONNRESET');
    expect(lines.join()).toContain('run-job.test.ts');
    expect(lines.join()).not.toContain('canary');
  });
});
