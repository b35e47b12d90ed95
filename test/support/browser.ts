import { request, type IncomingHttpHeaders } from 'node:http';

/** One person's browser as far as the flow needs it: cookies per host, redirects followed by hand. */
export interface Browser {
  /** Goes to a URL as a navigation does; redirects are not followed. */
  visit(
    url: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; location: string | null; text: string; headers: IncomingHttpHeaders }>;
  /** Follows redirects until a page comes, or the next hop starts with `stopAt`. */
  follow(
    url: string,
    stopAt?: string,
  ): Promise<{ url: string; status: number; text: string; headers: IncomingHttpHeaders }>;
  cookies(): ReadonlyMap<string, string>;
}

/** @param jar its cookies, by `host name` */
export function openBrowser(jar = new Map<string, string>()): Browser {
  const visit: Browser['visit'] = async (url, headers = {}) => {
    const { host } = new URL(url);
    const cookie = [...jar]
      .filter(([key]) => key.startsWith(`${host} `))
      .map(([key, value]) => `${key.slice(host.length + 1)}=${value}`);
    const response = await get(url, {
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...(cookie.length === 0 ? {} : { cookie: cookie.join('; ') }),
      ...headers,
    });
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) jar.set(`${host} ${name}`, value);
    }
    const location = response.headers.location ?? null;
    return {
      status: response.status,
      location: location === null ? null : new URL(location, url).href,
      text: response.text,
      headers: response.headers,
    };
  };
  return {
    visit,
    cookies: () => jar,
    follow: followWith(visit),
  };
}

/** Goes on from hop to hop by `visit`. */
export function followWith(visit: Browser['visit']): Browser['follow'] {
  return async (url, stopAt) => {
    for (let hop = url, hops = 0; hops < 15; hops += 1) {
      const answer = await visit(hop);
      if (answer.location === null) return { ...answer, url: hop };
      if (stopAt !== undefined && answer.location.startsWith(stopAt))
        return { ...answer, url: answer.location };
      hop = answer.location;
    }
    throw new Error('too many redirects');
  };
}

/** Not `fetch`: that one sends `sec-fetch-mode: cors` whatever it is told, and a navigation does not. */
function get(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
