/** Where a ciphertext belongs. It opens there and nowhere else. */
export interface Place {
  readonly workspaceId: string;
  /** The id of the row. */
  readonly record: string;
  /** What of the row: `payload`, `client_secret`, `code`, `verifier`, `journal`, `answer`. */
  readonly field: string;
  /** The token version, 0 where there is none. */
  readonly version: number;
}

/** Each part behind its length in bytes, so that no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** What a sealed field is bound to. */
export function placeData(format: number, keyId: string, place: Place): Buffer {
  const { workspaceId, record, field, version } = place;
  return lengthPrefixed([
    'latchkey/sealed',
    String(format),
    workspaceId,
    record,
    field,
    keyId,
    String(version),
  ]);
}

interface WrappedKeyPlace {
  readonly dataKeyId: string;
  /** Null for the lookup key of the instance. */
  readonly workspaceId: string | null;
  readonly purpose: 'seal' | 'lookup';
  readonly rootKeyId: string;
}

/** What a wrapped data key is bound to. */
export function wrappedKeyData({ dataKeyId, workspaceId, purpose, rootKeyId }: WrappedKeyPlace): Buffer {
  const owner = workspaceId === null ? ['instance'] : ['workspace', workspaceId];
  return lengthPrefixed(['latchkey/data-key', purpose, dataKeyId, rootKeyId, ...owner]);
}
