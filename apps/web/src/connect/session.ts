import type { Authorization, ConnectOutcome, ConnectSession } from '@latchkey/api/answers.ts';

export type { Authorization, ConnectOutcome, ConnectSession };
export type ConnectProvider = ConnectSession['providers'][number];
export type Way = ConnectProvider['authMethods'][number];
export type KeyField = Extract<Way, { type: 'api_key' }>['fields'][number];

/** What the server tells the page it serves. */
export type ConnectPageData =
  | { readonly page: 'connect'; readonly token: string; readonly session: ConnectSession }
  | { readonly page: 'connect'; readonly resume: string }
  | { readonly page: 'connect'; readonly problem: PageProblem };

/** Why there is no session to show. */
export interface PageProblem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
}
