import { createContext, use, useSyncExternalStore } from 'react';
import type { Engine } from './engine.ts';
import type { Flow } from './flow.ts';
import type { ConnectProvider } from './session.ts';

export const EngineContext = createContext<Engine | null>(null);

export function useEngine(): Engine {
  const engine = use(EngineContext);
  if (engine === null) throw new Error('The page has no engine.');
  return engine;
}

export function useFlow(): Flow {
  const { subscribe, state } = useEngine();
  return useSyncExternalStore(subscribe, state);
}

/** The provider as the session describes it, and what it is called. */
export function useProvider(id: string): {
  readonly provider: ConnectProvider | null;
  readonly label: string;
} {
  const { session } = useEngine();
  const provider = session.providers.find((each) => each.id === id) ?? null;
  return { provider, label: provider?.label ?? id };
}
