import type { CliApi } from '../../api.ts';
import { CommandError } from '../../command-error.ts';
import { readSecrets } from '../../terminal.ts';
import type { Pairs } from '../read-pair.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  readonly secret: boolean;
}

interface Provider {
  readonly label: string;
  readonly authMethods: readonly { readonly type: string; readonly fields?: readonly Field[] }[];
}

/**
 * The fields of a key: what is secret is read from the terminal or standard input, the others are given.
 * @param given values of fields that are no secrets, by their names
 * @returns what was entered; a field that was left empty is not in it
 * @throws CommandError when a secret stands among the given ones
 */
export async function readKeyFields(api: CliApi, provider: string, given: Pairs): Promise<Pairs> {
  const { body } = await api.call('GET', `/v1/providers/${encodeURIComponent(provider)}`);
  const { label, authMethods } = body as Provider;
  const fields = authMethods.find(({ type }) => type === 'api_key')?.fields;
  if (fields === undefined) throw new CommandError(`${label} takes no keys.`, 2);
  for (const name of Object.keys(given)) {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new CommandError(`${label} has no field "${name}".`, 2);
    if (field.secret)
      throw new CommandError(`"${name}" is secret: it is asked for, or read from standard input.`, 2);
  }
  const secret = fields.filter((field) => field.secret);
  const values = await readSecrets(secret.map((field) => field.label));
  const entered = secret.map(({ name }, index) => [name, values[index] ?? ''] as const);
  return { ...given, ...Object.fromEntries(entered.filter(([, value]) => value !== '')) };
}
