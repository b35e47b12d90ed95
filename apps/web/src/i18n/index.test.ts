import { languageTags } from '@latchkey/texts/languages.ts';
import { expect, test } from 'vitest';
import { connectTexts } from '../connect/texts.ts';
import { english } from './english.ts';
import { readTexts } from './index.ts';

const begunWith = Object.keys({ ...english, ...connectTexts });
const lazy = ['audit-words', 'refusals'];

test.each(languageTags)(
  'console C29: every text that no page begins with can be fetched in %s',
  async (language) => {
    const areas = language === 'en' ? lazy : [...begunWith, ...lazy];
    const missing = await Promise.all(
      areas.map(async (area) => (Object.keys(await readTexts(language, area)).length === 0 ? [area] : [])),
    );
    expect(missing.flat()).toEqual([]);
  },
);
