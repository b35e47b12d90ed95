export { endSession } from './end-session.ts';
export { findSession, type FoundSession } from './find-session.ts';
export { sessionHours, startSession } from './start-session.ts';
