/** What is wrong with one field, and the rule that says so. */
export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** An RFC 9457 document; `unreachable` and `not_json` are the codes of what never reached the API. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldProblem[];
  readonly [extension: string]: unknown;
}

/** What the API refused, with everything that a person or a support request needs. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  /** What is wrong with one field; null when that field is not what is wrong. */
  about(path: string): FieldProblem | null {
    return this.problem.errors?.find((error) => error.path === path) ?? null;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface SendOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  // Relative to where the pages begin, which may be a path of somebody else's host.
  const address = path.replace(/^\//, '');
  return search.size === 0 ? address : `${address}?${search}`;
}

/** No document came: the network is away, or something in between answered. */
function noAnswer(status: number, code: 'unreachable' | 'not_json'): ApiError {
  const detail =
    code === 'unreachable'
      ? 'Latchkey cannot be reached.'
      : `Something between here and Latchkey answered with ${status}.`;
  return new ApiError({ status, code, title: detail, detail, requestId: '' });
}

/**
 * Asks the API that the page came from.
 * @param path as the API documents it, such as `/v1/credentials`
 * @throws ApiError whatever went wrong, but what `signal` ended
 */
export async function send<T>(
  method: string,
  path: string,
  { query, body, headers = {}, signal }: SendOptions = {},
): Promise<T> {
  const response = await fetch(addressOf(path, query), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw noAnswer(0, 'unreachable');
  });
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  if (!isJson) throw noAnswer(response.status, 'not_json');
  const answer = JSON.parse(text) as T & Problem;
  if (!response.ok) throw new ApiError(answer);
  return answer;
}
