import type { Authorization } from '@latchkey/api/answers.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import {
  cancelAuthorization,
  getAuthorization,
  startAuthorization,
  type StartInput,
} from '../../api/authorizations.ts';
import { follow } from '../../connect-flow/follow.ts';
import { listenForHints } from '../../connect-flow/hints.ts';
import { focusWindow, openWindow, watchClosed } from '../../connect-flow/popup.ts';
import { isOver } from '../../live/follow-authorization.ts';

type ConnectState =
  | { readonly step: 'blocked' }
  | { readonly step: 'opening' }
  /** @property closed the window seems to be closed, which a window that is cut off from us does as well */
  | { readonly step: 'waiting'; readonly authorization: Authorization; readonly closed: boolean }
  | { readonly step: 'over'; readonly authorization: Authorization }
  | { readonly step: 'refused'; readonly error: unknown };

export interface Connecting {
  readonly state: ConnectState;
  /** For the click itself: brings the window to the front, or begins again with a new one. */
  again(): void;
  /** In this tab, which comes back here. */
  here(): void;
  cancel(): void;
}

/** Opens the window of an authorization; within a click. */
export function openConnectWindow(about: string): Window | null {
  return openWindow(`latchkey_${about}`);
}

/**
 * Connects an account in a window that was opened in the click. What the server says is the truth; what the window says,
 * or seems to be, only has it asked sooner.
 * @param popup null: the browser blocked it
 */
export function useConnect(input: StartInput, popup: Window | null): Connecting {
  const handle = useRef(popup);
  const current = useRef<Authorization | null>(null);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<ConnectState>({ step: popup === null ? 'blocked' : 'opening' });

  useEffect(() => {
    if (handle.current === null) return undefined;
    const window = handle.current;
    const end = new AbortController();
    const ends: (() => void)[] = [() => end.abort()];
    const run = async () => {
      // A window that was begun before must not bring a second credential.
      if (current.current !== null) await cancelQuietly(current.current.id);
      const started = await startAuthorization(input, end.signal);
      if (end.signal.aborted) return;
      current.current = started;
      window.location.replace(started.authorizationUrl);
      setState({ step: 'waiting', authorization: started, closed: false });
      const following = follow({
        read: (wait, signal) => getAuthorization(started.id, wait, signal),
        isOver,
        onState: (authorization) =>
          setState((before) =>
            isOver(authorization)
              ? { step: 'over', authorization }
              : { step: 'waiting', authorization, closed: before.step === 'waiting' && before.closed },
          ),
        onLost: (error) => setState({ step: 'refused', error }),
      });
      ends.push(
        following.stop,
        listenForHints(started.id, following.wake),
        watchClosed(window, () => {
          following.wake();
          setState((before) => (before.step === 'waiting' ? { ...before, closed: true } : before));
        }),
      );
    };
    run().catch((error: unknown) => {
      if (end.signal.aborted) return;
      window.close();
      setState({ step: 'refused', error });
    });
    return () => {
      for (const each of ends) each();
    };
    // Each round is one authorization; what it is about does not change while the dialog is open.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [round]);

  const again = useCallback(() => {
    if (focusWindow(handle.current)) return;
    handle.current = openConnectWindow(input.credentialId ?? input.provider);
    setState({ step: handle.current === null ? 'blocked' : 'opening' });
    if (handle.current !== null) setRound((before) => before + 1);
  }, [input.credentialId, input.provider]);

  const here = useCallback(() => {
    startAuthorization({ ...input, returnUrl: location.href }).then(
      ({ authorizationUrl }) => location.assign(authorizationUrl),
      (error: unknown) => setState({ step: 'refused', error }),
    );
  }, [input]);

  const cancel = useCallback(() => {
    if (current.current !== null) void cancelQuietly(current.current.id);
    if (handle.current?.closed === false) handle.current.close();
  }, []);

  return { state, again, here, cancel };
}

/** What is over, or is being finished, cannot be cancelled and need not be. */
async function cancelQuietly(id: string): Promise<void> {
  await cancelAuthorization(id).catch(() => undefined);
}
