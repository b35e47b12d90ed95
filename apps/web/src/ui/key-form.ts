import type { Provider } from '@latchkey/api/answers.ts';
import type { FormErrors } from '@mantine/form';
import { toSend } from '../connect-flow/typed-key.ts';

type AuthMethod = Provider['authMethods'][number];
export type ApiKeyField = Extract<AuthMethod, { type: 'api_key' }>['fields'][number];

export interface KeyFormValues {
  name?: string;
  fields: Record<string, string>;
}

/** What a key of this provider consists of; empty where it takes none. */
export function keyFieldsOf(provider: Provider | undefined): readonly ApiKeyField[] {
  const method = provider?.authMethods.find(({ type }) => type === 'api_key');
  return method?.type === 'api_key' ? method.fields : [];
}

/** Empty inputs: nothing that is stored ever comes back. */
export function emptyKeyForm(fields: readonly ApiKeyField[]): KeyFormValues {
  return { name: '', fields: Object.fromEntries(fields.map(({ name }) => [name, ''])) };
}

/** What was entered, trimmed; an input that stayed empty is left out, which means its default, or to keep what is there. */
export function enteredFields({ fields }: KeyFormValues): Record<string, string> {
  return toSend(fields);
}

/** What can be said before anybody is asked, by the path of the input. @param text of an input that must not be empty */
export function missingFields(
  fields: readonly ApiKeyField[],
  values: KeyFormValues,
  text: string,
): FormErrors {
  const entered = enteredFields(values);
  return Object.fromEntries(
    fields
      .filter((field) => field.required && field.default === null && entered[field.name] === undefined)
      .map(({ name }) => [`fields.${name}`, text]),
  );
}
