import type { Answer, ErrorShapes, ProviderRequest, StandIn } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import type { World } from '../world.ts';
import { standardOAuthError } from './oauth-errors.ts';

const errors: ErrorShapes = {
  oauth: standardOAuthError,
  api: (status, message) => ({
    status,
    body: { error: `sandbox_${status}`, message: message ?? `The sandbox answered ${status}, as asked.` },
  }),
};

/** The API-key half of provider `sandbox`. */
export const sandboxKey: StandIn = {
  origins: {},
  endpoints: [
    { provider: 'sandbox', method: 'GET', route: '/sandbox/me', kind: 'key_check', errors, handle: me },
  ],
};

function me(request: ProviderRequest, world: World): Answer {
  const { status, name } = world.keys.judge('sandbox', bearerToken(request));
  return status === 200 ? { status, body: { id: 'sandbox-workspace', name } } : errors.api(status);
}
