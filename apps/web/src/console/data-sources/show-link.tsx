import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { PartName } from './search.ts';

interface ShowLinkProps extends AnchorProps {
  /** Which part of the credentials; absent: all of them. */
  readonly show: PartName | undefined;
  readonly children: string;
}

/** To the list of a part of the credentials, in the same workspace. */
export function ShowLink({ show, children, ...props }: ShowLinkProps) {
  return (
    <Anchor
      {...props}
      renderRoot={(root) => (
        <Link to="/data-sources" search={({ workspace }) => ({ workspace, show })} {...root} />
      )}
    >
      {children}
    </Anchor>
  );
}
