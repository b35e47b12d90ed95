import fc from 'fast-check';
import { hostileText } from './hostile.ts';
import type { JsonText } from './json-text.ts';

/** As much of JSON schema as the description of the API uses. */
export interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** Values for a member that a schema alone cannot know, such as ids that exist. Null: the schema decides. */
export type Known = (name: string) => fc.Arbitrary<string> | null;

const string = (text: string): JsonText => ({ kind: 'string', text });
const raw = (text: string): JsonText => ({ kind: 'raw', text });

/** Documents that a schema accepts. @throws Error at a schema that this does not know how to read */
export function documents(schema: Schema, known: Known, name = ''): fc.Arbitrary<JsonText> {
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const texts = schema.type === 'string' || isNumber ? known(name) : null;
  if (texts !== null) return texts.map(isNumber ? raw : string);
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((each) => documents(each, known, name)));
  if (schema.enum !== undefined || schema.const !== undefined)
    return fc
      .constantFrom(...(schema.enum ?? [schema.const]))
      .map((value) => (typeof value === 'string' ? string(value) : raw(JSON.stringify(value))));
  switch (schema.type) {
    case 'null':
      return fc.constant(raw('null'));
    case 'boolean':
      return fc.constantFrom('true', 'false').map(raw);
    case 'integer':
    case 'number':
      return numbers(schema).map((value) => raw(String(value)));
    case 'string':
      return textsOf(schema).map(string);
    case 'array':
      return fc
        .array(documents(schema.items ?? {}, known, name), { maxLength: 3 })
        .map((items) => ({ kind: 'array', items }));
    case 'object':
      return objects(schema, known, name);
    default:
      throw new Error(`a schema that nobody can make documents of: ${JSON.stringify(schema)}`);
  }
}

function objects(schema: Schema, known: Known, own: string): fc.Arbitrary<JsonText> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members = Object.entries(properties).map(([name, member]) => {
    const value = documents(member, known, name).map((each) => [[name, each] as const]);
    // Without it a lease waits for ten seconds.
    return required.includes(name) || name === 'waitSeconds'
      ? value
      : fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: value });
  });
  const named =
    typeof additionalProperties === 'object'
      ? [
          fc.array(
            fc.tuple(
              known(`names of ${own}`) ?? fc.string(),
              documents(additionalProperties, known, `values of ${own}`),
            ),
            { minLength: 1, maxLength: 2 },
          ),
        ]
      : [];
  return fc.tuple(...members, ...named).map((parts) => ({ kind: 'object', members: parts.flat() }));
}

function numbers({ type, minimum = -10, maximum = 1000 }: Schema): fc.Arbitrary<number> {
  const edges = fc.constantFrom(minimum, maximum);
  const inside =
    type === 'integer'
      ? fc.integer({ min: minimum, max: maximum })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  return fc.oneof({ weight: 1, arbitrary: edges }, { weight: 3, arbitrary: inside });
}

const samples = fc.sample(hostileText, { numRuns: 1_000, seed: 1 });

/** Ordinary text, and everything notorious that the schema lets through. */
function textsOf(schema: Schema): fc.Arbitrary<string> {
  const { pattern, format, minLength = 0, maxLength = 1000 } = schema;
  if (format === 'uri') return fc.webUrl({ withFragments: true, withQueryParameters: true });
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.toISOString());
  const rule = new RegExp(pattern ?? '', 'u');
  const fits = (text: string) => rule.test(text) && text.length >= minLength && text.length <= maxLength;
  const ordinary =
    pattern !== undefined && !/\\p\{|\(\?[=!<]/.test(pattern)
      ? fc.stringMatching(rule, { maxLength })
      : fc.stringMatching(/^[A-Za-z0-9 .-]*$/, { maxLength: Math.min(maxLength, 40) });
  const fitting = ordinary.filter(fits);
  const isLetThrough = (text: string) => !text.includes('⟦') && fits(text);
  // Nothing notorious looks like a colour: a filter would look for it for ever.
  if (!samples.some(isLetThrough)) return fitting;
  return fc.oneof(
    { weight: 3, arbitrary: fitting },
    { weight: 1, arbitrary: hostileText.filter(isLetThrough) },
  );
}
