import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { at, json } from '../testing/browser.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());

const ask = async (url: string, key: string | null): Promise<Response> => {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  return fetch(url, { headers: { accept: 'application/json', ...authorization } });
};

const jina = (): string => at(sandbox, 'https://r.jina.ai/');
const firecrawl = (): string => at(sandbox, 'https://api.firecrawl.dev/v2/team/credit-usage');

describe('Jina Reader', () => {
  test('a good key is named in authenticatedAs', async () => {
    const response = await ask(jina(), 'jina_abc-ok');
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject({ code: 200, data: { authenticatedAs: expect.any(String) } });
  });

  test('without a key the page is served and nobody is authenticated', async () => {
    const response = await ask(jina(), null);
    expect(response.status).toBe(200);
    expect((await json(response))['data']).not.toHaveProperty('authenticatedAs');
  });

  test.each([401, 402, 429, 503])(
    'a key that ends in -%i gets that status in Jina’s words',
    async (status) => {
      const response = await ask(jina(), `jina_abc-${status}`);
      expect(response.status).toBe(status);
      expect(await json(response)).toMatchObject({ code: status, data: null });
    },
  );
});

describe('Firecrawl', () => {
  test('a good key gets its credits', async () => {
    expect(await json(await ask(firecrawl(), 'fc-abc-ok'))).toMatchObject({
      success: true,
      data: { remainingCredits: 4200 },
    });
  });

  test.each([401, 402, 403, 408, 429, 500])('a key that ends in -%i gets that status', async (status) => {
    const response = await ask(firecrawl(), `fc-abc-${status}`);
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject({ success: false, error: expect.any(String) });
  });

  test('a self-hosted server passes every key with 99999999 credits', async () => {
    const answer = await json(
      await ask(`${sandbox.url}/firecrawl-selfhosted/v2/team/credit-usage`, 'whatever'),
    );
    expect(answer).toMatchObject({ data: { remainingCredits: 99_999_999 } });
  });
});

describe('Sandbox', () => {
  test('sbx_valid_ keys are accepted, others are 401', async () => {
    const url = `${sandbox.url}/sandbox/me`;
    expect(await json(await ask(url, 'sbx_valid_1'))).toEqual({
      id: 'sandbox-workspace',
      name: expect.any(String),
    });
    expect((await ask(url, 'sbx_other')).status).toBe(401);
    expect((await ask(url, null)).status).toBe(401);
  });

  test('a registered key can turn bad later', async () => {
    const url = `${sandbox.url}/sandbox/me`;
    await sandbox.control.registerKey({ provider: 'sandbox', key: 'own', name: 'Mine' });
    expect(await json(await ask(url, 'own'))).toMatchObject({ name: 'Mine' });
    await sandbox.control.registerKey({ provider: 'sandbox', key: 'own', status: 402 });
    expect((await ask(url, 'own')).status).toBe(402);
  });
});
