import type { GuardedFetch } from './guarded-fetch.ts';
import { OutboundError } from './outbound-error.ts';

/** For processes that must not call providers: the API. */
export const refusingFetch: GuardedFetch = async (request) => {
  const host = URL.canParse(request.url) ? new URL(request.url).host : 'a provider';
  throw new OutboundError('not_sent', 'refused_process', `This process may not call ${host}`);
};
