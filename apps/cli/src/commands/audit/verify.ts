import { formatHead, parseHead, verifyExport, type Head } from '@latchkey/core/audit-chain';
import { openApi, readConnection, type Connection } from '../../api.ts';
import { CommandError } from '../../command-error.ts';
import { print } from '../../output.ts';
import type { AddAuditCommand } from './add-audit-command.ts';
import { headText } from './head.ts';
import { readLines } from './read-lines.ts';

interface VerifyOptions {
  readonly head?: string;
  readonly file?: string;
}

interface HeadBody {
  readonly sequence: string;
  readonly hash: string;
}

/** What the API answers to `GET /v1/audit/verification`. */
interface Verification {
  readonly intact: boolean;
  readonly problem: { readonly sequence: string; readonly kind: string; readonly detail: string } | null;
  readonly entries: number;
  readonly head: HeadBody;
  readonly anchor: (HeadBody & { readonly prunedAt: string }) | null;
  readonly unsealed: {
    readonly entries: number;
    readonly oldestSeconds: number;
    readonly overdue: boolean;
  };
}

type Json = { json?: boolean };

/** `latchkey audit verify`: ends with 0 only when the audit is intact. */
export const addVerify: AddAuditCommand = (audit, program, env) => {
  audit
    .command('verify')
    .description('recompute the hash chain, of the instance or of an export')
    .option('--head <sequence:hash>', 'compare with a head that was noted before (latchkey audit head)')
    .option('--file <export>', 'verify an export without the instance; - reads standard input')
    .addHelpText(
      'after',
      '\nExit code: 0 only when nothing is missing, changed, swapped or added, and nothing waits for its seal for over 60 s.',
    )
    .action(async ({ head, file }: VerifyOptions) => {
      const noted = head === undefined ? null : readHead(head);
      if (file === undefined)
        await verifyInstance(readConnection(program.opts(), env), noted, program.opts());
      else await verifyFile(file, noted, program.opts());
    });
};

function readHead(text: string): Head {
  const head = parseHead(text);
  if (head === null)
    throw new CommandError(`"${text}" is not a head: <sequence>:<64 hexadecimal digits>.`, 2);
  return head;
}

async function verifyInstance(connection: Connection, noted: Head | null, options: Json): Promise<void> {
  const query = noted === null ? '' : `?head=${formatHead(noted)}`;
  const answer = await openApi(connection).call('GET', `/v1/audit/verification${query}`);
  const body = answer.body as Verification;
  const { intact, problem, entries, head, anchor, unsealed } = body;
  print(options, body, [
    { what: 'audit', found: intact ? 'intact' : 'NOT INTACT' },
    ...(problem === null ? [] : [{ what: 'problem', found: sentence(problem) }]),
    { what: 'sealed entries', found: entries },
    { what: 'head', found: headText(head) },
    {
      what: 'removed by retention',
      found: anchor === null ? null : `${Number(anchor.sequence)}, last on ${anchor.prunedAt}`,
    },
    {
      what: 'not sealed yet',
      found:
        unsealed.entries === 0
          ? 0
          : `${unsealed.entries}, for ${unsealed.oldestSeconds.toFixed(1)} s at most`,
    },
  ]);
  if (problem !== null) throw new CommandError(`The audit is not intact: ${sentence(problem)}`);
  if (unsealed.overdue)
    throw new CommandError(
      `The newest entries have not been sealed for ${Math.round(unsealed.oldestSeconds)} s (${unsealed.entries} of them): no relay works, and they can be changed without a trace.`,
    );
}

async function verifyFile(file: string, noted: Head | null, options: Json): Promise<void> {
  const result = await verifyExport(readLines(file), noted);
  const { intact, problem, workspaceId, entries, start, head } = result;
  const textOf = (place: Head | null) => place && formatHead(place);
  const value = { intact, problem, workspaceId, entries, start: textOf(start), head: textOf(head) };
  print(options, value, [
    { what: 'export', found: intact ? 'intact' : 'NOT INTACT' },
    ...(problem === null ? [] : [{ what: 'problem', found: sentence(problem) }]),
    { what: 'workspace', found: workspaceId },
    { what: 'entries', found: entries },
    { what: 'begins after', found: textOf(start) },
    { what: 'head', found: textOf(head) },
  ]);
  if (problem !== null) throw new CommandError(`The export is not intact: ${sentence(problem)}`);
}

function sentence({ kind, sequence, detail }: { kind: string; sequence: string | number; detail: string }) {
  return `${kind} at entry ${Number(sequence)}. ${detail}`;
}
