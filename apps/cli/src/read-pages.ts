import { InvalidArgumentError, Option } from 'commander';
import type { CliApi } from './api.ts';

const largestPage = 200;

type Query = Readonly<Record<string, string | undefined>>;

/** `--limit`, for commands that list. */
export function limitOption(): Option {
  return new Option('--limit <number>', 'at most so many rows').default(100).argParser((text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is a number from 1 on.');
    return number;
  });
}

/** A path with what of a query is given. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/**
 * Reads a list page by page, and says on standard error when there is more of it.
 * @param limit how many items at most
 */
export async function readPages<Item>(
  api: CliApi,
  path: string,
  query: Query,
  limit: number,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const size = Math.min(largestPage, limit - items.length);
    const page = withQuery(path, { ...query, limit: String(size), cursor: cursor ?? undefined });
    const { body } = await api.call('GET', page);
    const answer = body as { readonly items: readonly Item[]; readonly nextCursor: string | null };
    items.push(...answer.items);
    cursor = answer.nextCursor;
  } while (cursor !== null && items.length < limit);
  if (cursor !== null) process.stderr.write(`There are more than ${limit}: see --limit.\n`);
  return items;
}
