import { useEffect, useRef, type ReactNode } from 'react';

/** The heading of a view. It takes the focus when the view comes, and so is read out: nobody has to look for what has changed. */
export function Heading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
