import { follow } from '../connect-flow/follow.ts';
import { listenForHints } from '../connect-flow/hints.ts';
import type { ConnectApi } from './api.ts';
import type { Authorization } from './session.ts';
import { isOver, type Flow, type FlowEvent } from './flow.ts';

/** What has to be followed in a state: an authorization, the session as a whole, or nothing more. */
function followedIn(flow: Flow): { readonly authorization: string | null } | null {
  if (flow.at === 'connected' || flow.at === 'over') return null;
  return { authorization: flow.at === 'going' ? (flow.authorization?.id ?? null) : null };
}

/** Keeps following what the state of the page is about, one thing at a time. @returns to be called with each new state */
export function openFollower(api: ConnectApi, dispatch: (event: FlowEvent) => void): (flow: Flow) => void {
  let followed: { readonly authorization: string | null } | null = null;
  let stop = () => {};
  const onLost = () => dispatch({ type: 'lost' });

  const followAuthorization = (id: string) => {
    const following = follow<Authorization>({
      read: async (wait, signal) => api.follow(id, wait, signal),
      isOver,
      onState: (authorization) => dispatch({ type: 'told', authorization }),
      onLost,
    });
    const endHints = listenForHints(id, following.wake);
    return () => {
      endHints();
      following.stop();
    };
  };
  const followSession = () => {
    const following = follow({
      read: async (wait, signal) => api.outcome(wait, signal),
      isOver: ({ status }) => status !== 'open',
      onState: (outcome) => dispatch({ type: 'outcome', outcome }),
      onLost,
    });
    return following.stop;
  };

  return (flow) => {
    const wanted = followedIn(flow);
    if (wanted?.authorization === followed?.authorization && (wanted === null) === (followed === null))
      return;
    stop();
    followed = wanted;
    if (wanted === null) stop = () => {};
    else stop = wanted.authorization === null ? followSession() : followAuthorization(wanted.authorization);
  };
}
