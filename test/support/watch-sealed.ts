import type { Canaries } from './canaries.ts';
import type { Stack } from './stack.ts';

interface Kept {
  readonly source: string;
  readonly row: {
    id: string;
    authorization_id: string;
    token_version: number;
    workspace_id: string;
    key_salt: string;
    sealed: string | null;
  };
}

/** Opens what was ever sealed in this database, and looks for what was inside. Needs the rows that an eavesdropper kept. */
export async function watchSealed(stack: Stack, canaries: Canaries): Promise<void> {
  const { rows } = await stack.database.superuser.query<Kept>(
    `select distinct source, row from capture.rows where row->>'sealed' is not null`,
  );
  for (const { source, row } of rows) {
    const place = placeOf(source, row);
    if (place === null || row.sealed === null) continue;
    const bytes = (text: string) => Buffer.from(text.slice('\\x'.length), 'hex');
    const text = await stack.api.vault
      .open({ workspaceId: row.workspace_id, ...place }, bytes(row.key_salt), bytes(row.sealed))
      .catch(() => '{}');
    const content = JSON.parse(text);
    const payload = content.payload ?? content;
    for (const value of Object.values<string>(payload.fields ?? {}))
      canaries.watch('field of an API key', value, /^sbx_valid_/.exec(value)?.[0] ?? '');
    const named = {
      'access token': payload.accessToken,
      'refresh token': payload.refreshToken,
      'sealed code': payload.code,
      'sealed verifier': payload.codeVerifier,
    };
    for (const [name, value] of Object.entries(named))
      if (typeof value === 'string') canaries.watch(name, value);
  }
}

function placeOf(
  source: string,
  { id, authorization_id: authorizationId, token_version: version }: Kept['row'],
) {
  switch (source) {
    case 'public.credential':
      return { record: id, field: 'payload', version };
    case 'public.token_journal':
      return { record: id, field: 'journal', version };
    case 'public.authorization':
      return { record: id, field: 'code', version: 0 };
    case 'public.authorization_state':
      return { record: authorizationId, field: 'verifier', version: 0 };
    default:
      return null;
  }
}
