import { Option } from 'commander';
import type { CliApi } from '../../api.ts';
import { print } from '../../output.ts';
import { confirm } from '../../terminal.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, rowOf, type Authorization } from './authorization.ts';
import { kinds } from './list.ts';

/** `latchkey authorizations cancel`: ends one that nothing was done for yet. */
export const cancelCommand: AddSubcommand = (group, options, env) => {
  group
    .command('cancel')
    .argument('<id>')
    .description('end one that still waits, for a person or for its turn')
    .action(async (id: string) => {
      const { body } = await apiOf(options(), env).call('POST', pathOf(id, '/cancel'));
      print(options(), body, [rowOf(body as Authorization)]);
    });
};

interface CancelAllOptions {
  readonly provider?: string;
  readonly status?: string;
  readonly kind?: string;
  readonly credential?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Counted {
  readonly matched: number;
  readonly cancelled: number;
}

/** `latchkey authorizations cancel-all`: all that match, however many. */
export const cancelAllCommand: AddSubcommand = (group, options, env) => {
  group
    .command('cancel-all')
    .description('end all that still wait and match every filter that is given')
    .option('--provider <provider>', 'of this provider')
    .addOption(new Option('--status <status>', 'as they stand').choices(['awaiting_consent', 'queued']))
    .addOption(new Option('--kind <kind>', 'of this kind').choices(kinds))
    .option('--credential <id>', 'of this credential')
    .option('--from <time>', 'made at this time or later, such as 2026-11-01T00:00:00Z')
    .option('--to <time>', 'made before this time')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .action(async ({ dryRun, yes, credential, ...given }: CancelAllOptions) => {
      const api = apiOf(options(), env);
      const filter = { ...given, ...(credential === undefined ? {} : { credentialId: credential }) };
      const { matched } = await call(api, { ...filter, dryRun: true });
      const isAsked = dryRun !== true && yes !== true && matched > 0;
      if (isAsked) await confirm(`${matched} would be cancelled. Cancel them?`);
      const cancelled = dryRun === true ? 0 : await cancelMatching(api, filter);
      print(options(), { matched, cancelled }, [{ matched, cancelled }]);
    });
};

async function call(api: CliApi, body: object): Promise<Counted> {
  return (await api.call('POST', '/v1/authorizations/cancel', { body })).body as Counted;
}

/** The API cancels a limited number per call. */
async function cancelMatching(api: CliApi, filter: object): Promise<number> {
  let total = 0;
  for (;;) {
    const { matched, cancelled } = await call(api, filter);
    total += cancelled;
    if (cancelled === 0 || cancelled >= matched) return total;
  }
}
