import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPageAt } from '../../support/connect-page.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: ({ url }) => ({ RETURN_URL_ORIGINS: url }) });
});

afterAll(() => stack.close());

const editor = (path: string) => `${stack.sandbox.url}/pipeline-editor/${path}`;

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(editor(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stack.sandbox.url, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const source = { provider: 'sandbox', mode: 'popup' };

/** `fetch` sends the host of the address alone. */
function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(editor('providers'), { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe(`the example product (${transport})`, () => {
  it('says what is missing as long as nobody told it which Latchkey it uses', async () => {
    const answer = await post('sessions', source);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('SANDBOX_LATCHKEY_TOKEN');
    await stack.sandbox.control.useLatchkey({ url: `${stack.url}/`, token: adminToken });
  });

  it.each(['popup', 'iframe', 'redirect'])(
    'connects by %s, and leases on its server, masked',
    async (mode) => {
      const made = await post('sessions', { ...source, mode });
      expect(made.status, made.text).toBe(201);
      const page = connectPageAt(JSON.parse(made.text));
      expect((await page.get()).body).toMatchObject({
        mode,
        allowedOrigins: [stack.sandbox.url],
        state: 'node-1',
      });
      const apiKey = `sbx_valid_of_the_editor_by_${mode}`;
      const { body } = await page.post('/credentials', { provider: 'sandbox', fields: { apiKey } });
      const { credentialId } = await page.finish(body.authorization.id);
      const outcome = await (await fetch(editor(`outcome?session=${page.id}`))).json();
      expect(outcome).toMatchObject({ result: 'succeeded', credentialId });
      const run = await post('runs', { provider: 'sandbox', credentialId });
      expect(JSON.parse(run.text)).toMatchObject({
        type: 'api_key',
        credentialId,
        fields: { apiKey: 'sbx_••••••••' },
      });
      expect(run.text).not.toContain(apiKey);
    },
  );

  it('shows its token to nobody', async () => {
    for (const path of ['', 'editor.js', 'providers', 'credentials?provider=sandbox'])
      expect(await (await fetch(editor(path))).text()).not.toContain(adminToken);
  });

  it('does nothing for pages of other origins, nor under another name', async () => {
    for (const origin of ['https://evil.test', 'null'])
      expect((await post('runs', { provider: 'sandbox' }, { origin })).status).toBe(403);
    expect(await statusFor('rebound.evil.test')).toBe(403);
    expect(await statusFor(new URL(stack.sandbox.url).host)).toBe(200);
  });

  it('console C19: has an opener policy when it is asked for one', async () => {
    const headersOf = async (query: string) => (await fetch(editor(query))).headers;
    expect((await headersOf('?coop=same-origin')).get('cross-origin-opener-policy')).toBe('same-origin');
    expect((await headersOf('')).get('cross-origin-opener-policy')).toBeNull();
  });
});
