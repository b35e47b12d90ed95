export { auditActions, type AuditAction } from './actions.ts';
export { listAudit, type AuditEntryView } from './list-audit.ts';
export { neutralise } from './neutralise.ts';
export { recordAudit, recordAudits, type AuditRecord } from './record-audit.ts';
export { sealAuditEntries } from './seal-audit-entries.ts';
export { verifyAuditChain } from './verify-audit-chain.ts';
