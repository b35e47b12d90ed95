import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface MarkedProps {
  readonly sign: string;
  readonly color?: string;
  readonly children: ReactNode;
}

/** An item of the time line with a sign before it, which says nothing that its words do not. */
export function Marked({ sign, color = 'dimmed', children }: MarkedProps) {
  return (
    <Group gap="xs" wrap="nowrap" align="baseline">
      <Text size="sm" c={color} aria-hidden="true" w="1em" ta="center">
        {sign}
      </Text>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}
