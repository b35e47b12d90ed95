import { Option } from 'commander';
import type { CliApi } from '../../api.ts';
import { CommandError } from '../../command-error.ts';
import { print } from '../../output.ts';
import type { Options } from '../command-group.ts';
import { pathOf, rowOf, type Authorization } from './authorization.ts';

/** Less than the 60 s that the API allows, and than what proxies close. */
const waitSeconds = 25;

/** `--no-wait`, for commands that begin an authorization. */
export function noWaitOption(): Option {
  return new Option('--no-wait', 'do not wait for its end');
}

/**
 * Waits for the end of what was begun, unless told not to, and prints it. Ctrl-C ends only the waiting.
 * @throws CommandError when it did not succeed
 */
export async function finish(
  api: CliApi,
  begun: Authorization,
  { wait, ...options }: Options & { readonly wait: boolean },
): Promise<void> {
  let now = begun;
  const isOver = () => !wait || now.finishedAt !== null;
  while (!isOver())
    now = (await api.call('GET', `${pathOf(now.id)}?wait=${waitSeconds}`)).body as Authorization;
  print(options, now, [rowOf(now)]);
  if (now.finishedAt === null || now.status === 'succeeded') return;
  const { code = 'no reason was given', message = `It ended as ${now.status}` } = now.error ?? {};
  throw new CommandError(`${message} (${code})`);
}
