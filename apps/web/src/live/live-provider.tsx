import type { CloudEvent } from '@latchkey/api/answers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { StreamState } from './open-stream.ts';
import { readAgain } from './read-again.ts';
import { shareStream } from './share-stream.ts';
import { staleKeys } from './stale-keys.ts';

interface Live {
  readonly state: StreamState;
  /** Told of every event from now on. @returns ends it */
  listen(listener: (event: CloudEvent) => void): () => void;
}

const LiveContext = createContext<Live | null>(null);

const pollMs = 30_000;
/** Each reading takes the place of one under way: read at every event, a busy workspace would never be shown. */
const gatherMs = 250;

interface LiveProviderProps {
  readonly workspace: string | null;
  readonly eventTypes: readonly string[];
  readonly children: ReactNode;
}

/** Follows the events of the workspace and has everything fetched again that they make stale. */
export function LiveProvider({ workspace, eventTypes, children }: LiveProviderProps) {
  const [state, setState] = useState<StreamState>('connecting');
  const listeners = useRef(new Set<(event: CloudEvent) => void>());
  const client = useQueryClient();

  useEffect(() => {
    const stale = new Map<string, readonly string[]>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetchStale = () => {
      timer = undefined;
      for (const queryKey of stale.values()) void readAgain(client, queryKey);
      stale.clear();
    };
    const end = shareStream(
      { workspace, eventTypes },
      {
        state: setState,
        missed: () => void readAgain(client),
        event: (event) => {
          for (const queryKey of staleKeys(event)) stale.set(queryKey.join(' '), queryKey);
          if (stale.size > 0) timer ??= setTimeout(fetchStale, gatherMs);
          for (const listener of listeners.current) listener(event);
        },
      },
    );
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client, eventTypes, workspace]);

  // Whatever keeps the stream away, what is on screen does not stay old.
  useEffect(() => {
    if (state === 'live') return undefined;
    const timer = setInterval(() => void readAgain(client), pollMs);
    return () => clearInterval(timer);
  }, [client, state]);

  const live = useMemo<Live>(
    () => ({
      state,
      listen(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** @throws Error outside the provider */
export function useLive(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error('useLive needs a LiveProvider');
  return live;
}
