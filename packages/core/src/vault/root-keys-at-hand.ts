import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { recheckRootKeys } from './key-check.ts';
import type { KeyProvider } from './key-provider.ts';

/** The root keys of this process that are what the database knows under their ids. */
export interface RootKeysAtHand {
  ids(): readonly string[];
  /** The one that stands first in the configuration. */
  firstId(): string;
  /** Reads them again from where they come from. */
  reload(): Promise<void>;
}

/** @param keys as `checkRootKeys` found them right */
export function openRootKeysAtHand(
  fork: () => EntityManager,
  keys: KeyProvider,
  log: Pick<Logger, 'info' | 'error'>,
): RootKeysAtHand {
  let usable: readonly string[] = keys.ids();
  let unchecked = false;
  return {
    ids: () => usable,
    firstId: () => keys.primaryId,
    async reload() {
      if (await keys.reload()) unchecked = true;
      if (!unchecked) return;
      const checked = await recheckRootKeys(fork(), keys, log);
      unchecked = false;
      ({ usable } = checked);
      if (checked.lines.length > 0) log.error({ lines: checked.lines }, 'the root keys are not right');
    },
  };
}
