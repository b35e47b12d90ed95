import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ListTableProps {
  /** Narrower than this many pixels, the table alone is scrolled sideways. */
  readonly minWidth: number;
  /** The heads of the columns, in words. */
  readonly heads: readonly string[];
  /** The last column has a menu for each row. */
  readonly hasActions?: boolean;
  /** The rows. */
  readonly children: ReactNode;
}

/** The frame of a table whose page never scrolls sideways. */
export function ListTable({ minWidth, heads, hasActions = true, children }: ListTableProps) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" pos="relative">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            {hasActions && (
              <Table.Th w={40}>
                <VisuallyHidden>{t('actions')}</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
