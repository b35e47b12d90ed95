import { describe, expect, it } from 'vitest';
import { asCurl, asLatchkey, Placeholder, type Command } from './command.ts';

const here = { baseUrl: 'https://l.test', workspace: null };
const command: Command = {
  method: 'PATCH',
  path: '/v1/credentials/cred_1',
  body: { name: `Ada's $HOME` },
  cli: ['credentials', 'rename', 'cred_1', `Ada's $HOME`],
};

describe('a command', () => {
  it('is quoted so that a shell takes names as they are', () => {
    expect(asCurl(command, here)).toBe(
      String.raw`curl -sS -X PATCH 'https://l.test/v1/credentials/cred_1' -H "authorization: Bearer $LATCHKEY_TOKEN" -H 'content-type: application/json' -d '{"name":"Ada'\''s $HOME"}'`,
    );
    expect(asLatchkey(command, here)).toBe(String.raw`latchkey credentials rename cred_1 'Ada'\''s $HOME'`);
  });

  it('names the workspace that is shown, unless it is about the instance', () => {
    const there = { ...here, workspace: 'ws_1' };
    expect(asCurl(command, there)).toContain(`-H 'x-workspace: ws_1'`);
    expect(asLatchkey(command, there)).toMatch(/^latchkey --workspace ws_1 credentials/);
    const ofInstance = { ...command, isOfInstance: true };
    expect(asCurl(ofInstance, there)).not.toContain('ws_1');
    expect(asLatchkey(ofInstance, there)).not.toContain('ws_1');
  });

  it('has a variable where a secret belongs, named after its field', () => {
    const body = { fields: { apiKey: new Placeholder('apiKey') }, secret: new Placeholder('client-secret2') };
    expect(asCurl({ ...command, body }, here)).toContain(
      `-d '{"fields":{"apiKey":"'"$API_KEY"'"},"secret":"'"$CLIENT_SECRET2"'"}'`,
    );
  });
});
