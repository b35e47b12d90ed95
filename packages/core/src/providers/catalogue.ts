import { ConfigurationError } from '../errors.ts';
import type { Provider } from './define-provider.ts';
import { dropbox } from './dropbox.ts';
import { firecrawl } from './firecrawl.ts';
import { googleDrive } from './google-drive.ts';
import { jinaReader } from './jina-reader.ts';
import { loadCustomProviders } from './load-custom-providers.ts';
import { notion } from './notion.ts';
import { onedrive } from './onedrive.ts';
import { overrideEndpoints } from './override-endpoints.ts';
import { sandbox, sandboxOrigin } from './sandbox.ts';

/** The providers that come with Latchkey, in the order in which people see them. */
export const builtInProviders: readonly Provider[] = [
  notion,
  jinaReader,
  firecrawl,
  googleDrive,
  dropbox,
  onedrive,
];

export interface CatalogueOptions {
  /** Folder with `*.json` definitions. */
  readonly providersDir: string | null;
  /** Origin → base URL that stands in for it; refused in production by the settings. */
  readonly endpointOverrides: Readonly<Record<string, string>>;
  /** The sandbox is listed if this is set and `endpointOverrides` says where it runs. */
  readonly includeSandbox: boolean;
  /** Origins that definitions may name with plain http. */
  readonly allowInsecure?: readonly string[];
}

export interface Catalogue {
  get(id: string): Provider | undefined;
  list(): readonly Provider[];
}

/** @throws ConfigurationError with one line per mistake: file, path and reason */
export async function loadCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const own = [...builtInProviders];
  if (options.includeSandbox && options.endpointOverrides[sandboxOrigin] !== undefined) own.push(sandbox);
  const custom =
    options.providersDir === null
      ? []
      : await loadCustomProviders(options.providersDir, options.allowInsecure ?? []);
  const lines: string[] = [];
  const byId = new Map(own.map((provider) => [provider.id, provider]));
  for (const { file, provider } of custom) {
    if (byId.has(provider.id))
      lines.push(`${file}: id: "${provider.id}" is already taken by another provider`);
    else byId.set(provider.id, provider);
  }
  if (lines.length > 0) throw new ConfigurationError(lines);
  const providers = [...byId.values()].map((each) => overrideEndpoints(each, options.endpointOverrides));
  const overridden = new Map(providers.map((provider) => [provider.id, provider]));
  return { get: (id) => overridden.get(id), list: () => providers };
}
