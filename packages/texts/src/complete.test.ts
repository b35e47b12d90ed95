import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languageTags } from './languages.ts';

/** Texts of both: by area, the folder of its languages. */
const folders = Object.fromEntries(
  [import.meta.dirname, join(import.meta.dirname, '../../../apps/web/src/i18n')].flatMap((folder) =>
    globSync('*.json', { cwd: join(folder, 'en') }).map((file) => [basename(file, '.json'), folder]),
  ),
);
const areas = Object.keys(folders);

/** Every text of a file, by its path, such as `menu.remove`. */
function textsOf(language: string, area: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (node: object, path: string) => {
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'string') texts.set(`${path}${name}`, value);
      else walk(value as object, `${path}${name}.`);
    }
  };
  walk(JSON.parse(readFileSync(join(folders[area] ?? '', language, `${area}.json`), 'utf8')) as object, '');
  return texts;
}

/** A text without the form that a number asks for: other languages have other forms. */
const base = (path: string) => path.replace(/_(?:zero|one|two|few|many|other)$/, '');

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}|<\/?\w+>/g)]
    .map(([whole]) => whole.replaceAll(' ', ''))
    .toSorted();

const others = languageTags.filter((language) => language !== 'en');

describe.each(others)('console C29: %s has', (language) => {
  it.each(areas)('every text of %s, and none that English has not', (area) => {
    const english = textsOf('en', area);
    const texts = textsOf(language, area);
    expect([...new Set([...texts.keys()].map(base))].toSorted()).toEqual(
      [...new Set([...english.keys()].map(base))].toSorted(),
    );
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(areas)('the same values in every text of %s', (area) => {
    const english = textsOf('en', area);
    const wrong = [...textsOf(language, area)].flatMap(([path, text]) => {
      const original = english.get(path) ?? english.get(`${base(path)}_other`) ?? '';
      // "one" may leave its number out.
      const isOne = path.endsWith('_one');
      const [mine, theirs] = [placeholders(text), placeholders(original)];
      return JSON.stringify(mine) === JSON.stringify(theirs) || (isOne && mine.length < theirs.length)
        ? []
        : [`${path}: ${theirs.join(' ')} and not ${mine.join(' ')}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each(areas)('every form of a number in %s', (area) => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const texts = textsOf(language, area);
    const counted = [...textsOf('en', area).keys()].filter((path) => path.endsWith('_other')).map(base);
    const missing = counted.flatMap((path) =>
      pluralCategories.filter((form) => !texts.has(`${path}_${form}`)).map((form) => `${path}_${form}`),
    );
    expect(missing).toEqual([]);
  });
});
