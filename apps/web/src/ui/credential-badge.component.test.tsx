import { describe, expect, it } from 'vitest';
import texts from '../i18n/en/common.json';
import { credentials, now } from '../testing/credentials.ts';
import { freezeTime } from '../testing/freeze-time.ts';
import { show } from '../testing/show.tsx';
import { CredentialBadge } from './credential-badge.tsx';
import { toneSign } from './tone.ts';

freezeTime(now);

describe('the badge of a credential', () => {
  it.each(credentials)('console A1: %s has a word, a sign and a tone', async (_, credential, word, tone) => {
    const screen = await show(<CredentialBadge credential={credential} />);
    const badge = screen.container.querySelector('[data-tone]');
    await expect.element(screen.getByText(texts.status[word])).toBeVisible();
    expect(badge?.textContent).toBe(`${toneSign[tone]}${texts.status[word]}`);
    expect(badge?.getAttribute('data-tone')).toBe(tone);
  });

  it('console A1: each tone has a colour and a sign of its own, so that nothing but what is proven is green', async () => {
    const looks = new Map<string, string>();
    for (const [, credential, , tone] of credentials) {
      const { container, unmount } = await show(<CredentialBadge credential={credential} />);
      const badge = container.querySelector('[data-tone]');
      if (badge === null) throw new Error('no badge');
      const { backgroundColor } = getComputedStyle(badge);
      expect(looks.get(tone) ?? backgroundColor).toBe(backgroundColor);
      looks.set(tone, backgroundColor);
      await unmount();
    }
    expect(new Set(looks.values()).size).toBe(looks.size);
    expect(new Set(Object.values(toneSign)).size).toBe(Object.keys(toneSign).length);
  });
});
