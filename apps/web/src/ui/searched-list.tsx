import { Stack, TextInput } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import { NothingMatches } from './empty-state.tsx';
import { SearchIcon } from './icons.tsx';
import { LoadMore } from './load-more.tsx';

interface SearchedListProps<T> extends Pick<ComponentProps<typeof LoadMore>, 'query'> {
  /** Everything that was read. */
  readonly all: readonly T[];
  /** What of a row is looked into. */
  readonly textsOf: (row: T) => readonly (string | null)[];
  /** What is looked for, as it stands in the address. */
  readonly q: string;
  readonly onSearch: (q: string) => void;
  /** What can be looked for. */
  readonly label: string;
  readonly children: (shown: readonly T[]) => ReactNode;
}

/** A list that is searched here, with the next page on demand. */
export function SearchedList<T>({ query, all, textsOf, q, onSearch, label, children }: SearchedListProps<T>) {
  const wanted = q.trim().toLowerCase();
  const shown = all.filter((row) =>
    textsOf(row).some((text) => text?.toLowerCase().includes(wanted) ?? false),
  );
  return (
    <Stack>
      <TextInput
        type="search"
        maw={320}
        aria-label={label}
        placeholder={label}
        leftSection={<SearchIcon />}
        value={q}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
      />
      {shown.length === 0 ? <NothingMatches onClear={() => onSearch('')} /> : children(shown)}
      <LoadMore query={query} />
    </Stack>
  );
}
