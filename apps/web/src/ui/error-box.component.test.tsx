import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/call.ts';
import { show } from '../testing/show.tsx';
import { ErrorBox } from './error-box.tsx';

const refused = (code: string, more: object = {}) =>
  new ApiError({ status: 409, code, title: 'Title', detail: 'In English.', requestId: 'req_1', ...more });

describe('the box of an error', () => {
  it('console A30: has a title, words for its code, the code with its page, the request and a way on', async () => {
    const retry = vi.fn();
    const screen = await show(<ErrorBox error={refused('name_taken')} onRetry={retry} />);
    const box = screen.getByRole('alert');
    await expect.element(box).toMatchTextContent(/This could not be loaded/);
    await expect.element(box).toMatchTextContent(/The name is already used\. Choose another\./);
    await expect
      .element(box.getByRole('link', { name: 'About name_taken' }))
      .toHaveAttribute('href', 'docs/errors/name_taken');
    await expect.element(box).toMatchTextContent(/Request req_1/);
    await box.getByRole('button', { name: 'Try again' }).click();
    expect(retry).toHaveBeenCalledOnce();
  });

  it('console A30, C29: says it in the language of the page, with what the API adds and every field', async () => {
    const errors = [{ path: 'name', code: 'too_long', message: 'must have at most 9', values: { max: 9 } }];
    const error = refused('root_key_not_everywhere', { processes: ['api 1', 'worker 2'], errors });
    const screen = await show(<ErrorBox error={error} title="Titel" />, 'de');
    const box = screen.getByRole('alert');
    await expect.element(box).toMatchTextContent(/Titel/);
    await expect.element(box).toMatchTextContent(/Hauptschlüssel noch nicht verwenden: api 1 und worker 2\./);
    await expect.element(box).toMatchTextContent(/name Geben Sie höchstens 9 Zeichen ein\./);
    expect(box.element().querySelector('[lang="en"]')).toBeNull();
  });

  it('console C29: marks English as English where a code has no words', async () => {
    const errors = [{ path: 'name', code: 'invalid', message: 'is odd' }];
    const screen = await show(<ErrorBox error={refused('of_tomorrow', { errors })} />, 'ja');
    await expect.element(screen.getByText('In English.')).toHaveAttribute('lang', 'en');
    await expect.element(screen.getByText('is odd')).toHaveAttribute('lang', 'en');
  });

  it('says what never reached the API without a code or a request that nobody knows', async () => {
    const error = refused('unreachable', { requestId: '' });
    const screen = await show(<ErrorBox error={error} />, 'fr');
    const box = screen.getByRole('alert');
    await expect.element(box).toMatchTextContent(/Latchkey est injoignable\./);
    expect(box.element().querySelector('a')).toBeNull();
  });
});
