import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parseLine } from '@latchkey/core/audit-chain';
import { openApi, readConnection } from '../../api.ts';
import { CommandError } from '../../command-error.ts';
import { readTime } from '../../read-time.ts';
import type { AddAuditCommand } from './add-audit-command.ts';

interface ExportOptions {
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
}

/** Longer than the last line of an export. */
const tailBytes = 1024;

/** `latchkey audit export`: JSON Lines to a file or to standard output. A file is there complete or not at all. */
export const addExport: AddAuditCommand = (audit, program, env) => {
  audit
    .command('export')
    .description('write the audit as JSON Lines')
    .option('--out <file>', 'a new file, instead of standard output')
    .option('--from <time>', 'entries at or after it, such as 2026-11-01 or 2026-11-01T12:00:00Z')
    .option('--to <time>', 'entries before it')
    .option('--after <sequence>', 'entries behind this one')
    .action(async ({ out, from, to, after }: ExportOptions) => {
      if (out !== undefined && existsSync(out)) throw new CommandError(`${out} is there already.`, 2);
      const query = new URLSearchParams({
        ...(from === undefined ? {} : { from: readTime(from) }),
        ...(to === undefined ? {} : { to: readTime(to) }),
        ...(after === undefined ? {} : { after }),
      });
      const api = openApi(readConnection(program.opts(), env));
      const body = await api.stream(`/v1/audit/export?${query.toString()}`);
      if (out === undefined) await writeTo('standard output', copy(body, process.stdout, { end: false }));
      else await writeFile(body, out);
    });
};

async function writeFile(body: ReadableStream<Uint8Array>, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    const to = createWriteStream(partial, { mode: 0o600, flush: true });
    await writeTo(file, copy(body, to, { end: true }));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeTo(place: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CommandError(`${place} cannot be written (${code}).`);
  }
}

/** @throws CommandError when the last line of the export did not come */
async function copy(
  body: ReadableStream<Uint8Array>,
  to: Writable,
  { end }: { end: boolean },
): Promise<void> {
  let tail = Buffer.alloc(0);
  const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
    try {
      for await (const chunk of chunks) {
        tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
        yield chunk;
      }
    } catch {
      throw cut();
    }
  };
  await pipeline(Readable.fromWeb(body), watch, to, { end });
  if (parseLine(tail.toString('utf8').trimEnd().split('\n').at(-1) ?? '')?.kind !== 'end') throw cut();
}

function cut(): CommandError {
  return new CommandError('The export was cut: its last line did not come.');
}
