import type { Command } from 'commander';
import { openApi, readConnection, type CliApi } from '../../api.ts';

export interface Options {
  readonly url?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

/** Adds one command to the group. @param options those of the program, once they are parsed */
export type AddKeysCommand = (group: Command, options: () => Options, env: NodeJS.ProcessEnv) => void;

export function apiOf(options: Options, env: NodeJS.ProcessEnv): CliApi {
  return openApi(readConnection(options, env));
}

/** A root key as the API shows it. */
export interface RootKey {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly dataKeys: number;
  readonly knownBy: readonly string[];
}

export interface RootKeys {
  readonly items: readonly RootKey[];
  readonly processes: readonly { readonly id: string; readonly role: string }[];
  readonly dataKeys: { readonly current: number; readonly retired: number; readonly rowsLeft: number };
  readonly workspaces: readonly {
    readonly workspaceId: string;
    readonly dataKeys: number;
    readonly rowsLeft: number;
  }[];
}
