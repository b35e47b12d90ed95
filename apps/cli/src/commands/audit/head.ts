import { openApi, readConnection } from '../../api.ts';
import type { AddAuditCommand } from './add-audit-command.ts';

interface HeadBody {
  readonly sequence: string;
  readonly hash: string;
}

/** `<sequence>:<hash>`, as `audit verify --head` takes it. */
export function headText({ sequence, hash }: HeadBody): string {
  return `${Number(sequence)}:${hash}`;
}

/** `latchkey audit head`: one line to keep where whoever can change the database cannot. */
export const addHead: AddAuditCommand = (audit, program, env) => {
  audit
    .command('head')
    .description('print the end of the chain, to be kept elsewhere')
    .action(async () => {
      const { body } = await openApi(readConnection(program.opts(), env)).call('GET', '/v1/audit/head');
      const { json } = program.opts<{ json: boolean }>();
      process.stdout.write(`${json ? JSON.stringify(body, null, 2) : headText(body as HeadBody)}\n`);
    });
};
