import type { Authorization, Credential, Provider } from '@latchkey/api/answers.ts';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { addKey, updateCredential } from '../../api/credentials.ts';
import { followAuthorization } from '../../live/follow-authorization.ts';
import { useLive } from '../../live/live-provider.tsx';
import { enteredFields, type KeyFormValues } from '../../ui/key-form.ts';

/** How the check of a key ended. */
export interface CheckedKey {
  readonly credential: Credential;
  readonly authorization: Authorization;
}

/**
 * Adds a key and follows its check. What is sent after a rejected key replaces it: a second try makes no second
 * credential.
 */
export function useAddKey(provider: Provider) {
  const added = useRef<Credential | null>(null);
  const { listen } = useLive();
  return useMutation({
    mutationFn: async (values: KeyFormValues): Promise<CheckedKey> => {
      const name = values.name?.trim() ?? '';
      const fields = enteredFields(values);
      const answer =
        added.current === null
          ? await addKey({ provider: provider.id, fields, ...(name === '' ? {} : { name }) })
          : await updateCredential(added.current.id, { fields, ...(name === '' ? {} : { name }) });
      if (!('authorization' in answer)) throw new Error('a key was changed without a check');
      added.current = answer.credential;
      let { authorization } = answer;
      const enough = new AbortController();
      await followAuthorization(authorization.id, {
        listen,
        signal: enough.signal,
        onChange: (now) => {
          authorization = now;
          // A provider that is away may stay so for long; Latchkey tries again by itself.
          if (now.error !== null) enough.abort();
        },
      });
      return { credential: answer.credential, authorization };
    },
  });
}
