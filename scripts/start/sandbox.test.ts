import { describe, expect, it } from 'vitest';
import { sandboxVariables } from './sandbox.ts';

const url = 'http://127.0.0.1:4010';
const all = { 'https://api.notion.com': `${url}/notion`, 'https://r.jina.ai': `${url}/jina` };
const overridesOf = (variables: Record<string, string>) =>
  JSON.parse(variables['PROVIDER_ENDPOINT_OVERRIDES'] ?? 'null') as Record<string, string>;

describe('the environment of an instance with sandbox providers', () => {
  it('offers the provider "Sandbox" alone to a newcomer', () => {
    const variables = sandboxVariables({}, url, {});
    expect(overridesOf(variables)).toEqual({ 'https://sandbox.latchkey.test': url });
    expect(variables['OAUTH_SANDBOX_CLIENT_ID']).toBe('sandbox-sandbox');
    expect(variables['OAUTH_NOTION_CLIENT_ID']).toBeUndefined();
  });

  it('stands in for every provider when asked to', () => {
    const variables = sandboxVariables({}, url, all);
    expect(overridesOf(variables)).toEqual({ ...all, 'https://sandbox.latchkey.test': url });
    expect(variables['OAUTH_NOTION_CLIENT_SECRET']).toBe('sandbox-notion-secret');
  });

  it('leaves a provider alone for which the operator has a client of their own', () => {
    const variables = sandboxVariables({ OAUTH_NOTION_CLIENT_ID: 'mine' }, url, all);
    expect(overridesOf(variables)).not.toHaveProperty('https://api.notion.com');
    expect(variables['OAUTH_NOTION_CLIENT_ID']).toBeUndefined();
  });

  it("keeps the operator's own overrides", () => {
    const given = { PROVIDER_ENDPOINT_OVERRIDES: '{"https://api.notion.com":"http://127.0.0.1:1"}' };
    expect(overridesOf(sandboxVariables(given, url, all))['https://api.notion.com']).toBe(
      'http://127.0.0.1:1',
    );
  });

  it('leaves overrides that cannot be read to the process that explains what is wrong with them', () => {
    const variables = sandboxVariables({ PROVIDER_ENDPOINT_OVERRIDES: '{' }, url, all);
    expect(variables).not.toHaveProperty('PROVIDER_ENDPOINT_OVERRIDES');
  });
});
