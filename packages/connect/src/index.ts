import { createOpenConnect, type ConnectHandle, type ConnectOptions } from './open-connect.ts';
import { browser } from './surroundings.ts';

export type { ConnectMode } from './choose-mode.ts';
export type { ConnectEvent, ConnectEvents, ConnectEventType } from './messages.ts';
export type { ConnectHandle, ConnectOptions } from './open-connect.ts';

/**
 * Opens the connect page of a session. Call it within a click: only then do browsers open windows.
 * What its events say proves nothing; the server does: `GET /v1/connect-sessions/:id`.
 */
export const openConnect: (options: ConnectOptions) => ConnectHandle = createOpenConnect(browser);
