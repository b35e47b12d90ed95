import { readFileSync } from 'node:fs';
import { crashPoints, type CrashPoint } from '@latchkey/core/crash-point.ts';
import type { LabProvider } from './lab-providers.ts';

/** What the documentation promises: `refreshed by 2` is the outcome, and the provider's refresh requests in all. */
type Promised = Readonly<Record<LabProvider, string>>;

const columns = ['lab_none', 'lab_rolling', 'lab_grace', 'lab_strict'] as const;

/** Reads the first table of docs/refresh-outcomes.md. @throws Error unless it has exactly one row per crash point */
export function readOutcomeTable(): ReadonlyMap<CrashPoint, Promised> {
  const text = readFileSync(new URL('../../docs/refresh-outcomes.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)`\s*\|[^|]*\|(.*)\|$/gm)].filter(([, label]) =>
    (crashPoints as readonly string[]).includes(label ?? ''),
  );
  const table = new Map(
    rows.map(([, label, cells = '']) => {
      const outcomes = cells.split('|').map((cell) => cell.trim());
      return [
        label as CrashPoint,
        Object.fromEntries(columns.map((name, at) => [name, outcomes[at]])) as Promised,
      ];
    }),
  );
  const missing = crashPoints.filter((point) => !table.has(point));
  if (missing.length > 0 || rows.length !== crashPoints.length)
    throw new Error(`docs/refresh-outcomes.md: ${rows.length} rows, missing ${missing.join(', ')}`);
  return table;
}
