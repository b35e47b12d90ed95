import type auditWords from './en/audit-words.json';
import type refusals from '@latchkey/texts/en/refusals.json';

/** Texts that few people need: an area is fetched, in English too, by the first component that uses it. */
export interface LazyTexts {
  readonly 'audit-words': typeof auditWords;
  readonly refusals: typeof refusals;
}
