import { Badge } from '@mantine/core';
import type { Tone } from './credential-state.ts';
import { toneColor, toneSign } from './tone.ts';

/** A word, a sign and a colour. */
export function StatusBadge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <Badge
      variant="light"
      color={toneColor[tone]}
      leftSection={<span aria-hidden="true">{toneSign[tone]}</span>}
      miw="max-content"
      data-tone={tone}
    >
      {children}
    </Badge>
  );
}
