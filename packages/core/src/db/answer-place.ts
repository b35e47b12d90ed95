/** Where the stored answer to an `Idempotency-Key` belongs, for the vault. */
export function answerPlace({
  workspaceId,
  actorId,
  key,
}: {
  readonly workspaceId: string;
  readonly actorId: string;
  readonly key: string;
}) {
  return { workspaceId, record: `${actorId}/${key}`, field: 'answer', version: 0 };
}
