import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLive } from '../../live/live-provider.tsx';
import { readAgain } from '../../live/read-again.ts';

/** Entries of the audit can be read about a second after the event that comes with them. */
const sealedMs = 1_500;

/** Reads the time line once more after each event that concerns the credential. */
export function useLateEntries(credentialId: string): void {
  const client = useQueryClient();
  const { listen } = useLive();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = listen(({ subject, data }) => {
      if (subject !== credentialId && data['credentialId'] !== credentialId) return;
      clearTimeout(timer);
      timer = setTimeout(() => void readAgain(client, ['timeline', credentialId]), sealedMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, credentialId, listen]);
}
