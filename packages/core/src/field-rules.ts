/**
 * What can be wrong with one field, by the code under which clients know it. Codes are part of the contract: add, never
 * rename. `{{max}}` stands for what `values` of the error says.
 */
export const fieldRules = {
  required: 'is required',
  taken: 'is already used',
  unknown: 'is not known here',
  type: 'must be of the type {{expected}}',
  choice: 'must be one of {{options}}',
  too_short: 'must have at least {{min}} characters',
  too_long: 'must have at most {{max}} characters',
  too_small: 'must be at least {{min}}',
  too_large: 'must be at most {{max}}',
  too_few: 'must have at least {{min}} entries',
  too_many: 'must have at most {{max}} entries',
  name_length: 'must have 1 to 100 characters',
  one_line: 'must be one line of valid Unicode without control characters',
  url: 'must be a URL such as https://example.com',
  url_user: 'must not contain a user name or password',
  url_query: 'must not contain a query or fragment',
  id: 'must be an id',
  time: 'must be a time such as 2026-01-31T12:00:00Z',
  future: 'must lie in the future',
  before_10000: 'must lie before the year 10000',
  network: 'must be an address or a network such as 10.0.0.0/8',
  pattern: 'must match {{pattern}}',
  default_stays: 'make another credential the default instead',
  default_private: 'a private credential is never the default',
  needs_person: 'only a person who is signed in can have something private',
  /** Whatever else; the message says what. */
  invalid: 'is not valid',
} as const;

export type FieldRule = keyof typeof fieldRules;

/** What a rule asks for, such as `max`. */
export type RuleValues = Readonly<Record<string, string | number>>;

export interface FieldError {
  readonly path: string;
  /** Absent: told by the message, when it is that of a rule, else `invalid`. */
  readonly code?: FieldRule;
  /** For people who read English. */
  readonly message: string;
  readonly values?: RuleValues;
}

/** A field that breaks a rule, with the rule's own words. */
export function fieldError(path: string, code: FieldRule, values: RuleValues = {}): FieldError {
  const message = fieldRules[code].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
  return { path, code, message, ...(Object.keys(values).length === 0 ? {} : { values }) };
}

const rulesByMessage = new Map(
  Object.entries(fieldRules).map(([code, message]) => [message as string, code as FieldRule]),
);

/** The rule that these are the words of; `invalid` where they are of none. */
export function ruleOf(message: string): FieldRule {
  return rulesByMessage.get(message) ?? 'invalid';
}
