import { readFileSync } from 'node:fs';
import type connect from '@latchkey/texts/en/connect.json';
import type pages from '@latchkey/texts/en/pages.json';
import type { Language } from '@latchkey/texts/languages.ts';

interface Texts {
  readonly connect: typeof connect;
  readonly pages: typeof pages;
}

/** What pages say in a language, with its placeholders. */
export function textsOf(language: Language): Texts {
  const read = (area: string) =>
    JSON.parse(
      readFileSync(new URL(import.meta.resolve(`@latchkey/texts/${language}/${area}.json`)), 'utf8'),
    ) as unknown;
  return { connect: read('connect'), pages: read('pages') } as Texts;
}
