import fc from 'fast-check';
import type { Permission } from '@latchkey/core/roles.ts';
import { callerNames, type CallerName } from './callers.ts';
import { documents, type Known, type Schema } from './from-schema.ts';
import { hostileJson, hostileText, oddNames, oddNumbers } from './hostile.ts';
import { mutate, type JsonText, type Mutation } from './json-text.ts';
import { knownTexts } from './known-texts.ts';

/** An operation as the description of the API has it. */
export interface Described {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission | 'public';
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly body: Schema | null;
}

/** A request before its placeholders are filled; everything in it can shrink. */
export interface Step {
  readonly operation: Described;
  readonly caller: CallerName;
  readonly method: string;
  /** By parameter of the path. */
  readonly path: Readonly<Record<string, string>>;
  /** What is done to the whole path. */
  readonly bend: string | null;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Behind the query, as it is. */
  readonly rawQuery: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: JsonText | { readonly kind: 'bytes'; readonly text: string } | null;
}

/** Of ten values some are not what the schema wants. */
function often<T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: wrong });
}

function seldom<T>(arbitrary: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 14, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary });
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'double', 'wrap'),
  at: fc.nat({ max: 20 }),
  name: oddNames,
  value: hostileJson,
});

const brokenBodies = fc.constantFrom(
  '',
  ' ',
  '{',
  '{"provider":"sandbox"',
  '{"provider":"sandbox",}',
  "{'provider':'sandbox'}",
  'provider=sandbox',
  '[]',
  'null',
  '"text"',
  '0',
  '\u0000',
  '\ufeff{"provider":"sandbox"}',
  '{"provider":"\u0000"}',
  '{"provider":"\\ud800"}',
  '{"provider":"sandbox"}{"provider":"sandbox"}',
  '⟦deep/100000⟧',
  '⟦long/300000⟧',
  '{"a":⟦deep/50000⟧}',
);

function bodies(schema: Schema | null, known: Known): fc.Arbitrary<Step['body']> {
  const bytes = brokenBodies.map((text) => ({ kind: 'bytes' as const, text }));
  if (schema === null) return seldom<Step['body']>(bytes, null);
  const right = documents(schema, known);
  const wrong = fc
    .tuple(right, fc.array(mutation, { minLength: 1, maxLength: 2 }))
    .map(([document, mutations]) => mutations.reduce(mutate, document));
  return fc.oneof<fc.WeightedArbitrary<Step['body']>[]>(
    { weight: 6, arbitrary: right },
    { weight: 5, arbitrary: wrong },
    { weight: 1, arbitrary: bytes },
  );
}

const extraHeaders = fc.oneof(
  fc.constantFrom('one', 'two', 'three').map((key) => ['idempotency-key', key] as const),
  hostileText.map((key) => ['idempotency-key', key] as const),
  fc.constantFrom('⟦workspace/0⟧', '⟦workspace/1⟧', 'ws_nobodys').map((id) => ['x-workspace', id] as const),
  hostileText.map((text) => ['x-workspace', text] as const),
  fc
    .constantFrom(
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/JSON',
      'application/json, text/plain',
      'application/vnd.api+json',
      '',
      'x',
    )
    .map((type) => ['content-type', type] as const),
  fc.constantFrom('gzip', 'br', 'x').map((coding) => ['content-encoding', coding] as const),
  fc.constantFrom('text/html', '*/*', 'image/png', '').map((type) => ['accept', type] as const),
  hostileText.map((text) => ['last-event-id', text] as const),
  hostileText.map(
    (text) => ['cookie', `latchkey_session=${text}; latchkey_browser=${text}.${text}`] as const,
  ),
  fc.constantFrom('https://evil.test', 'null', '').map((origin) => ['origin', origin] as const),
  fc.constantFrom('cross-site', 'same-origin', 'x').map((site) => ['sec-fetch-site', site] as const),
  fc.constantFrom('prefetch', 'x').map((purpose) => ['sec-purpose', purpose] as const),
  fc
    .constantFrom('Bearer ', 'Basic ⟦secret-in-base64/0⟧', 'Bearer lk_⟦secret-in-base64/1⟧')
    .map((value) => ['authorization', value] as const),
  fc.constantFrom('DELETE', 'PUT').map((method) => ['x-http-method-override', method] as const),
  fc.constantFrom('evil.test', '127.0.0.1, 10.0.0.1').map((value) => ['x-forwarded-for', value] as const),
  fc.constantFrom('evil.test', 'localhost:1', '').map((host) => ['host', host] as const),
  fc.constantFrom('identity', 'chunked, chunked').map((coding) => ['transfer-encoding', coding] as const),
  fc.constant(['expect', '100-continue'] as const),
  fc.constant(['x-long', '⟦long/20000⟧'] as const),
  fc.tuple(fc.constantFrom('x-fuzz', 'user-agent', 'referer', 'range', 'upgrade'), hostileText),
);

