export { endSession } from './end-session.ts';
export { endSessions } from './end-sessions.ts';
export { findSession, type FoundSession } from './find-session.ts';
export { listSessions } from './list-sessions.ts';
export type { Session } from './session-columns.ts';
export { sessionHours, startSession } from './start-session.ts';
export { signOut } from './sign-out.ts';
