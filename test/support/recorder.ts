import { followWith, openBrowser, type Browser } from './browser.ts';
import type { Canaries } from './canaries.ts';
import type { Answer, Client } from './client.ts';

/** Keeps what the API answered, but for the few answers whose purpose is to hand something secret over. */
export interface Recorder {
  readonly answers: readonly string[];
  wrap(client: Client): Client;
  browser(): Browser;
}

export function openRecorder(canaries: Canaries, publicUrl: string): Recorder {
  const answers: string[] = [];
  const tickets: string[] = [];

  function keep(what: string, headers: Iterable<[string, unknown]>, text: string): void {
    const shown = [...headers].filter(([name]) => !['set-cookie', 'location'].includes(name));
    const clean = tickets.reduce((rest, ticket) => rest.replaceAll(ticket, '(ticket)'), text);
    answers.push(`${what} ${JSON.stringify(shown)} ${clean}`);
  }

  /** What of an answer may be secret, because it is shown once or for a run. */
  function withoutHandedOver(path: string, { status, body, text }: Answer): string {
    if (path === '/v1/leases' && status === 200) {
      const values = body.type === 'oauth2' ? [body.accessToken] : Object.values<string>(body.fields);
      for (const value of values) canaries.watch('leased value', value, /^sbx_valid_/.exec(value)?.[0] ?? '');
      return '';
    }
    if (path === '/v1/service-tokens' && typeof body.token === 'string') {
      canaries.watch('service token', body.token, 'lk_');
      return text.replaceAll(body.token, '(token)');
    }
    if (path === '/v1/authorizations' && typeof body.authorizationUrl === 'string') {
      const ticket = String(body.authorizationUrl).slice(`${publicUrl}/oauth/start/`.length);
      canaries.watch('ticket', ticket);
      tickets.push(ticket);
    }
    return text;
  }

  return {
    answers,
    wrap(client) {
      const call: Client['call'] = async (method, path, options) => {
        const answer = await client.call(method, path, options);
        keep(
          `${method} ${path.split('?', 1)[0]} ${answer.status}`,
          answer.headers,
          withoutHandedOver(path, answer),
        );
        return answer;
      };
      const has = (body: unknown) => (body === undefined ? {} : { body });
      return {
        call,
        get: (path, options) => call('GET', path, options),
        post: (path, body, options) => call('POST', path, { ...options, ...has(body) }),
        put: (path, body, options) => call('PUT', path, { ...options, body }),
        patch: (path, body, options) => call('PATCH', path, { ...options, body }),
        delete: (path, options) => call('DELETE', path, options),
      };
    },
    browser() {
      const inner = openBrowser();
      const visit: Browser['visit'] = async (url, headers) => {
        const answer = await inner.visit(url, headers);
        if (url.startsWith(publicUrl))
          keep(`page ${answer.status}`, Object.entries(answer.headers), answer.text);
        for (const value of inner.cookies().values()) {
          for (const part of value.split('.').filter((each) => each.length > 20))
            canaries.watch('cookie', part);
        }
        const carried = URL.parse(answer.location ?? '')?.searchParams;
        for (const name of ['state', 'code']) {
          const value = carried?.get(name);
          if (value !== null && value !== undefined) canaries.watch(name, value);
        }
        return answer;
      };
      return {
        visit,
        cookies: () => inner.cookies(),
        follow: followWith(visit),
      };
    },
  };
}
