import { allowInsecureRequests, customFetch } from 'oauth4webapi';
import type { GuardedFetch, OutboundResponse } from '../outbound/index.ts';
import type { OAuth2Method, Provider } from '../providers/index.ts';

interface SentByLibrary {
  readonly body: URLSearchParams;
  readonly headers: Record<string, string>;
}

/**
 * Lets oauth4webapi compose a request and sends it through the guarded fetch. The answer is returned as it came: the
 * library's own reading is stricter than what providers send, so it is read first and handed over in standard form.
 */
export async function sendOAuthRequest(
  fetch: GuardedFetch,
  provider: Provider,
  method: OAuth2Method,
  format: 'form' | 'json',
  compose: (options: object) => Promise<Response>,
  signal?: AbortSignal,
): Promise<OutboundResponse> {
  let answer: OutboundResponse | undefined;
  await compose({
    // The guarded fetch decides where plain http is allowed.
    [allowInsecureRequests]: true,
    [customFetch]: async (url: string, { body: form, headers }: SentByLibrary) => {
      const sent = { ...headers, ...method.tokenRequestHeaders };
      const request =
        format === 'form'
          ? { headers: sent, body: form.toString() }
          : {
              headers: { ...sent, 'content-type': 'application/json' },
              body: JSON.stringify(Object.fromEntries(form)),
            };
      answer = await fetch({ method: 'POST', url, ...request }, provider.allowedHosts, signal);
      return new Response();
    },
  });
  if (answer === undefined) throw new Error('The OAuth library sent no request');
  return answer;
}
