import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names with what stands for each; rows without a value are left out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Table layout="fixed" withRowBorders={false}>
      <Table.Tbody>
        {rows
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={120} c="dimmed" fw={400} ta="start">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  );
}
