import type { Credential } from '@latchkey/api/answers.ts';
import type { QueryClient } from '@tanstack/react-query';

/** What a person changed is there at once, also where no events come. */
export async function credentialChanged(client: QueryClient, { id }: Pick<Credential, 'id'>): Promise<void> {
  await Promise.all(
    [['credentials'], ['credential'], ['timeline', id]].map((queryKey) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
}
