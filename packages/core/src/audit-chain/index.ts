export { compareWithHead, compareWithNoted } from './compare-heads.ts';
export { breakKinds, diagnose, type BreakKind, type ChainBreak } from './diagnose.ts';
export { endLine, entryLine, padSequence, parseLine, toView, type AuditEntryView } from './export-format.ts';
export { follow, type SealedEntry } from './follow-chain.ts';
export { hashedColumns, hashEntry, noHash, type HashedEntry } from './hash-entry.ts';
export { beginning, formatHead, parseHead, type Head } from './head.ts';
export { verifyExport, type ExportVerification } from './verify-export.ts';
