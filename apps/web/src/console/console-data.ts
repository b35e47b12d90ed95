import { readPageData } from '../page-data.ts';

/** What the server tells the console. */
interface ConsoleData {
  /** Host of the sign-in service; null: only the admin token. */
  readonly issuer: string | null;
  readonly eventTypes: readonly string[];
  /** What the audit knows. */
  readonly auditActions: readonly string[];
}

let known: ConsoleData | null = null;

export function consoleData(): ConsoleData {
  known ??= readPageData() as ConsoleData;
  return known;
}
