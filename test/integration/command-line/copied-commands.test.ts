import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createProgram } from '@latchkey/cli/program.ts';
import { asCurl, asLatchkey } from '@latchkey/web/commands/command.ts';
import { describe, expect, it } from 'vitest';
import { oddName, sampleCommands } from '../../support/command-samples.ts';

const place = { baseUrl: 'http://localhost:3000', workspace: 'ws_1' };
const { paths, components } = JSON.parse(
  readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
);

/** The words that a shell makes of a line, without running what it names. */
function wordsOf(line: string): string[] {
  const [name = ''] = line.split(' ');
  const script = `${name}() { printf '%s\\0' "$@"; }\n${line}`;
  const env = {
    LATCHKEY_TOKEN: 'lk_token',
    API_KEY: 'key of mine',
    CLIENT_SECRET: 'secret of mine',
    HOME: '/home',
  };
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

type CliCommand = ReturnType<typeof createProgram>;

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly string[];
  readonly body: Record<string, unknown> | null;
}

function sentBy(curl: string): Sent {
  const words = wordsOf(curl);
  const after = (option: string) =>
    words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));
  const [data] = after('-d');
  return {
    method: after('-X')[0] ?? 'GET',
    url: new URL(words.find((word) => word.startsWith('http')) ?? ''),
    headers: after('-H'),
    body: data === undefined ? null : JSON.parse(data),
  };
}

/** The template of a path in the description of the API. */
function templateOf({ pathname }: URL): string {
  const matches = Object.keys(paths).filter((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  // A word goes before a parameter.
  return matches.toSorted((one, other) => one.split('{').length - other.split('{').length)[0] ?? '';
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function resolve(schema: Schema): Schema {
  if (schema.$ref !== undefined) return resolve(components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  return schema.anyOf === undefined ? schema : resolve(schema.anyOf[0] ?? {});
}

/** The command line with nothing behind its commands, and what it understood. */
function parse(words: readonly string[]) {
  const program = createProgram({});
  const understood: { path: string[]; args: unknown[]; options: Record<string, unknown> }[] = [];
  const silence = (command: CliCommand, path: readonly string[]) => {
    command.exitOverride((problem) => {
      throw problem;
    });
    command.configureOutput({ writeErr: () => undefined });
    const names = [...path, command.name()];
    if (command.commands.length === 0)
      command.action(() => {
        understood.push({ path: names.slice(1), args: command.args, options: command.optsWithGlobals() });
      });
    for (const child of command.commands) silence(child, names);
  };
  silence(program, []);
  program.parse(['node', 'latchkey', ...words]);
  return understood[0];
}

/** Writes that are no action of a person in the console. */
const elsewhere = [
  'DELETE /auth/session',
  'POST /auth/session',
  'POST /v1/connect-session/authorizations',
  'POST /v1/connect-session/authorizations/{id}/cancel',
  'POST /v1/connect-session/close',
  'POST /v1/connect-session/credentials',
  'POST /v1/connect-sessions/{id}/verify',
  'POST /v1/leases',
  'POST /v1/leases/{id}/report',
  'POST /v1/workspaces',
];

describe('console A26: each action of the console is a route of the API and a command of `latchkey`', () => {
  it.each(sampleCommands)(
    '%s as curl, which asks for a route of the API that takes its body',
    (_action, command) => {
      const { method, url, headers, body } = sentBy(asCurl(command, place));
      const route = paths[templateOf(url)]?.[method.toLowerCase()];
      expect(route, `${method} ${url.pathname}`).toBeDefined();
      expect(headers).toContain('authorization: Bearer lk_token');
      expect(headers.includes('x-workspace: ws_1')).toBe(command.isOfInstance !== true);
      const queried = (route.parameters ?? []).flatMap((each: { in: string; name: string }) =>
        each.in === 'query' ? [each.name] : [],
      );
      expect(queried).toEqual(expect.arrayContaining([...url.searchParams.keys()]));
      if (body === null) return;
      const schema = resolve(route.requestBody.content['application/json'].schema);
      expect(Object.keys(schema.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(body)));
      expect(Object.keys(body)).toEqual(expect.arrayContaining([...(schema.required ?? [])]));
    },
  );

  it.each(sampleCommands)('%s for the command line, which understands it', (_action, command) => {
    const understood = parse(wordsOf(asLatchkey(command, place)));
    expect(understood?.path).toEqual(command.cli.slice(0, 2));
    expect(understood?.options['workspace']).toBe(command.isOfInstance === true ? undefined : 'ws_1');
  });

  it('with names that come out as they are', () => {
    const commandOf = (name: string) => sampleCommands.find(([action]) => action === name)?.[1] as never;
    for (const action of ['credential.rename', 'serviceToken.edit'])
      expect(sentBy(asCurl(commandOf(action), place)).body).toEqual({ name: oddName });
    const cli = (action: string) => parse(wordsOf(asLatchkey(commandOf(action), place)));
    expect(cli('credential.rename')?.args).toEqual(['cred_1', oddName]);
    expect(cli('serviceToken.edit')?.options['name']).toBe(oddName);
    expect(cli('oauthClient.set')?.options['clientId']).toBe(oddName);
    expect(cli('session.endAll')?.args).toEqual([oddName]);
  });

  it('without a secret: its place is a variable, and the command line asks', () => {
    const texts = sampleCommands.flatMap(([, command]) => [
      asCurl(command, place),
      asLatchkey(command, place),
    ]);
    const bodies = texts.filter((text) => /"(apiKey|clientSecret)"/.test(text));
    expect(bodies).toHaveLength(3);
    for (const text of bodies)
      expect(text).toMatch(/"(apiKey|clientSecret)":"'"\$(API_KEY|CLIENT_SECRET)"'"/);
    expect(bodies.map((text) => JSON.stringify(sentBy(text).body))).toEqual([
      '{"provider":"firecrawl","fields":{"apiKey":"key of mine"}}',
      '{"fields":{"apiKey":"key of mine"}}',
      JSON.stringify({ clientId: oddName, clientSecret: 'secret of mine' }),
    ]);
    expect(texts.some((text) => /lk_|sbx_/.test(text))).toBe(false);
  });

  it('and there is no write of the API that is in no action', () => {
    const writes = Object.entries<Record<string, unknown>>(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const actions = sampleCommands.map(([, { method, path }]) => {
      return `${method} ${templateOf(new URL(path, place.baseUrl))}`;
    });
    expect(writes.filter((write) => !actions.includes(write)).toSorted()).toEqual(elsewhere);
  });
});
