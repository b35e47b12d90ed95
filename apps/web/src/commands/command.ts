/** Stands in a body for what nobody may read in a command: whoever runs it has it in a variable of the environment. */
export class Placeholder {
  readonly variable: string;

  /** @param name of a field, such as `apiKey`, which becomes `$API_KEY` */
  constructor(name: string) {
    this.variable = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])|\W/g, '_').toUpperCase();
  }
}

/** What the API is asked for. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** It is about the instance: no workspace is named. */
  readonly isOfInstance?: boolean;
}

/** The same for a program and for a person at a terminal. */
export interface Command extends ApiRequest {
  /** What follows `latchkey`. */
  readonly cli: readonly string[];
}

/** Where a command is to act. */
export interface Place {
  readonly baseUrl: string;
  /** Null: the one that requests without a name get. */
  readonly workspace: string | null;
}

/** In single quotes, so that a shell takes it as it is. */
function quoted(text: string): string {
  return `'${escaped(text)}'`;
}

/** Within single quotes. */
function escaped(text: string): string {
  return text.replaceAll("'", String.raw`'\''`);
}

/** JSON within single quotes, in which the shell fills in what a placeholder stands for. */
function jsonInShell(value: unknown): string {
  if (value instanceof Placeholder) return `"'"$${value.variable}"'"`;
  if (Array.isArray(value)) return `[${value.map(jsonInShell).join(',')}]`;
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${jsonInShell(name)}:${jsonInShell(member)}`).join(',')}}`;
}

/** With the token in the environment: it never stands in a command, and so in no history. */
export function asCurl(
  { method, path, body, isOfInstance }: ApiRequest,
  { baseUrl, workspace }: Place,
): string {
  return [
    'curl -sS',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    quoted(`${baseUrl}${path}`),
    '-H "authorization: Bearer $LATCHKEY_TOKEN"',
    ...(workspace === null || isOfInstance === true ? [] : [`-H ${quoted(`x-workspace: ${workspace}`)}`]),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'", `-d '${jsonInShell(body)}'`]),
  ].join(' ');
}

/** Asks for secrets by itself, and for the token nowhere: it is in the environment. */
export function asLatchkey({ cli, isOfInstance }: Command, { workspace }: Place): string {
  const words = workspace === null || isOfInstance === true ? cli : ['--workspace', workspace, ...cli];
  return ['latchkey', ...words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word)))].join(
    ' ',
  );
}
