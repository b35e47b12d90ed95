import fc from 'fast-check';
import type { Permission } from '@latchkey/core/roles.ts';
import { callerNames, type CallerName } from './callers.ts';
import { documents, type Known, type Schema } from './from-schema.ts';
import { hostileJson, hostileText, oddNames, oddNumbers } from './hostile.ts';
import { bends, brokenBodies, extraHeaders, oddMethods, rawQueries } from './odd-requests.ts';
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
