/** Another page of the same workspace: for `search` of a link. */
export function keepWorkspace({ workspace }: { workspace?: string | undefined }) {
  return { workspace };
}
