/** The workspace that the address of the page names; null: the one that requests without a name get. */
export function currentWorkspace(): string | null {
  return new URLSearchParams(location.search).get('workspace');
}
