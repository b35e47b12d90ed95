export { refreshToken } from './refresh-token.ts';
export { patienceSeconds } from './until-committed.ts';
