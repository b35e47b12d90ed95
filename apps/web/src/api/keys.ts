import type { KeyJob, Page, RootKeyList } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

export type RootKey = Omit<RootKeyList['items'][number], 'dataKeys' | 'knownBy'>;

export function listRootKeys(signal?: AbortSignal): Promise<RootKeyList> {
  return call('GET', '/v1/root-keys', { signal });
}

export function promoteRootKey(id: string): Promise<RootKey> {
  return call('POST', `/v1/root-keys/${encodeURIComponent(id)}/promote`);
}

export function retireRootKey(id: string): Promise<RootKey> {
  return call('POST', `/v1/root-keys/${encodeURIComponent(id)}/retire`);
}

export function listKeyJobs(signal?: AbortSignal): Promise<Page<KeyJob>> {
  return call('GET', '/v1/key-jobs', { query: { limit: 20 }, signal });
}

export function startKeyJob(kind: KeyJob['kind'], workspaceId: string | null): Promise<KeyJob> {
  return call('POST', '/v1/key-jobs', { body: { kind, ...(workspaceId === null ? {} : { workspaceId }) } });
}

export function cancelKeyJob(id: string): Promise<KeyJob> {
  return call('POST', `/v1/key-jobs/${encodeURIComponent(id)}/cancel`);
}
