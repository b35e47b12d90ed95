export { listRootKeys, type RootKeyList, type RootKeyView } from './list-root-keys.ts';
export { promoteRootKey } from './promote-root-key.ts';
export { retireRootKey } from './retire-root-key.ts';
export { startReports, type ProcessReports } from './report-process.ts';
export type { RegisteredKey } from './root-key-columns.ts';
