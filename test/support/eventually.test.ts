import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

it('gives back the first truthy result, whatever failed before', async () => {
  let calls = 0;
  const check = () => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return calls === 3 ? 'there' : null;
  };
  expect(await eventually(check, { describe: 'it is there', intervalMs: 1 })).toBe('there');
});

it('says what it waited for and what the last failure was', async () => {
  const check = () => {
    throw new Error('connection refused');
  };
  await expect(
    eventually(check, { describe: 'the API answers', timeoutMs: 5, intervalMs: 1 }),
  ).rejects.toThrow(/the API answers.*connection refused/);
});