const bends = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e%2e',
  '/%2E%2E/%2E%2E/livez',
  ';x=1',
  '%00',
  '%2f',
  '%zz',
  '%',
  '\\..\\..',
  '#x',
  '%0d%0ax-fz-split:%201',
  '/⟦long/400⟧',
  '⟦long/20000⟧',
  'UPPER',
  'ABSOLUTE',
  '*',
];

const rawQueries = [
  '%',
  '%zz=1',
  '&&&',
  '=',
  '?x',
  'limit=1&limit=2',
  'limit[]=1',
  'limit[$gt]=1',
  '__proto__=1',
  '__proto__[x]=1',
  'constructor=1',
  'limit=%00',
  'wait=%F0%9F',
  'workspace=%00',
  'a=⟦long/9000⟧',
  'wait=0&wait=60',
];

const oddMethods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'get',
  'FUZZ',
];

function textsOf(operation: Described, name: string, schema: Schema): fc.Arbitrary<string> {
  const known = knownTexts(operation.path, name);
  const right =
    known ??
    documents({ type: 'string', ...(schema.type === 'string' ? schema : {}) }, () => null, name).map(
      (each) => ('text' in each ? each.text : ''),
    );
  const numeric = schema.type === 'integer' || schema.type === 'number';
  return often(
    numeric && known === null
      ? documents(schema, () => null).map((each) => ('text' in each ? each.text : ''))
      : right,
    fc.oneof(hostileText, fc.constantFrom(...oddNumbers)),
  );
}

/** Requests for one operation as it wants them, whether what they name exists or not. */
export function rightSteps(operation: Described, callers: readonly CallerName[]): fc.Arbitrary<Step> {
  const known: Known = (name) => knownTexts(operation.path, name);
  const inPath = operation.parameters.filter((each) => each.in === 'path');
  return fc.record({
    operation: fc.constant(operation),
    caller: fc.constantFrom(...callers),
    method: fc.constant(operation.method),
    path: fc.record(
      Object.fromEntries(
        inPath.map(({ name }) => [name, knownTexts(operation.path, name) ?? fc.constant('x')]),
      ),
    ),
    bend: fc.constant(null),
    query: fc.constant([]),
    rawQuery: fc.constant(''),
    headers: seldom(
      fc.constantFrom('one', 'two').map((key) => [['idempotency-key', key] as const]),
      [],
    ),
    body: operation.body === null ? fc.constant(null) : documents(operation.body, known),
  });
}

/** Requests for one operation: right ones, nearly right ones and wrong ones. */
export function steps(
  operation: Described,
  callers: readonly CallerName[] = callerNames,
): fc.Arbitrary<Step> {
  const { method, parameters, body } = operation;
  const inPath = parameters.filter((each) => each.in === 'path');
  const inQuery = parameters.filter((each) => each.in === 'query');
  const known: Known = (name) => knownTexts(operation.path, name);
  const queries = inQuery.map(({ name, schema }) => {
    const pair = textsOf(operation, name, schema).map((value) => [[name, value] as const]);
    return fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: pair });
  });
  const oddQuery = fc.tuple(oddNames, hostileText).map((pair) => [pair]);
  return fc.record({
    operation: fc.constant(operation),
    caller: fc.constantFrom(...callers),
    method: seldom(fc.constantFrom(...oddMethods), method),
    path: fc.record(
      Object.fromEntries(inPath.map(({ name, schema }) => [name, textsOf(operation, name, schema)])),
    ),
    bend: seldom(fc.constantFrom<(string | null)[]>(...bends), null),
    query: fc.tuple(...queries, seldom(oddQuery, [])).map((parts) => parts.flat()),
    rawQuery: seldom(fc.constantFrom(...rawQueries), ''),
    headers: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(extraHeaders, { minLength: 1, maxLength: 3 }) },
    ),
    body: bodies(body, known),
  });
}
