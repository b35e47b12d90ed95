import type { KeyJob, RootKeyList } from '@latchkey/api/answers.ts';

/** What somebody is asked about before it is done. */
export type Chosen =
  | { readonly action: 'promote' | 'retire'; readonly key: RootKeyList['items'][number] }
  | { readonly action: 'start'; readonly kind: KeyJob['kind'] }
  | { readonly action: 'cancel'; readonly job: KeyJob };
