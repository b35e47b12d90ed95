import { describe, expect, it } from 'vitest';
import { openProgress, progressLine, type KeyJob } from './progress.ts';

const job = (changes: Partial<KeyJob>): KeyJob => ({
  id: 'kj_1',
  kind: 'rotate_data',
  status: 'running',
  total: 200,
  done: 0,
  skipped: 0,
  error: null,
  ...changes,
});

describe('the progress of a job', () => {
  it('is a bar with share and numbers, full when nothing is left', () => {
    expect(progressLine(job({ total: null }))).toBe('running, counting');
    expect(progressLine(job({ done: 50 }))).toBe(`${'█'.repeat(7)}${'░'.repeat(23)} 25 %  50 of 200`);
    expect(progressLine(job({ done: 210 }))).toContain(`${'█'.repeat(30)} 100 %`);
    expect(progressLine(job({ total: 0 }))).toContain('100 %');
  });

  it('is one line that changes on a terminal, and elsewhere a line per tenth of the work', () => {
    const shown = (isTTY: boolean) => {
      const written: string[] = [];
      const progress = openProgress({ isTTY, write: (text) => written.push(text) });
      for (const done of [0, 1, 2, 30, 31, 200]) progress.show(job({ done }));
      progress.end();
      return written;
    };
    expect(shown(true)).toHaveLength(7);
    expect(shown(true).every((text) => text.startsWith('\r') || text === '\n')).toBe(true);
    expect(shown(false).map((line) => /(\d+) of/.exec(line)?.[1])).toEqual(['0', '30', '200']);
  });
});
