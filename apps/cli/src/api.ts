import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './command-error.ts';

/** Where the API is and who asks. */
export interface Connection {
  readonly url: string;
  /** Null: only what needs no token works. */
  readonly token: string | null;
  readonly workspace: string | null;
}

/** @param env `process.env`, already with what `.env` adds */
export function readConnection(
  options: { url?: string; workspace?: string },
  env: NodeJS.ProcessEnv,
): Connection {
  const url = options.url ?? env['LATCHKEY_URL'] ?? env['PUBLIC_URL'] ?? 'http://localhost:3000';
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new CommandError(`"${url}" is not a URL.`, 2);
  return {
    url: url.replace(/\/+$/, ''),
    token: env['LATCHKEY_TOKEN'] ?? env['LATCHKEY_ADMIN_TOKEN'] ?? readTokenFile(env['DATA_DIR'] ?? '.data'),
    workspace: options.workspace ?? null,
  };
}

function readTokenFile(dataDir: string): string | null {
  const file = join(dataDir, 'admin-token');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

interface CallOptions {
  readonly body?: object;
  /** Statuses that are no error; any 2xx unless told otherwise. */
  readonly accept?: readonly number[];
}

export interface ApiAnswer {
  readonly status: number;
  /** What the API documents for this status. */
  readonly body: unknown;
}

export interface CliApi {
  /** @throws CommandError with what the problem document says */
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
  /** The answer as it comes, for lists that are longer than memory. @throws CommandError */
  stream(path: string): Promise<ReadableStream<Uint8Array>>;
}

interface ProblemDocument {
  readonly code?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export function openApi({ url, token, workspace }: Connection): CliApi {
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(workspace === null ? {} : { 'x-workspace': workspace }),
  };

  async function send(method: string, path: string, body?: object): Promise<Response> {
    try {
      return await fetch(url + path, {
        method,
        redirect: 'error',
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      throw new CommandError(`The API at ${url} cannot be reached${cause?.code ? ` (${cause.code})` : ''}.`);
    }
  }

  return {
    async call(method: string, path: string, { body, accept }: CallOptions = {}) {
      const response = await send(method, path, body);
      const fine = accept === undefined ? response.ok : accept.includes(response.status);
      if (!fine) throw await refusal(response, token);
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    },
    async stream(path) {
      const response = await send('GET', path);
      if (!response.ok || response.body === null) throw await refusal(response, token);
      return response.body;
    },
  };
}

async function refusal(response: Response, token: string | null): Promise<CommandError> {
  if (response.status === 401 && token === null)
    return new CommandError('No token: set LATCHKEY_TOKEN (see latchkey --help).', 2);
  const problem = (await response.json().catch(() => ({}))) as ProblemDocument;
  const {
    code = `status ${response.status}`,
    detail = response.statusText,
    requestId,
    errors = [],
  } = problem;
  const fields = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return new CommandError(
    `${detail} (${code}${requestId === undefined ? '' : `, request ${requestId}`})${fields}`,
  );
}
