import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm, readSecrets } from './terminal.ts';

/** A terminal, or a pipe, on which this is typed. */
function typed(text: string, { isTTY }: { isTTY: boolean }) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  input.write(text);
  if (!isTTY) input.end();
  return { input, output, shown: () => String(output.read() ?? '') };
}

describe('secrets', () => {
  it('are asked for on a terminal, one after the other, and never shown', async () => {
    const terminal = typed('sec\b\bcret-1\rsecret-2\r', { isTTY: true });
    expect(await readSecrets(['API key', 'Secret'], terminal)).toEqual(['scret-1', 'secret-2']);
    expect(terminal.shown()).toBe('API key (not shown): \nSecret (not shown): \n');
  });

  it('are the lines of a pipe, without a question', async () => {
    const terminal = typed(' secret-1 \nsecret-2', { isTTY: false });
    expect(await readSecrets(['API key', 'Secret'], terminal)).toEqual(['secret-1', 'secret-2']);
    expect(terminal.shown()).toBe('');
  });

  it.each([
    ['a pipe that ends', '', { isTTY: false }],
    ['Ctrl-D', '\u0004', { isTTY: true }],
    ['Ctrl-C', 'half\u0003', { isTTY: true }],
  ])('%s ends the command, and says what was missing', async (_name, text, kind) => {
    await expect(readSecrets(['API key'], typed(text, kind))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('API key: nothing was entered'),
    });
  });
});

describe('a question', () => {
  it.each(['y\r', 'Yes\r'])('is answered by %j', async (text) => {
    await expect(confirm('Remove it?', typed(text, { isTTY: true }))).resolves.toBeUndefined();
  });

  it.each(['\r', 'n\r', 'yesterday\r', '\u0004', '\u0003'])('is not answered by %j', async (text) => {
    await expect(confirm('Remove it?', typed(text, { isTTY: true }))).rejects.toMatchObject({ exitCode: 1 });
  });

  it('where nobody can be asked is an error that names the option', async () => {
    await expect(confirm('Remove it?', typed('y\n', { isTTY: false }))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--yes'),
    });
  });
});
