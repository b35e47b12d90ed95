import { readFileSync } from 'node:fs';
import { openClient, type Answer, type Client } from './client.ts';

type Schema = Readonly<Record<string, unknown>>;

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The committed description of the API. */
export const openapi = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as OpenApi;

const remarks = new Set(['description', 'propertyNames', 'minimum', 'maximum']);
const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

const keywords: Readonly<
  Record<string, (value: unknown, rule: never, path: string, schema: Schema) => string[]>
> = {
  $ref: (value, rule: string, path) =>
    violations(value, openapi.components.schemas[rule.split('/').at(-1) ?? ''] ?? { unknown: rule }, path),
  type: (value, rule: string | string[], path) =>
    [rule].flat().some((type) => hasType(value, type)) ? [] : [`${path} is not ${String(rule)}`],
  const: (value, rule: unknown, path) => (value === rule ? [] : [`${path} is not ${String(rule)}`]),
  enum: (value, rule: unknown[], path) =>
    rule.includes(value) ? [] : [`${path} is not one of ${String(rule)}`],
  format: (value, _rule: string, path) =>
    typeof value !== 'string' || date.test(value) ? [] : [`${path} is no UTC time`],
  anyOf: (value, rule: Schema[], path) => oneOf(value, rule, path),
  oneOf: (value, rule: Schema[], path) => oneOf(value, rule, path),
  items: (value, rule: Schema, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => violations(item, rule, `${path}[${index}]`)) : [],
  required: (value, rule: string[], path) =>
    rule.filter((name) => !(name in members(value))).map((name) => `${path}.${name} is missing`),
  properties: (value, rule: Readonly<Record<string, Schema>>, path) =>
    Object.entries(members(value)).flatMap(([name, member]) =>
      rule[name] === undefined ? [] : violations(member, rule[name], `${path}.${name}`),
    ),
  additionalProperties: (value, rule: false | Schema, path, schema) => {
    const known = members(schema['properties']);
    const others = Object.entries(members(value)).filter(([name]) => !(name in known));
    if (rule === false) return others.map(([name]) => `${path}.${name} is not described`);
    return others.flatMap(([name, member]) => violations(member, rule, `${path}.${name}`));
  },
};

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function oneOf(value: unknown, schemas: readonly Schema[], path: string): string[] {
  const found = schemas.map((schema) => violations(value, schema, path));
  return found.some((each) => each.length === 0) ? [] : found.flat();
}

/** Where a value is not what a JSON schema says. A keyword that this does not know is a violation itself. */
export function violations(value: unknown, schema: Schema, path = 'body'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (remarks.has(keyword)) return [];
    return keywords[keyword]?.(value, rule as never, path, schema) ?? [`${path}: unknown keyword ${keyword}`];
  });
}

/** The path template of the document that a path belongs to: the one with the fewest parameters. */
function operationOf(method: string, path: string): { name: string; operation: Schema | undefined } {
  const [bare = ''] = path.split('?');
  const template = Object.keys(openapi.paths)
    .filter((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
  return {
    name: `${method} ${template ?? bare}`,
    operation: openapi.paths[template ?? '']?.[method.toLowerCase()],
  };
}

/** What an answer has that the document does not say, or the other way round. */
export function undescribed(method: string, path: string, { status, headers, body }: Answer): string[] {
  const { name, operation } = operationOf(method, path);
  const responses = members(operation?.['responses']);
  const response = members(responses[status] ?? (status >= 400 ? responses['default'] : undefined));
  if (Object.keys(response).length === 0) return [`${name} answers ${status}`];
  const type = headers.get('content-type')?.split(';')[0] ?? null;
  const content = members(response['content']);
  if (type === null)
    return status === 204 || response['content'] === undefined ? [] : [`${name} has no type`];
  const described = members(content[type]);
  if (described['schema'] === undefined) return [`${name} answers ${status} as ${type}`];
  return violations(body, described['schema'] as Schema, `${name} ${status}`);
}

/** A client that throws when an answer is not what the document says, and remembers which operations succeeded. */
export function openCheckedClient(
  url: string,
  token: string | null,
): { client: Client; succeeded: Set<string> } {
  const succeeded = new Set<string>();
  const plain = openClient(url, token);
  const call: Client['call'] = async (method, path, options) => {
    const answer = await plain.call(method, path, options);
    const wrong = undescribed(method, path, answer);
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${answer.text}`);
    if (answer.status < 300) succeeded.add(operationOf(method, path).name);
    return answer;
  };
  return {
    succeeded,
    client: {
      call,
      get: (path, options) => call('GET', path, options),
      post: (path, body, options) =>
        call('POST', path, { ...options, ...(body === undefined ? {} : { body }) }),
      put: (path, body, options) => call('PUT', path, { ...options, body }),
      patch: (path, body, options) => call('PATCH', path, { ...options, body }),
      delete: (path, options) => call('DELETE', path, options),
    },
  };
}
