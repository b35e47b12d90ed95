import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageTableProps {
  /** Its accessible name. */
  readonly label: string;
  /** Narrower than this many pixels, the table alone is scrolled sideways. */
  readonly minWidth: number;
  /** The heads of the columns, in words. */
  readonly heads: readonly string[];
  /** The rows. */
  readonly children: ReactNode;
}

/** The frame of a table that is what its page is about. */
export function PageTable({ label, minWidth, heads, children }: PageTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table verticalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
