import type { Authorization } from '@latchkey/api/answers.ts';
import { useEffect, useRef, useState } from 'react';
import { followAuthorization, isOver } from '../../live/follow-authorization.ts';
import { useLive } from '../../live/live-provider.tsx';

/** What a person had done; a text of `credential.action`. */
type ActionName = 'validate' | 'refresh' | 'remove' | 'editKey' | 'reconnect' | 'setDefault' | 'rename';

interface ActionState {
  readonly name: ActionName | null;
  /** How it is going; null until the API took it, and for what is done at once. */
  readonly authorization: Authorization | null;
  readonly error: unknown;
}

export interface Action extends ActionState {
  readonly isBusy: boolean;
  /** Does something and follows the authorization that it begins. @returns whether the API took it */
  run(name: ActionName, send: () => Promise<Authorization | null>): Promise<boolean>;
  /** Follows what was begun elsewhere. */
  follow(name: ActionName, authorizationId: string): Promise<void>;
  dismiss(): void;
}

const idle: ActionState = { name: null, authorization: null, error: null };

/** One thing at a time that is done and followed to its end, so that the result is shown where it was asked for. */
export function useAction(): Action {
  const [state, setState] = useState<ActionState & { isSending: boolean }>({ ...idle, isSending: false });
  const { listen } = useLive();
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);

  const begin = () => {
    current.current?.abort();
    current.current = new AbortController();
    return current.current.signal;
  };

  const goOn = async (name: ActionName, id: string, signal: AbortSignal) => {
    try {
      const onChange = (authorization: Authorization) =>
        setState({ name, authorization, error: null, isSending: false });
      await followAuthorization(id, { listen, onChange, signal });
    } catch (error) {
      if (!signal.aborted) setState({ name, authorization: null, error, isSending: false });
    }
  };

  return {
    ...state,
    isBusy: state.isSending || (state.authorization !== null && !isOver(state.authorization)),
    async run(name, send) {
      const signal = begin();
      setState({ name, authorization: null, error: null, isSending: true });
      try {
        const authorization = await send();
        if (signal.aborted) return true;
        if (authorization === null) {
          setState({ ...idle, isSending: false });
          return true;
        }
        setState({ name, authorization, error: null, isSending: false });
        void goOn(name, authorization.id, signal);
        return true;
      } catch (error) {
        if (!signal.aborted) setState({ name, authorization: null, error, isSending: false });
        return false;
      }
    },
    async follow(name, authorizationId) {
      await goOn(name, authorizationId, begin());
    },
    dismiss() {
      begin();
      setState({ ...idle, isSending: false });
    },
  };
}
