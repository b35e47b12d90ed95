import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { hostIsAllowed } from '../outbound/index.ts';
import { defineProvider, type Provider } from './define-provider.ts';
import { endpointsOf } from './endpoints.ts';
import { providerSchema } from './schema.ts';

export interface CustomProvider {
  readonly file: string;
  readonly provider: Provider;
}

/**
 * Reads every `*.json` of the folder, in the order of the names.
 *
 * @throws ConfigurationError with a line `file: path: reason` for every mistake in every file
 */
export async function loadCustomProviders(
  folder: string,
  allowInsecure: readonly string[],
): Promise<CustomProvider[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([`${folder}: PROVIDERS_DIR cannot be read: ${error.code ?? error.message}`]);
  });
  const providers: CustomProvider[] = [];
  const lines: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).toSorted()) {
    const file = join(folder, name);
    const result = await readDefinition(file, allowInsecure);
    if (Array.isArray(result)) lines.push(...result.map((line) => `${file}: ${line}`));
    else providers.push({ file, provider: result });
  }
  if (lines.length > 0) throw new ConfigurationError(lines);
  return providers;
}

/** The provider, or what is wrong with the file. */
async function readDefinition(file: string, allowInsecure: readonly string[]): Promise<Provider | string[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return [
      `(file): ${error instanceof SyntaxError ? 'not valid JSON: ' : 'cannot be read: '}${String(error)}`,
    ];
  }
  const parsed = providerSchema.safeParse(json);
  if (!parsed.success) {
    return parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`,
    );
  }
  const provider = defineProvider(parsed.data);
  const lines = endpointsOf(provider).flatMap(({ path, url }) => {
    if (url.protocol !== 'https:' && !allowInsecure.includes(url.origin)) {
      return [`${path}: must be https, or its origin be listed in OUTBOUND_ALLOW_INSECURE`];
    }
    if (path.endsWith('authorizationEndpoint') || hostIsAllowed(url, provider.allowedHosts)) return [];
    return [`${path}: the host ${url.host} is not one of allowedHosts`];
  });
  return lines.length > 0 ? lines : provider;
}
