import { describe, expect, it } from 'vitest';
import { targetOfId } from './target-of-id.ts';

const body = '01m8a93h6cjpyppgxkvc2wbssj';

describe('an id that is pasted', () => {
  it.each([
    [`cred_${body}`, `/credentials/cred_${body}`, {}],
    [`auth_${body}`, '/authorizations', { id: `auth_${body}` }],
    [`st_${body}`, '/service-tokens', { q: `st_${body}` }],
    [`ses_${body}`, '/audit', { subject: `ses_${body}` }],
    [`kj_${body}`, '/keys', {}],
  ])('%s leads to its page', (id, path, search) => {
    expect(targetOfId(id)).toEqual({ id, path, search });
  });

  it('is found with what was copied around it', () => {
    const id = `cred_${body}`;
    for (const text of [` ${id}\n`, `"${id}",`, `https://latchkey.test/credentials/${id}?workspace=x`])
      expect(targetOfId(text)?.id).toBe(id);
  });

  it.each(['', 'notion', 'cred_', `cred_${body}x`, body, `what_${body}`, 'cred_01M8A93H6CJPYPPGXKVC2WBSSJ'])(
    '%j is none',
    (text) => {
      expect(targetOfId(text)).toBeNull();
    },
  );
});
