import type { Tone } from './credential-state.ts';

/** Colours of Mantine's palette; texts and signs say the same, for those who do not see them. */
export const toneColor: Readonly<Record<Tone, string>> = {
  good: 'green',
  busy: 'blue',
  warning: 'yellow',
  bad: 'red',
  quiet: 'gray',
};

export const toneSign: Readonly<Record<Tone, string>> = {
  good: '✓',
  busy: '…',
  warning: '!',
  bad: '✕',
  quiet: '–',
};
