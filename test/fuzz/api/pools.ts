import type { Canaries } from '../../support/canaries.ts';

export const idPattern = /\b(?:cred|auth|lease|st)_[0-9a-hjkmnp-tv-z]{26}\b/g;

const kinds = [
  'credential',
  'account',
  'authorization',
  'lease',
  'token',
  'ticket',
  'foreign-credential',
  'foreign-authorization',
  'foreign-lease',
  'foreign-token',
] as const;

type PoolKind = (typeof kinds)[number];

/** What requests are made of, beside what is generated: `⟦credential/0⟧` is the credential that was made last. */
export interface Pools {
  /** Which workspace an id belongs to, as far as anybody has said. */
  readonly owners: Map<string, string>;
  /** A new value; the newest is number 0. Each value is kept once. */
  add(kind: PoolKind, value: string): void;
  /** Takes the ids of an answer that made or showed something to a workspace. */
  learn(text: string, workspace: string): void;
  /** Puts values for all placeholders. */
  readonly fill: (text: string) => string;
}

/** So many of each kind are enough to meet again what was used. */
const most = 60;

const kindOf: Readonly<Record<string, 'credential' | 'authorization' | 'lease' | 'token'>> = {
  cred: 'credential',
  auth: 'authorization',
  lease: 'lease',
  st: 'token',
};

export function openPools(
  canaries: Canaries,
  { home, neighbour }: { home: string; neighbour: string },
): Pools {
  const pools = new Map<string, string[]>(kinds.map((kind) => [kind, []]));
  const owners = new Map<string, string>();
  const secrets = Array.from({ length: 12 }, (_none, index) =>
    canaries.make('secret in a request', index % 2 === 0 ? 'sbx_valid_' : ''),
  );
  const add = (kind: PoolKind, value: string) => {
    const pool = pools.get(kind) ?? [];
    if (pool.includes(value)) return;
    pool.unshift(value);
    pool.length = Math.min(pool.length, most);
  };
  const fixed: Readonly<Record<string, readonly string[]>> = {
    workspace: [home, neighbour],
    secret: secrets,
    key: ['one', 'two', 'three', 'four'],
  };
  const valueOf = (kind: string, number: number): string => {
    if (kind === 'long') return 'x'.repeat(number);
    if (kind === 'deep') return '['.repeat(number) + ']'.repeat(number);
    if (kind === 'secret-in-base64')
      return Buffer.from(secrets[number % secrets.length] ?? '').toString('base64url');
    const pool = fixed[kind] ?? pools.get(kind) ?? [];
    return pool[number % pool.length] ?? `${kind}_nothing`;
  };
  return {
    owners,
    add,
    learn(text, workspace) {
      for (const [id] of text.matchAll(idPattern)) {
        if (owners.has(id)) continue;
        owners.set(id, workspace);
        const kind = kindOf[id.slice(0, id.indexOf('_'))];
        if (kind !== undefined) add(workspace === home ? kind : `foreign-${kind}`, id);
      }
    },
    fill: (text) =>
      text.replaceAll(/⟦([a-z0-9-]+)\/(\d+)⟧/g, (_all, kind: string, number: string) =>
        valueOf(kind, Number(number)),
      ),
  };
}
