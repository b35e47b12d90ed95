import { Anchor } from '@mantine/core';

/** A stable code, with the page that explains it. */
export function ErrorCode({ code }: { readonly code: string }) {
  return (
    <Anchor size="sm" ff="monospace" href={`docs/errors/${code}`} target="_blank" rel="noreferrer">
      {code}
    </Anchor>
  );
}
